package console_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sender-invitations/internal/console/pagetest"
	"sender-invitations/internal/explain"
)

// delivery is a delivery as the page reads it.
type delivery struct {
	ID, At, Door, Method, Path string
	Headers                    map[string]string
	Body                       string
	BodyBase64                 []byte
	Bytes                      int
	Cut                        bool
	RequestID                  string
	Answer                     *struct {
		Status     int
		Headers    map[string]string
		Body       string
		BodyBase64 []byte
		Bytes      int
		Cut        bool
		MS         float64
	}
	Explained   *explain.Explained
	Unexplained string
}

// answered waits until so many deliveries are answered, and returns them.
func answered(p *pagetest.Page, count int) (list []delivery) {
	p.Until(fmt.Sprint(count, " answered deliveries"), func() bool {
		list = pagetest.Of[delivery](p, "deliveries")
		for _, d := range list {
			if d.Answer == nil {
				return false
			}
		}
		return len(list) == count
	})
	return list
}

// TestDelivery checks what is recorded of a delivery by either door.
func TestDelivery(t *testing.T) {
	s := start(t, echo, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", "e")
		w.Header().Set("Set-Cookie", "secret")
		w.WriteHeader(404)
		echo(w, r)
	})
	s.settings["HTTP_BASE_PATH"] = "/v1"
	do(t, "POST", s.gateway+"/invoke", strings.NewReader("ä"), "Content-Type", "text/plain", "X-Id", "7", "Authorization", "secret", "Cookie", "secret",
		"Proxy-Authorization", "secret", "Fn-Http-H-Authorization", "secret")
	do(t, "POST", s.gateway+"/v1/events?a=%2F", strings.NewReader("\xff"), "Opc-Request-Id", "theirs")
	got := answered(pagetest.Open(t, s.url), 2)
	first, second := got[0], got[1]
	if first.ID != "delivery-1" || first.Door != "direct" || first.Method != "POST" || first.Path != "/invoke" || first.Body != "ä" ||
		first.Bytes != 2 || first.Cut || first.Headers["X-Id"] != "7" || len(first.RequestID) != 26 || len(first.At) != len("2026-01-02T15:04:05.678Z") {
		t.Errorf("%+v", first)
	}
	if a := first.Answer; a.Status != 200 || a.Body != "ä" || a.Bytes != 2 || a.Cut || a.MS <= 0 || a.Headers["Content-Type"] != "text/plain" {
		t.Errorf("%+v", a)
	}
	if second.ID != "delivery-2" || second.Door != "http" || second.Path != "/v1/events?a=%2F" || second.Body != "" || string(second.BodyBase64) != "\xff" ||
		second.RequestID != "theirs" {
		t.Errorf("%+v", second)
	}
	if a := second.Answer; a.Status != 404 || string(a.BodyBase64) != "\xff" || a.Headers["Etag"] != "e" {
		t.Errorf("%+v", a)
	}
	if text := fmt.Sprint(first, second, first.Answer, second.Answer); strings.Contains(text, "secret") {
		t.Errorf("the page gets credentials: %s", text)
	}
}

// TestUnderWay checks that a delivery is shown before it is answered, with its whole body.
func TestUnderWay(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	s := start(t, func(w http.ResponseWriter, r *http.Request) {
		io.ReadAll(r.Body)
		close(begun)
		<-end
	}, echo)
	p := pagetest.Open(t, s.url)
	go http.Post(s.gateway+"/invoke", "application/json", strings.NewReader(`{"operation":"list"}`))
	<-begun
	p.Until("a delivery", func() bool { return len(p.Items) == 1 })
	if d := pagetest.Of[delivery](p, "deliveries")[0]; d.Answer != nil || d.Body != `{"operation":"list"}` || d.Explained == nil {
		t.Errorf("%+v", d)
	}
	close(end)
	if d := answered(p, 1)[0]; d.Answer.Status != 200 || p.Items[0].Times != 2 {
		t.Errorf("%+v, %d times", d, p.Items[0].Times)
	}
}

