package events_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/events"
)

// withHop returns deliveries of every form that can have extension attributes, with the number of hops as JSON.
func withHop(hop string) map[string]events.Delivery {
	one := `{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "senderinvitationhop": ` + hop + "}"
	quoted, err := json.Marshal(one)
	if err != nil {
		panic(err)
	}
	deliveries := map[string]events.Delivery{
		"CloudEvents":     {Body: []byte(one)},
		"CloudEvents 0.3": {Body: []byte(strings.Replace(one, "1.0", "0.3", 1))},
		"batch":           {Body: []byte("[" + one + "]")},
		"OCI Events":      {Body: []byte(`{"cloudEventsVersion": "0.1", "eventID": "1", "source": "s", "eventType": "t", "extensions": {"senderinvitationhop": ` + hop + "}}")},
		"Notifications":   {Body: []byte(one), Header: http.Header{"X-Oci-Ns-Messageid": {"m1"}}},
		"Queue":           {Body: []byte("[" + string(quoted) + "]")},
		"Streaming":       {Body: []byte(`[{"stream": "s", "partition": "0", "offset": 1, "value": "` + base64.StdEncoding.EncodeToString([]byte(one)) + `"}]`)},
		"Logging":         {Body: []byte(`[{"specversion": "1.0", "id": "1", "source": "s", "type": "t", "oracle": {"senderinvitationhop": ` + hop + "}}]")},
	}
	if text := strings.Trim(hop, `"`); text != "" && text != "null" {
		deliveries["binary mode"] = events.Delivery{Header: http.Header{"Ce-Specversion": {"1.0"}, "Ce-Id": {"1"}, "Ce-Source": {"/s"}, "Ce-Type": {"t"}, "Ce-Senderinvitationhop": {text}}}
	}
	return deliveries
}

// TestHop checks that the number of hops is read in every form, as an integer and as text, and that a value that is no number fails.
func TestHop(t *testing.T) {
	const none = -1
	for hop, want := range map[string]int{
		"0": 0, "3": 3, "4": 4, "2147483647": 2147483646, `"0"`: 0, `"3"`: 3, `"004"`: 4, `"99999999999999999999"`: 2147483646, "null": 0,
		"-1": none, "true": none, `""`: none, `"four"`: none, `"-1"`: none, `"+4"`: none, `"4.0"`: none, `"4 4"`: none, "4.5": none, "[]": none,
	} {
		for name, d := range withHop(hop) {
			d.Prefix, d.CallID = "senderinvitation", "call-1"
			record := events.Decode(d)[0]
			switch {
			case want == none && (record.Err == nil || record.Err.Code != "CannotParseRequest" || !strings.Contains(record.Err.Message, "senderinvitationhop")):
				t.Errorf("%s, %s: %v, want an error that names the attribute", name, hop, record.Err)
			case want != none && (record.Err != nil || record.Trigger().Hop != want):
				t.Errorf("%s, %s: %v, want %d hops", name, hop, record.Err, want)
			}
		}
	}
}
