package publish

import (
	"testing"

	"sender-invitations/handler/oci"
)

// FuzzRefusals checks that an answer to PutMessages is either doubted or tells of each message whether the stream took it.
func FuzzRefusals(f *testing.F) {
	for _, body := range []string{``, `{}`, `{"failures": 0, "entries": []}`, `{"failures": 1, "entries": [{"partition": "0", "offset": 0}, {"error": "TooManyRequests"}]}`,
		`{"entries": [{"offset": null}, {"error": ""}]}`, `{"entries": [null, {"offset": -1, "error": "x@y.example"}]}`} {
		f.Add([]byte(body), 2)
	}
	f.Fuzz(func(t *testing.T, body []byte, messages int) {
		refusals, doubt := refusalsIn(oci.Answer{Body: body}, messages)
		if doubt == "" && len(refusals) != messages || doubt != "" && refusals != nil {
			t.Errorf("%d refusals of %d messages, doubt %q", len(refusals), messages, doubt)
		}
	})
}
