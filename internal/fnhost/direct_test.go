package fnhost_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/fnhost"
)

// serve serves a handler on loopback and returns its host and port.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// send writes a raw request, in which LF stands for CRLF, and returns the response and its body. Some of the requests could not
// be sent by an HTTP client.
func send(t *testing.T, address, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// post returns a raw POST request. Each line of headers ends in LF.
func post(path, headers, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\nHost: h\nContent-Length: %d\n%s\n%s", path, len(body), headers, body)
}

// wantError checks that a response is {"code", "message"} with this status and code.
func wantError(t *testing.T, resp *http.Response, body string, status int, code string) {
	t.Helper()
	var got map[string]string
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatalf("answer %q: %v", body, err)
	}
	if resp.StatusCode != status || got["code"] != code || got["message"] == "" || len(got) != 2 ||
		resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("answer %d %v, Content-Type %q; want %d %s", resp.StatusCode, got, resp.Header.Get("Content-Type"), status, code)
	}
}

func TestDirectRequest(t *testing.T) {
	address := serve(t, newHost(t, "START=raw").Direct())
	resp, body := send(t, address, post("/any", `Content-Type: application/cloudevents+json
X-OCI-NS-MessageId: m1
X-List: a
X-List: b
User-Agent: events
Fn-Invoke-Type: detached
Fn-Intent: httprequest
Fn-Call-Id: mine
Fn-Deadline: 2001-01-01T00:00:00Z
Fn-Http-H-X: spoofed
Connection: keep-alive, X-Hop
X-Hop: 1
Te: trailers
Upgrade: h2c
`, "tell"))
	if resp.StatusCode != 200 {
		t.Fatalf("status %d: %s", resp.StatusCode, body)
	}
	got := parse(t, []byte(body)).Header
	want := http.Header{"Content-Type": {"application/cloudevents+json"}, "X-Oci-Ns-Messageid": {"m1"}, "X-List": {"a", "b"},
		"User-Agent": {"events"}, "Fn-Invoke-Type": {"detached"}}
	id, deadline := got.Get("Fn-Call-Id"), got.Get("Fn-Deadline")
	got.Del("Fn-Call-Id")
	got.Del("Fn-Deadline")
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the function sees %v\nwant %v", got, want)
	}
	if id == "mine" || id != resp.Header.Get("Fn-Call-Id") || strings.HasPrefix(deadline, "2001") {
		t.Errorf("call id %q, in the answer %q; deadline %q", id, resp.Header.Get("Fn-Call-Id"), deadline)
	}
}

func TestDirectAnswer(t *testing.T) {
	address := serve(t, newHost(t).Direct())
	resp, body := send(t, address, post("/", "", "status 404"))
	if resp.StatusCode != 200 || body != "body of 404" || resp.Header.Get("Content-Type") != "text/x-answer" {
		t.Errorf("answer %d %q %v", resp.StatusCode, body, resp.Header)
	}
	if resp.Header.Get("Fn-Call-Id") == "" || !strings.HasPrefix(resp.Header.Get("Fn-Fdk-Version"), "fdk-go/") {
		t.Errorf("headers %v", resp.Header)
	}
	if resp.Header.Get("Etag") != "" || resp.Header.Get("Set-Cookie") != "" {
		t.Errorf("HTTP headers in a direct answer: %v", resp.Header)
	}
	bare := serve(t, newHost(t, "START=raw").Direct())
	if resp, body := send(t, bare, post("/", "", "bare")); body != "<html>" || resp.Header["Content-Type"] != nil {
		t.Errorf("an answer without Content-Type: %q %v", body, resp.Header)
	}
}

func TestDirectFailures(t *testing.T) {
	h := newHost(t)
	address := serve(t, h.Direct())
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		resp, body := send(t, address, method+" / HTTP/1.1\nHost: h\n\n")
		wantError(t, resp, body, 405, "MethodNotAllowed")
		if allow := resp.Header.Get("Allow"); allow != "POST" {
			t.Errorf("Allow: %q", allow)
		}
	}
	resp, body := send(t, address, post("/", "", strings.Repeat("x", 6<<20+1)))
	wantError(t, resp, body, 413, "FunctionInvokeRequestContentTooLarge")
	resp, body = send(t, address, "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nnot a chunk\n")
	wantError(t, resp, body, 400, "CannotParseRequest")
	if h.Processes() != 0 {
		t.Error("a refused call starts a process")
	}
	resp, body = send(t, address, post("/", "", "abort"))
	wantError(t, resp, body, 502, "FunctionInvokeExecutionFailed")
	resp, body = send(t, address, post("/", "Do: tell\n", ""))
	if resp.StatusCode != 200 || parse(t, []byte(body)).Method != "" {
		t.Errorf("the call after an abort: %d %s", resp.StatusCode, body)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	resp, body = send(t, address, post("/", "", "tell"))
	wantError(t, resp, body, 503, "FunctionInvokeServiceUnavailable")
}

func TestCallEndsWhenCallerDisconnects(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	for _, handler := range []http.Handler{h.Direct(), h.Gateway()} {
		conn, err := net.Dial("tcp", serve(t, handler))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, strings.ReplaceAll(post("/", "", m.body()), "\n", "\r\n"))
		v := m.next()
		conn.Close()
		v.wantGone(t)
	}
}

func TestFailureText(t *testing.T) {
	f := &fnhost.Failure{Status: 502, Code: "C", Message: "m"}
	if f.Error() != "502 C: m" {
		t.Errorf("Error() = %q", f.Error())
	}
}
