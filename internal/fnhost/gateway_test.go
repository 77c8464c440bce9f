package fnhost_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestGatewayRequest(t *testing.T) {
	address := serve(t, newHost(t, "START=raw").Gateway())
	_, body := send(t, address, `PATCH /v1/a%2Fb?x=1&y= HTTP/1.1
Host: gateway.example
Content-Type: application/json
Content-Length: 4
Authorization: Bearer t
X-List: a
X-List: b
opc-request-id: R1
X-Forwarded-For: 192.0.2.1
X-Forwarded-For: 192.0.2.2
X-Real-Ip: 192.0.2.3
Fn-Intent: cloudevent
Fn-Http-H-Spoofed: 1
Fn-Deadline: 2001-01-01T00:00:00Z
Connection: keep-alive, X-Hop
X-Hop: 1

tell`)
	got := parse(t, []byte(body)).Header
	if got.Get("Fn-Call-Id") == "" || strings.HasPrefix(got.Get("Fn-Deadline"), "2001") {
		t.Errorf("call id %q, deadline %q", got.Get("Fn-Call-Id"), got.Get("Fn-Deadline"))
	}
	got.Del("Fn-Call-Id")
	got.Del("Fn-Deadline")
	want := http.Header{
		"Fn-Intent": {"httprequest"}, "Fn-Invoke-Type": {"sync"}, "Fn-Http-Method": {"PATCH"},
		"Fn-Http-Request-Url": {"/v1/a%2Fb?x=1&y="}, "Content-Type": {"application/json"}, "Opc-Request-Id": {"R1"},
		"Fn-Http-H-Host": {"gateway.example"}, "Fn-Http-H-Content-Type": {"application/json"}, "Fn-Http-H-Content-Length": {"4"},
		"Fn-Http-H-Authorization": {"Bearer t"}, "Fn-Http-H-X-List": {"a", "b"}, "Fn-Http-H-Opc-Request-Id": {"R1"},
		"Fn-Http-H-X-Forwarded-For": {"192.0.2.1, 192.0.2.2, 127.0.0.1"}, "Fn-Http-H-X-Real-Ip": {"127.0.0.1"},
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the function sees %v\nwant %v", got, want)
	}
}

func TestGatewayRequestDefaults(t *testing.T) {
	address := serve(t, newHost(t, "START=raw").Gateway())
	_, body := send(t, address, "GET / HTTP/1.1\nHost: h\n\n")
	got := parse(t, []byte(body)).Header
	if got.Get("Content-Type") != "application/octet-stream" || got["Fn-Http-H-Content-Type"] != nil {
		t.Errorf("content types %q and %q", got["Content-Type"], got["Fn-Http-H-Content-Type"])
	}
	if id := got.Get("Opc-Request-Id"); !regexp.MustCompile(`^/\w+/\w+$`).MatchString(id) {
		t.Errorf("Opc-Request-Id: %q", id)
	}
	if got["User-Agent"] != nil || got["Accept-Encoding"] != nil {
		t.Errorf("headers that the caller did not send: %v", got)
	}
}

func TestGatewayURLs(t *testing.T) {
	address := serve(t, newHost(t).Gateway())
	for _, url := range []string{"/", "/a%2Fb?x=%zz", "//x/../y", "/a/./b/?", "/v1/x?q=a+b;c#d", "/a|b", "/a#b", "http://h/p?q", "/%E2%82%AC"} {
		resp, body := send(t, address, "GET "+url+" HTTP/1.1\nHost: h\nDo: tell\n\n")
		if resp.StatusCode != 200 {
			t.Fatalf("%s: %d %s", url, resp.StatusCode, body)
		}
		got := parse(t, []byte(body))
		if got.URL != url || got.Method != "GET" || got.Header.Get("Host") != "h" {
			t.Errorf("GET %s arrives as %s %s, %v", url, got.Method, got.URL, got.Header)
		}
	}
}

func TestGatewayAnswer(t *testing.T) {
	address := serve(t, newHost(t).Gateway())
	for _, c := range []struct{ method, status, body string }{
		{"GET", "200", "body of 200"},
		{"DELETE", "404", "body of 404"},
		{"POST", "503", "body of 503"},
		{"GET", "204", ""},
		{"HEAD", "200", ""},
	} {
		resp, body := send(t, address, c.method+" / HTTP/1.1\nHost: h\nDo: status "+c.status+"\n\n")
		if !strings.HasPrefix(resp.Status, c.status) || body != c.body {
			t.Errorf("%s: %s %q, want %s %q", c.method, resp.Status, body, c.status, c.body)
		}
		if resp.Header.Get("Etag") != "e1" || !slices.Equal(resp.Header["Set-Cookie"], []string{"a=1", "b=2"}) ||
			!slices.Equal(resp.Header["Content-Type"], []string{"text/x-answer"}) || resp.Close {
			t.Errorf("%s %s: headers %v", c.method, c.status, resp.Header)
		}
		for name := range resp.Header {
			if strings.HasPrefix(name, "Fn-Http") {
				t.Errorf("header %s reaches the caller", name)
			}
		}
	}
}

func TestGatewayAnswerStatus(t *testing.T) {
	address := serve(t, newHost(t, "START=raw").Gateway())
	if resp, body := send(t, address, post("/", "", "bare")); resp.StatusCode != 200 || body != "<html>" || resp.Header["Content-Type"] != nil {
		t.Errorf("an answer without status and type: %d %q %v", resp.StatusCode, body, resp.Header)
	}
	for _, status := range []string{"100", "99", "600", "-1", "ok"} {
		resp, body := send(t, address, post("/", "", "httpstatus "+status))
		wantError(t, resp, body, 502, "FunctionInvokeInvalidResponse")
	}
}

func TestGatewayFailures(t *testing.T) {
	h := newHost(t)
	address := serve(t, h.Gateway())
	resp, body := send(t, address, post("/", "", strings.Repeat("x", 6<<20+1)))
	wantError(t, resp, body, 413, "FunctionInvokeRequestContentTooLarge")
	resp, body = send(t, address, "GET / HTTP/1.1\nHost: h\nX-Long: "+strings.Repeat("x", 8<<10)+"\n\n")
	wantError(t, resp, body, 431, "RequestHeaderFieldsTooLarge")
	if h.Processes() != 0 {
		t.Error("a refused call starts a process")
	}
	full := 8<<10 - len("Host: h\r\nDo: tell\r\nX-Long: \r\n")
	resp, _ = send(t, address, "GET / HTTP/1.1\nHost: h\nDo: tell\nX-Long: "+strings.Repeat("x", full)+"\n\n")
	if resp.StatusCode != 200 {
		t.Errorf("headers of 8 KB: %d", resp.StatusCode)
	}
	resp, body = send(t, address, post("/", "", "abort"))
	wantError(t, resp, body, 502, "FunctionInvokeExecutionFailed")
}
