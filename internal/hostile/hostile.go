// Package hostile makes deliveries that cost their reader as much as they can: what a test or a benchmark gives to the
// function to see that its time and memory stay in proportion. It never is in the function's binary.
package hostile

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// Delivery is one of them.
type Delivery struct {
	Name   string
	Header http.Header // nil: none
	Body   []byte
}

// Type is the type of the events, which rules may be for.
const Type = "com.example.tenancy.signup"

const (
	start    = `{"specversion":"1.0","id":"1","source":"/s","type":"` + Type + `",`
	ociStart = `{"cloudEventsVersion":"0.1","eventID":"1","source":"s","eventType":"` + Type + `",`
	command  = `{"specversion":"1.0","id":"1","source":"/s","type":"senderinvitation.create","data":{"recipientTenancyId":"ocid1.tenancy.oc1..a",`
	failure  = `{"specversion":"1.0","id":"1","source":"/s","type":"senderinvitation.failed","data":{"outcome":"failed",`
	records  = 1000
)

// Deliveries are all of them, with bodies of at most size bytes, and hardly less.
func Deliveries(size int) []Delivery {
	var all []Delivery
	add := func(name, before, part, after string) {
		all = append(all, Delivery{Name: name, Body: fill(size, before, part, after)})
	}
	// Nesting: as deep as it goes, never closed, and as deep as is taken, again and again.
	all = append(all, Delivery{Name: "nested lists", Body: nested(size, "[", "", "]")},
		Delivery{Name: "nested objects", Body: nested(size, `{"a":`, "0", "}")},
		Delivery{Name: "nested data", Body: []byte(start + `"data":` + string(nested(size-len(start)-10, "[", "", "]")) + "}")})
	add("unclosed lists", "", "[", "")
	add("unclosed objects", "", `{"a":`, "")
	add("unclosed in an event", start+`"data":`, `{"a":[`, "")
	add("64 levels", start+`"data":[`, strings.Repeat("[", 62)+strings.Repeat("]", 62)+",", "0]}")

	// Numbers, keys and values.
	add("digits", start+`"data":`, "7", "}")
	add("fraction", start+`"data":0.`, "7", "}")
	add("exponents", start+`"data":[`, "1e999999999,", "0]}")
	all = append(all, keys("keys", size, start+`"data":{`, `"%d":0,`, `"z":0}}`),
		keys("escaped keys", size, start+`"data":{`, `"\u0061%d":0,`, `"z":0}}`),
		keys("OCI keys", size, ociStart+`"data":{`, `"%d":0,`, `"resourceId":"r"}}`),
		keys("members", size, start, `"a%d":0,`, `"z":0}`),
		keys("extensions", size, ociStart+`"extensions":{`, `"a%d":0,`, `"z":0}}`))
	add("values", start+`"data":[`, "0,", "0]}")
	add("objects", start+`"data":[`, "{},", "0]}")
	add("records that are numbers", "[", "0,", "0]")
	add("records that are objects", "[", "{},", "0]")

	// Texts: what is short as it is written and long as it is written on.
	add("key", start+`"data":{"`, "k", `":0,"":1,"":2}}`)
	add("key twice", start+`"data":{"`, "k", `":{"a":0,"a":0}}}`)
	add("attribute", start+`"subject":"`, "x", `"}`)
	add("source", `{"specversion":"1.0","id":"1","type":"t","source":"`, ":", `"}`)
	add("content type", start+`"data":0,"datacontenttype":"a/b`, ";a=b", `"}`)
	add("time", start+`"time":"`, "7", `"}`)
	add("escapes", start+`"data":"`, `\u0000`, `"}`)
	add("half characters", start+`"data":"`, `\ud800`, `"}`)
	add("quotes", start+`"data":"`, `\"`, `"}`)
	add("brackets", start+`"data":{"tenancyId":"`, `<`, `"}}`)
	add("not UTF-8", start+`"data":"`, "\xff", `"}`)
	add("nothing", "", " ", "")
	add("zeros", "", "\x00", "")

	// Commands and failed events.
	add("command's name", command+`"displayName":"`, "<", `"}}`)
	add("command's tag", command+`"freeformTags":{"a":"`, "<", `"}}}`)
	add("command's features", command+`"features":[`, `"<",`, `""]}}`)
	add("command's address", command+`"recipientEmailAddress":"a@`, "a.", `b"}}`)
	add("command's field", command+`"`, `\u0001`, `":0}}`)
	all = append(all, keys("command's fields", size, command, `"a%d":0,`, `"z":0}}`),
		keys("command's tags", size, command+`"freeformTags":{`, `"a%d":"",`, `"z":""}}}`))
	add("replay", failure+`"event":"`, `\"`, `"}}`)
	add("replay of base64", failure+`"eventEncoding":"base64","event":"`, "AAAA", `"}}`)
	add("replay of a list", failure+`"event":"[`, "0,", `0]"}}`)
	all = append(all, replays(size))

	// Encodings, one in another.
	add("base64", start+`"data_base64":"`, "AAAA", `"}`)
	add("base64 of JSON", start+`"datacontenttype":"application/json","data_base64":"`, base64.StdEncoding.EncodeToString([]byte("[0,0,0,0,0,\n")), `"}`)
	add("stream", `[{"stream":"s","partition":"0","offset":1,"value":"`, "AAAA", `"}]`)
	all = append(all, encoded(size))

	// Lists whose records are all bad, and no two alike.
	for _, one := range []struct{ name, before, part, after string }{
		{"records of escapes", start + `"data":"`, `\u0000`, `"}`},
		{"records of values", start + `"data":[`, `0,`, `0]}`},
		{"records of quotes", `"`, `\"`, `"`},
		{"records of brackets", start + `"data":{"tenancyId":"`, `<`, `"}}`},
		{"records of commands", command + `"displayName":"`, `<`, `"}}`},
		{"records of replays", failure + `"event":"`, `\"`, `"}}`},
		{"records with long keys", start + `"`, `k`, `":0}`},
	} {
		all = append(all, Delivery{Name: one.name, Body: list(size, one.before, one.part, one.after)})
	}
	return append(all, binary(size)...)
}

