// Package hostile makes deliveries, requests and answers that are as expensive to process as possible. With them, tests and
// benchmarks check that the function's time and memory stay proportional to their size.
package hostile

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// Delivery is a hostile delivery.
type Delivery struct {
	Name   string
	Header http.Header // nil: none
	Body   []byte
}

// Type is the type of the events, for use in rules.
const Type = "com.example.tenancy.signup"

const (
	start    = `{"specversion":"1.0","id":"1","source":"/s","type":"` + Type + `",`
	ociStart = `{"cloudEventsVersion":"0.1","eventID":"1","source":"s","eventType":"` + Type + `",`
	command  = `{"specversion":"1.0","id":"1","source":"/s","type":"senderinvitation.create","data":{"recipientTenancyId":"ocid1.tenancy.oc1..a",`
	failure  = `{"specversion":"1.0","id":"1","source":"/s","type":"senderinvitation.failed","data":{"outcome":"failed",`
	records  = 1000
)

// Deliveries returns all hostile deliveries. No body is larger than size bytes; most are nearly as large.
func Deliveries(size int) []Delivery {
	c := &collection{size: size}
	c.nesting()
	c.members()
	c.texts()
	c.commands()
	c.encodings()
	c.lists()
	c.put(extensions(size))
	return append(c.all, binary(size)...)
}

// collection gathers deliveries of one size.
type collection struct {
	size int
	all  []Delivery
}

func (c *collection) add(name, before, part, after string) {
	c.put(Delivery{Name: name, Body: fill(c.size, before, part, after)})
}

func (c *collection) put(deliveries ...Delivery) { c.all = append(c.all, deliveries...) }

// nesting adds values that are nested deeply, that are not closed, and that are nested as deeply as allowed, many times.
func (c *collection) nesting() {
	c.put(Delivery{Name: "nested lists", Body: nested(c.size, "[", "", "]")},
		Delivery{Name: "nested objects", Body: nested(c.size, `{"a":`, "0", "}")},
		Delivery{Name: "nested data", Body: []byte(start + `"data":` + string(nested(c.size-len(start)-10, "[", "", "]")) + "}")})
	c.add("unclosed lists", "", "[", "")
	c.add("unclosed objects", "", `{"a":`, "")
	c.add("unclosed in an event", start+`"data":`, `{"a":[`, "")
	c.add("64 levels", start+`"data":[`, strings.Repeat("[", 62)+strings.Repeat("]", 62)+",", "0]}")
}

// members adds long numbers, and many keys, values and records.
func (c *collection) members() {
	c.add("digits", start+`"data":`, "7", "}")
	c.add("fraction", start+`"data":0.`, "7", "}")
	c.add("exponents", start+`"data":[`, "1e999999999,", "0]}")
	c.put(keys("keys", c.size, start+`"data":{`, `"%d":0,`, `"z":0}}`),
		keys("escaped keys", c.size, start+`"data":{`, `"\u0061%d":0,`, `"z":0}}`),
		keys("OCI keys", c.size, ociStart+`"data":{`, `"%d":0,`, `"resourceId":"r"}}`),
		keys("members", c.size, start, `"a%d":0,`, `"z":0}`),
		keys("extensions", c.size, ociStart+`"extensions":{`, `"a%d":0,`, `"z":0}}`))
	c.add("values", start+`"data":[`, "0,", "0]}")
	c.add("objects", start+`"data":[`, "{},", "0]}")
	c.add("records that are numbers", "[", "0,", "0]")
	c.add("records that are objects", "[", "{},", "0]")
}