// TestKept checks that so much is kept of a body, and that a cut body is not explained.
func TestKept(t *testing.T) {
	const kept = 64 << 10
	s := start(t, echo, echo)
	whole := strings.Repeat(" ", kept)
	for _, body := range []string{whole, whole + "x", whole[1:] + "ä", whole[:kept-2] + "\xff\xff\xff"} {
		do(t, "POST", s.gateway+"/invoke", strings.NewReader(body))
	}
	got := answered(pagetest.Open(t, s.url), 4)
	for n, want := range []struct {
		body  string
		bytes int
		cut   bool
	}{{whole, kept, false}, {whole, kept + 1, true}, {whole[1:], kept + 1, true}, {whole[:kept-2], kept + 1, true}} {
		d := got[n]
		if d.Body != want.body || d.Bytes != want.bytes || d.Cut != want.cut || (d.Explained == nil) != d.Cut || (d.Unexplained != "") != d.Cut {
			t.Errorf("%d: %d of %d bytes, cut %v, unexplained %q", n, len(d.Body), d.Bytes, d.Cut, d.Unexplained)
		}
		if a := d.Answer; a.Body != want.body || a.Bytes != want.bytes || a.Cut != want.cut {
			t.Errorf("answer %d: %d of %d bytes, cut %v", n, len(a.Body), a.Bytes, a.Cut)
		}
	}
	if d := got[1]; d.Unexplained != "its body is larger than 64 KiB, and only the beginning was kept" {
		t.Error(d.Unexplained)
	}
}

// TestNewest checks that the newest 200 deliveries are kept.
func TestNewest(t *testing.T) {
	s := start(t, echo, echo)
	for range 203 {
		do(t, "POST", s.gateway+"/invoke", nil)
	}
	got := answered(pagetest.Open(t, s.url), 200)
	for n, d := range got {
		if d.ID != fmt.Sprint("delivery-", n+4) {
			t.Fatalf("in place %d is %s", n, d.ID)
		}
	}
}

func TestUnexplained(t *testing.T) {
	s := start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) }, echo)
	s.settings["HTTP_BASE_PATH"] = "/v1"
	const notRules, noDelivery = "HTTP requests to the Organizations API have no rules", "only a POST to /events is a delivery"
	requests := []struct{ request, want string }{
		{"GET /invoke", "only a POST is a delivery"},
		{"POST /invoke", ""}, // though the door does not read its body
		{"POST /v1/events", ""},
		{"POST /v1/20230401/events", ""}, // the same route
		{"GET /v1/events", noDelivery},
		{"POST /events", noDelivery},
		{"GET /v1/health", noDelivery},
		{"POST /v1/20230401/senderInvitations", notRules},
	}
	for _, r := range requests {
		method, path, _ := strings.Cut(r.request, " ")
		do(t, method, s.gateway+path, nil)
	}
	for n, d := range answered(pagetest.Open(t, s.url), len(requests)) {
		if r := requests[n]; d.Unexplained != r.want || (d.Explained == nil) != (r.want != "") {
			t.Errorf("%s: %q", r.request, d.Unexplained)
		}
	}
}

// TestCutShort checks that only a delivery whose body arrives whole is explained: the function gets no other.
func TestCutShort(t *testing.T) {
	s := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Refused") == "" {
			io.ReadAll(r.Body)
		}
	}, echo)
	for _, request := range []string{
		"Content-Length: 100\n\n{}",
		"Transfer-Encoding: chunked\n\n2\n{}\n",
		"Content-Length: 2\nRefused: yes\n\n{}",
		"Transfer-Encoding: chunked\nRefused: yes\n\n2\n{}\n0\n\n",
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.gateway, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(connection, strings.ReplaceAll("POST /invoke HTTP/1.1\nHost: 127.0.0.1\n"+request, "\n", "\r\n"))
		connection.(*net.TCPConn).CloseWrite()
		io.ReadAll(connection)
		connection.Close()
	}
	for _, d := range answered(pagetest.Open(t, s.url), 4) {
		if d.Explained != nil || d.Unexplained != "its body was not read to the end" {
			t.Errorf("%+v", d)
		}
	}
}