// fill repeats the part between what stands before and after it.
func fill(size int, before, part, after string) []byte {
	return []byte(before + strings.Repeat(part, max(0, size-len(before)-len(after))/len(part)) + after)
}

// list is a list of as many records as are taken, no two alike.
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

// keys fills an object with members, no two alike.
func keys(name string, size int, before, format, after string) Delivery {
	body := append(make([]byte, 0, size+64), before...)
	for number := 0; len(body)+len(after)+len(format)+8 < size; number++ {
		body = fmt.Appendf(body, format, number)
	}
	return Delivery{Name: name, Body: append(body, after...)}
}

// replays is a failed event whose original is a failed event, and so on, each quoted in the other.
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

// encoded is a record of a stream that is an event whose data is base64 of base64 and so on.
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

// binary are events in binary mode, in which the headers count too: net/http reads 1 MB of them.
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
	return []Delivery{
		{"binary text", header("text/plain"), []byte(strings.Repeat(`"`, size))},
		{"binary bytes", header("text/plain"), []byte(strings.Repeat("\x00", size))},
		{"binary JSON", header("application/json"), fill(size, "[", "0,", "0]")},
		{"binary attributes", many, []byte("x")},
		{"binary attribute", header("text/plain", "Ce-A", strings.Repeat("%41", most/3-200)), []byte("x")},
		{"binary content type", header("text/plain" + strings.Repeat(";a=b", most/4-200)), []byte("x")},
		{"message of text", http.Header{"X-Oci-Ns-Messageid": {strings.Repeat("m", most-2000)}}, []byte(strings.Repeat("\x00", size))},
		{"message of a list", http.Header{"X-Oci-Ns-Messageid": {"m"}}, fill(size, "[", `"{\"a\"",`, "0]")},
		{"message of a broken list", http.Header{"X-Oci-Ns-Messageid": {"m"}}, fill(size, "[", `{"operation"`, "")},
	}
}
