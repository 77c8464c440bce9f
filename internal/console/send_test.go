package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/console/pagetest"
)

// TestSend checks that what the page sends reaches the door as if a caller had sent it.
func TestSend(t *testing.T) {
	show := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s %v ", r.Method, r.RequestURI, r.Host, r.Header)
		echo(w, r)
	}
	s := start(t, show, show)
	s.settings["HTTP_BASE_PATH"] = "/v1"
	host := strings.TrimPrefix(s.gateway, "http://")
	requests := []struct{ asked, want string }{
		{`{"door":"direct","body":"{}"}`, "POST /invoke " + host + " map[Content-Length:[2] Content-Type:[application/json]] {}"},
		{`{"door":"direct","method":"GET","path":"/x","headers":{"content-type":"text/plain","X-OCI-NS-MessageId":"m"},"body":"ä"}`,
			"POST /invoke " + host + " map[Content-Length:[2] Content-Type:[text/plain] X-Oci-Ns-Messageid:[m]] ä"},
		{`{"door":"direct","bodyBase64":"eyJ9"}`, "POST /invoke " + host + ` map[Content-Length:[3] Content-Type:[application/json]] {"}`},
		{`{"door":"http","body":"[]"}`, "POST /v1/events " + host + " map[Content-Length:[2]] []"},
		{`{"door":"http","headers":{"content-length":"7","Transfer-Encoding":"chunked"}}`, "POST /v1/events " + host + " map[] "},
		{`{"door":"http","method":"GET","path":"/v1/a%2Fb//../c?x=%20&y"}`, "GET /v1/a%2Fb//../c?x=%20&y " + host + " map[] "},
	}
	p := pagetest.Open(t, s.url)
	for n, r := range requests {
		status, answer := pagetest.Post(t, s.url, "send", r.asked)
		if want := fmt.Sprintf("{\"id\":\"delivery-%d\"}\n", n+1); status != 202 || answer != want {
			t.Errorf("%s: %d %s", r.asked, status, answer)
		}
		if got := answered(p, n+1)[n]; got.Answer.Status != 200 || got.Answer.Body != r.want {
			t.Errorf("%s:\ngot  %s\nwant %s", r.asked, got.Answer.Body, r.want)
		}
	}
}

func TestSendRefuses(t *testing.T) {
	s := start(t, echo, echo)
	for asked, want := range map[string]string{
		`{"body":"{}"}`:                                            `door takes "direct" or "http", not ""`,
		`{"door":"back"}`:                                          `door takes "direct" or "http", not "back"`,
		`{"door":"http","path":"events"}`:                          "path takes a path",
		`{"door":"http","path":"http://evil.example/"}`:            "path takes a path",
		`{"door":"http","path":"/%zz"}`:                            "path takes a path",
		`{"door":"http","path":"/a b"}`:                            "path takes a path",
		`{"door":"http","path":"/a\r\nX: y"}`:                      "path takes a path",
		`{"door":"http","path":"/a#b"}`:                            "path takes a path",
		`{"door":"http","method":"GE T"}`:                          "method takes the name of a method",
		`{"door":"direct","headers":{"X Y":"z"}}`:                  `headers has "X Y"`,
		`{"door":"direct","headers":{"":"z"}}`:                     `headers has ""`,
		`{"door":"direct","headers":{"X":"y\r\nFn-Intent: http"}}`: `headers has "X"`,
		`{"door":"http","headers":{"host":"x"}}`:                   "headers has Host",
		`{"door":"direct","event":{}}`:                             `unknown field "event"`,
	} {
		status, answer := pagetest.Post(t, s.url, "send", asked)
		var e struct{ Code, Message string }
		if err := json.Unmarshal([]byte(answer), &e); err != nil || status != 400 || e.Code == "" || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %d %s", asked, status, answer)
		}
	}
	if status, answer := pagetest.Post(t, s.url, "send", `{"door":"direct","body":"`+strings.Repeat("x", 8<<20)+`"}`); status != 413 || !strings.Contains(answer, "8 MB") {
		t.Errorf("%d %s", status, answer)
	}
	p := pagetest.Open(t, s.url)
	p.Until("the world", func() bool { return p.World != nil })
	if len(p.Items) != 0 {
		t.Errorf("%+v", p.Items)
	}
}
