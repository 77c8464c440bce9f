package events_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"sender-invitations/events"
	"sender-invitations/events/emit"
)

// TestIdentityIsExact checks that deliveries with different ids or sources have different identities, hashes and published ids.
func TestIdentityIsExact(t *testing.T) {
	known, ids := map[string]string{}, map[string]string{}
	check := func(name string, d events.Delivery) {
		d.Prefix, d.CallID = "senderinvitation", "call-1"
		record := events.Decode(d)[0]
		if record.Err != nil {
			t.Errorf("%s: %v", name, record.Err)
			return
		}
		trigger := record.Trigger()
		sent := trigger.Identity()
		hash := events.Hash(sent.Source, sent.ID, "create")
		id := emit.Publication{Result: events.Result{Outcome: events.Created, Trigger: trigger}}.ID()
		if other, is := known[hash]; is {
			t.Errorf("%s has the key of %s", name, other)
		}
		if other, is := ids[id]; is {
			t.Errorf("the result of %s has the id of that of %s", name, other)
		}
		known[hash], ids[id] = name, name
	}
	for _, id := range []string{`1`, ` 1`, `1 `, "1\u00a0", `a b`, `a%20b`, `A`, `a`, `é`, `e\u0301`, `\ud800`, `\ud801`, `\udc00`, `\ufffd`, `\ufffd\ufffd`, `\ud800\ud800`, `7aCA`} {
		check("id "+id, events.Delivery{Body: []byte(`{"specversion": "1.0", "id": "` + id + `", "source": "/ids", "type": "t"}`)})
		check("eventID "+id, events.Delivery{Body: []byte(`{"cloudEventsVersion": "0.1", "eventID": "` + id + `", "source": "envelopes", "eventType": "t"}`)})
		check("log id "+id, events.Delivery{Body: []byte(`[{"specversion": "1.0", "id": "` + id + `", "source": "logs", "type": "t", "oracle": {}}]`)})
	}
	for _, source := range []string{`x y`, `x%20y`, `x%2520y`, `X%20y`, `http://a`, `HTTP://a`, `http://A`, `http://a#`, `/\ud800`, `/\udbff`, `/\ufffd`, `/%EF%BF%BD`, `/é`, `/%C3%A9`, `/%c3%a9`} {
		check("source "+source, events.Delivery{Body: []byte(`{"specversion": "1.0", "id": "1", "source": "` + source + `", "type": "t"}`)})
		check("source of an envelope "+source, events.Delivery{Body: []byte(`{"cloudEventsVersion": "0.1", "eventID": "2", "source": "` + source + `", "eventType": "t"}`)})
	}
	for _, name := range []string{`10.0.0.1:443`, `./10.0.0.1:443`, `my server: 100%`} {
		check("name "+name, events.Delivery{Body: []byte(`{"cloudEventsVersion": "0.1", "eventID": "3", "source": "` + name + `", "eventType": "t"}`)})
		check("log "+name, events.Delivery{Body: []byte(`[{"specversion": "1.0", "id": "4", "source": "` + name + `", "type": "t", "oracle": {}}]`)})
		check("stream "+name, events.Delivery{Body: []byte(`[{"stream": "` + name + `", "partition": "0", "offset": 1, "value": "eyJvcGVyYXRpb24iOiAibGlzdCJ9"}]`)})
	}
}

// TestIdentityOfModes checks that an event has one identity in structured and in binary mode, where headers are percent-encoded. Some SDKs
// do not encode a source, which is a URI already.
func TestIdentityOfModes(t *testing.T) {
	for _, c := range []struct{ header, want events.Identity }{
		{events.Identity{Source: "https://a.example/x%20y", ID: "1"}, events.Identity{Source: "https://a.example/x%20y", ID: "1"}},
		{events.Identity{Source: "https://a.example/x%2520y", ID: "1"}, events.Identity{Source: "https://a.example/x%20y", ID: "1"}},
		{events.Identity{Source: "/x y", ID: "1"}, events.Identity{Source: "/x y", ID: "1"}},
		{events.Identity{Source: "/s", ID: "J%C3%BCrgen"}, events.Identity{Source: "/s", ID: "Jürgen"}},
		{events.Identity{Source: "/s", ID: `"a b"`}, events.Identity{Source: "/s", ID: "a b"}},
		{events.Identity{Source: "/s", ID: "a%2520b"}, events.Identity{Source: "/s", ID: "a%20b"}},
	} {
		header := http.Header{"Ce-Specversion": {"1.0"}, "Ce-Type": {"t"}, "Ce-Source": {c.header.Source}, "Ce-Id": {c.header.ID}}
		binary := decode("", header)
		body, err := json.Marshal(map[string]string{"specversion": "1.0", "type": "t", "source": c.want.Source, "id": c.want.ID})
		if err != nil {
			t.Fatal(err)
		}
		structured := decode(string(body), nil)
		again := decode(string(binary.Body), nil)
		if binary.Sent != c.want || structured.Sent != c.want || again.Sent != c.want {
			t.Errorf("%+v: %+v in binary mode, %+v in structured mode, %+v again", c.header, binary.Sent, structured.Sent, again.Sent)
		}
	}
}

// TestKeyOfOrdinaryEvents checks that the keys of ordinary events never change, because invitations carry them.
func TestKeyOfOrdinaryEvents(t *testing.T) {
	for body, want := range map[string]string{
		`{"specversion": "1.0", "id": "2", "source": "/s", "type": "t"}`:                                           "d85c4780904237ee3e03ee44718785e28afeba7a666e42f081ebbcc5a9af139d",
		`{"specversion": "1.0", "id": "signup-16", "source": "https://signup.example.com/tenancies", "type": "t"}`: "29a59a25ed50c97c7fc23180e355c5af3753cdb487d769a14464fc4e446a23f2",
		`{"specversion": "1.0", "id": "1", "source": "x%20y", "type": "t"}`:                                        "5b3d4f386d9ba9dd6540167b7f7ce27d3aa658193801b934dca7108b42e66c2b",
		`{"specversion": "1.0", "id": "\ufffd", "source": "/s", "type": "t"}`:                                      "f33ab58e4e160ff8b4178ae1bafb0ee8cbae642e0848e50a83afdb539be7cbb2",
	} {
		sent := decode(body, nil).Trigger().Identity()
		if got := events.Hash(sent.Source, sent.ID, "create"); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

// TestTrigger checks that a result shows the source and id that were sent, unless they are no text.
func TestTrigger(t *testing.T) {
	for body, want := range map[string]string{
		`{"specversion": "1.0", "id": " 1", "source": "x y", "type": "t"}`:                           `" 1" "x y"`,
		`{"cloudEventsVersion": "0.1", "eventID": " 1", "source": "10.0.0.1:443", "eventType": "t"}`: `" 1" "10.0.0.1:443"`,
		`{"specversion": "1.0", "id": "a\ud800", "source": "/\udc00", "type": "t"}`:                  `"a�" "/%EF%BF%BD"`,
		`{"operation": "list"}`: `"call-1" "/direct"`,
	} {
		if trigger := decode(body, nil).Trigger(); fmt.Sprintf("%q %q", trigger.ID, trigger.Source) != want {
			t.Errorf("%s: %q %q, want %s", body, trigger.ID, trigger.Source, want)
		}
	}
}