// TestExplained checks that the settings decide about an explanation.
func TestExplained(t *testing.T) {
	s := start(t, echo, echo)
	do(t, "POST", s.gateway+"/invoke", strings.NewReader(`{"operation":"list"}`))
	for commands, refused := range map[string]bool{"": false, "none": true} {
		s.settings["COMMANDS"] = commands
		_, body := pagetest.Post(t, s.url, "rules", `{"rules":"[]","body":"{\"operation\":\"list\"}"}`)
		var got explain.Explained
		if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Records) != 1 || (got.Records[0].Error != nil) != refused {
			t.Errorf("COMMANDS=%s: %s", commands, body)
		}
	}
	s.settings["COMMANDS"] = ""
	do(t, "POST", s.gateway+"/events", strings.NewReader(`{"operation":"list"}`), "Content-Type", "application/json") // which serves no reads
	for n, d := range answered(pagetest.Open(t, s.url), 2) {
		if len(d.Explained.Records) != 1 || d.Explained.Records[0].Operation != "list" || (d.Explained.Records[0].Error != nil) != (n == 1) {
			t.Errorf("%s: %+v", d.Door, d.Explained)
		}
	}
}

// TestNothingChanges checks that what passes through a door is the same with and without the recorder: status, headers, body, a cut
// connection, and an answer before the request has been read.
func TestNothingChanges(t *testing.T) {
	door := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", fmt.Sprint(r.Method, r.RequestURI, r.Header, r.ContentLength, r.TransferEncoding, len(body), err))
		w.Header()["Date"] = nil
		switch r.Header.Get("Do") {
		case "cut":
			panic(http.ErrAbortHandler)
		case "cut in the middle":
			w.Write([]byte("half"))
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "no content":
			w.WriteHeader(204)
			w.Write(body)
		case "status":
			w.WriteHeader(418)
			w.Write(body)
		default:
			w.Write(append(body, '.'))
		}
	}
	s := start(t, door, door)
	bare := httptest.NewServer(http.HandlerFunc(door))
	defer bare.Close()
	for _, do := range []string{"", "cut", "cut in the middle", "no content", "status"} {
		for _, request := range []string{
			"POST /invoke HTTP/1.1\nContent-Length: 4\n%s\n\nbody",
			"POST /invoke HTTP/1.1\nTransfer-Encoding: chunked\n%s\n\n4\nbody\n0\n\n",
			"POST /a%%2fb//../c?x=%%zz HTTP/1.1\nContent-Length: 0\nX-A: 1\nX-A: 2\n%s\n\n",
			"HEAD /x HTTP/1.1\n%s\n\n",
			"PATCH /x HTTP/1.1\nTransfer-Encoding: chunked\n%s\n\nno chunk\n",
		} {
			request := fmt.Sprintf(request, "Host: 127.0.0.1\nConnection: close\nDo: "+do)
			if got, want := raw(t, s.gateway, request), raw(t, bare.URL, request); got != want {
				t.Errorf("%q:\ngot  %q\nwant %q", request, got, want)
			}
		}
	}
	list := answered(pagetest.Open(t, s.url), 25)
	if list[5].Answer.Status != 0 {
		t.Errorf("a cut delivery: %+v", list[5].Answer)
	}
	for place, status := range map[int]int{3: 200, 15: 204} { // HEAD, and no content
		if a := list[place].Answer; a.Status != status || a.Bytes != 0 {
			t.Errorf("an answer without a body: %+v", a)
		}
	}
}

// TestNotReadAhead checks that a door can answer before the request is whole.
func TestNotReadAhead(t *testing.T) {
	s := start(t, func(w http.ResponseWriter, r *http.Request) {
		begin := make([]byte, 3)
		io.ReadFull(r.Body, begin)
		w.Write(begin)
		http.NewResponseController(w).Flush()
	}, echo)
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.gateway, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	io.WriteString(connection, "POST /invoke HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nabc") // so much that net/http itself does not wait for the rest
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	begin := make([]byte, 3)
	if _, err := io.ReadFull(answer.Body, begin); err != nil || string(begin) != "abc" {
		t.Errorf("%q %v", begin, err)
	}
}

// raw sends a request, in which LF stands for CRLF, and returns all that comes back.
func raw(t *testing.T, url, request string) string {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	io.WriteString(connection, strings.ReplaceAll(request, "\n", "\r\n"))
	answer, _ := io.ReadAll(connection)
	return string(answer)
}