// texts adds long texts, and texts that grow when they are escaped or decoded.
func (c *collection) texts() {
	c.add("key", start+`"data":{"`, "k", `":0,"":1,"":2}}`)
	c.add("key twice", start+`"data":{"`, "k", `":{"a":0,"a":0}}}`)
	c.add("attribute", start+`"subject":"`, "x", `"}`)
	c.add("source", `{"specversion":"1.0","id":"1","type":"t","source":"`, ":", `"}`)
	c.add("content type", start+`"data":0,"datacontenttype":"a/b`, ";a=b", `"}`)
	c.add("time", start+`"time":"`, "7", `"}`)
	c.add("escapes", start+`"data":"`, `\u0000`, `"}`)
	c.add("half characters", start+`"data":"`, `\ud800`, `"}`)
	c.add("half characters in an id", `{"specversion":"1.0","source":"/s","type":"t","id":"`, `\ud800`, `"}`)
	c.add("half characters in a name", `{"cloudEventsVersion":"0.1","eventID":"1","eventType":"t","source":"`, `\ud800`, `"}`)
	c.add("lines", start+`"data":[`, "0,\n", "")
	c.add("quotes", start+`"data":"`, `\"`, `"}`)
	c.add("brackets", start+`"data":{"tenancyId":"`, `<`, `"}}`)
	c.add("not UTF-8", start+`"data":"`, "\xff", `"}`)
	c.add("nothing", "", " ", "")
	c.add("zeros", "", "\x00", "")
}

// commands adds commands and failed events.
func (c *collection) commands() {
	c.add("command's name", command+`"displayName":"`, "<", `"}}`)
	c.add("command's tag", command+`"freeformTags":{"a":"`, "<", `"}}}`)
	c.add("command's features", command+`"features":[`, `"<",`, `""]}}`)
	c.add("command's address", command+`"recipientEmailAddress":"a@`, "a.", `b"}}`)
	c.add("command's field", command+`"`, `\u0001`, `":0}}`)
	c.put(keys("command's fields", c.size, command, `"a%d":0,`, `"z":0}}`),
		keys("command's tags", c.size, command+`"freeformTags":{`, `"a%d":"",`, `"z":""}}}`))
	c.add("replay", failure+`"event":"`, `\"`, `"}}`)
	c.add("replay of base64", failure+`"eventEncoding":"base64","event":"`, "AAAA", `"}}`)
	c.add("replay of a list", failure+`"event":"[`, "0,", `0]"}}`)
	c.put(replays(c.size))
}

// encodings adds base64, some of it nested.
func (c *collection) encodings() {
	c.add("base64", start+`"data_base64":"`, "AAAA", `"}`)
	c.add("base64 of JSON", start+`"datacontenttype":"application/json","data_base64":"`, base64.StdEncoding.EncodeToString([]byte("[0,0,0,0,0,\n")), `"}`)
	c.add("stream", `[{"stream":"s","partition":"0","offset":1,"value":"`, "AAAA", `"}]`)
	c.put(encoded(c.size))
}

// lists adds lists of expensive records, no two alike.
func (c *collection) lists() {
	for _, one := range []struct{ name, before, part, after string }{
		{"records of escapes", start + `"data":"`, `\u0000`, `"}`},
		{"records of values", start + `"data":[`, `0,`, `0]}`},
		{"records of quotes", `"`, `\"`, `"`},
		{"records of brackets", start + `"data":{"tenancyId":"`, `<`, `"}}`},
		{"records of commands", command + `"displayName":"`, `<`, `"}}`},
		{"records of replays", failure + `"event":"`, `\"`, `"}}`},
		{"records with long keys", start + `"`, `k`, `":0}`},
	} {
		c.put(Delivery{Name: one.name, Body: list(c.size, one.before, one.part, one.after)})
	}
}

// extensions returns a list of OCI Events envelopes with as many extensions as an event may have.
func extensions(size int) Delivery {
	const most, each = 240, 6 << 10 // extensions, and bytes, of an envelope: 1,000 of them are 6 MB
	body := []byte{'['}
	for number := range max(1, size/each) {
		before := strings.Replace(ociStart, `"eventID":"1"`, fmt.Sprintf(`"eventID":"%d"`, number), 1) + `"extensions":{`
		body = append(append(body, keys("", each, before, `"a%d":"`+strings.Repeat("x", each/most-10)+`",`, `"z":0}}`).Body...), ',')
	}
	return Delivery{Name: "records of extensions", Body: append(bytes.TrimSuffix(body, []byte(",")), ']')}
}

// fill repeats part between before and after up to size bytes.
func fill(size int, before, part, after string) []byte {
	return []byte(before + strings.Repeat(part, max(0, size-len(before)-len(after))/len(part)) + after)
}

// list returns a list of the maximum number of records, no two alike.
func list(size int, before, part, after string) []byte {
	body := []byte{'['}
	for number := range records {
		distinct := strings.Replace(before, `"id":"1"`, fmt.Sprintf(`"id":"%d"`, number), 1)
		if distinct == before {
			distinct += fmt.Sprint(number)
		}
		body = append(append(body, fill((size-records)/records, distinct, part, after)...), ',')
	}
	return append(bytes.TrimSuffix(body, []byte(",")), ']')
}

func nested(size int, open, inner, closing string) []byte {
	levels := (size - len(inner)) / (len(open) + len(closing))
	return []byte(strings.Repeat(open, levels) + inner + strings.Repeat(closing, levels))
}

// keys returns an object full of members, no two alike.
func keys(name string, size int, before, format, after string) Delivery {
	body := append(make([]byte, 0, size+64), before...)
	for number := 0; len(body)+len(after)+len(format)+8 < size; number++ {
		body = fmt.Appendf(body, format, number)
	}
	return Delivery{Name: name, Body: append(body, after...)}
}

// replays returns a failed event whose original is a failed event, and so on. Each is quoted in the next.
func replays(size int) Delivery {
	original := `{"operation":"list"}`
	for {
		next := failure + `"event":` + quoted(original) + "}}"
		if len(next) > size {
			return Delivery{Name: "replays in replays", Body: []byte(original)}
		}
		original = next
	}
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// encoded returns a stream's record that is an event with data in base64 of base64, and so on.
func encoded(size int) Delivery {
	const before, after = `[{"stream":"s","partition":"0","offset":1,"value":"`, `"}]`
	data := strings.Repeat("[", 64)
	wrapped := func() string {
		event := start + `"data_base64":"` + base64.StdEncoding.EncodeToString([]byte(data)) + `"}`
		return before + base64.StdEncoding.EncodeToString([]byte(event)) + after
	}
	body := wrapped()
	for next := body; len(next) <= size; next = wrapped() {
		body, data = next, base64.StdEncoding.EncodeToString([]byte(data))
	}
	return Delivery{Name: "base64 in base64", Body: []byte(body)}
}

// binary returns events in binary mode, which have large headers too: net/http reads up to 1 MB of them.
func binary(size int) []Delivery {
	header := func(contentType string, more ...string) http.Header {
		header := http.Header{"Ce-Specversion": {"1.0"}, "Ce-Id": {"1"}, "Ce-Source": {"/s"}, "Ce-Type": {Type}, "Content-Type": {contentType}}
		for index := 0; index < len(more); index += 2 {
			header.Set(more[index], more[index+1])
		}
		return header
	}
	many := header("text/plain")
	for number := range 10_000 {
		many.Set(fmt.Sprint("Ce-A", number), strings.Repeat("x", 80))
	}
	const most = 1 << 20
	lost := header("application/json")
	lost.Del("Ce-Specversion")
	return []Delivery{
		{"binary text", header("text/plain"), []byte(strings.Repeat(`"`, size))},
		{"binary bytes", header("text/plain"), []byte(strings.Repeat("\x00", size))},
		{"binary JSON", header("application/json"), fill(size, "[", "0,", "0]")},
		{"binary without specversion", lost, fill(size, "[", "0,", "0]")},
		{"binary attributes", many, []byte("x")},
		{"binary attribute", header("text/plain", "Ce-A", strings.Repeat("%41", most/3-200)), []byte("x")},
		{"binary content type", header("text/plain" + strings.Repeat(";a=b", most/4-200)), []byte("x")},
		{"list under a long content type", http.Header{"Content-Type": {"application/json" + strings.Repeat(";A=B", most/4-200)}},
			list(size, `{"operation":"list","id":"1","a":"`, "x", `"}`)},
		{"batch of commands", http.Header{"Content-Type": {"application/cloudevents-batch+json"}}, fill(size, "[", `{"operation":"list"},`, "0]")},
		{"message of text", http.Header{"X-Oci-Ns-Messageid": {strings.Repeat("m", most-2000)}}, []byte(strings.Repeat("\x00", size))},
		{"message of a list", http.Header{"X-Oci-Ns-Messageid": {"m"}}, fill(size, "[", `"{\"a\"",`, "0]")},
		{"message of a broken list", http.Header{"X-Oci-Ns-Messageid": {"m"}}, fill(size, "[", `{"operation"`, "")},
	}
}
