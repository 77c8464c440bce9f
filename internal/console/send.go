package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

// sending is what the page asks to send.
type sending struct {
	Door    string            `json:"door"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	content
}

// content is a body that the page sends.
type content struct {
	Body       string `json:"body"`
	BodyBase64 []byte `json:"bodyBase64"` // instead of Body, if it is not text
}

func (c content) bytes() []byte {
	if c.BodyBase64 != nil {
		return c.BodyBase64
	}
	return []byte(c.Body)
}

// send sends what the page asks for through a door, and answers with the delivery's id while it is under way.
func (c *Console) send(w http.ResponseWriter, r *http.Request) {
	asked, ok := read[sending](w, r, 8<<20)
	if !ok {
		return
	}
	request, err := c.requestOf(asked)
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidParameter", err.Error())
		return
	}
	d := c.numbered(asked.Door)
	go c.deliver(d, unseen{}, request)
	respond(w, http.StatusAccepted, map[string]string{"id": d.ID})
}

// requestOf returns the request as the server of the door would get it. It goes on when the page has gone.
func (c *Console) requestOf(asked sending) (*http.Request, error) {
	method, path := http.MethodPost, "/invoke"
	switch {
	case c.doors[asked.Door] == nil:
		return nil, fmt.Errorf("door takes %q or %q, not %q", direct, gated, asked.Door)
	case asked.Door == gated && asked.Method != "":
		method = asked.Method
	}
	if asked.Door == gated {
		if path = asked.Path; path == "" {
			path = c.stack.Setting("HTTP_BASE_PATH") + "/events"
		}
	}
	if _, err := url.ParseRequestURI(path); err != nil || !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " #") {
		return nil, fmt.Errorf("path takes a path with a query, such as /events, not %q", path)
	}
	body := asked.bytes()
	request, err := http.NewRequestWithContext(context.Background(), method, c.stack.Gateway+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("method takes the name of a method such as POST, not %q", method)
	}
	request.RequestURI, request.RemoteAddr = path, "127.0.0.1:0"
	if err := setHeaders(request, asked.Headers); err != nil {
		return nil, err
	}
	request.Header.Del("Transfer-Encoding") // a server takes it out
	request.Header.Del("Content-Length")
	if len(body) > 0 {
		request.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	if asked.Door == direct && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json") // as make invoke does
	}
	return request, nil
}

// setHeaders sets the headers. A server would refuse those that are wrong.
func setHeaders(request *http.Request, headers map[string]string) error {
	for name, value := range headers {
		if !isToken(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return fmt.Errorf("headers has %q, which cannot be sent: a name has letters, digits and - only, and a value no control characters", name)
		}
		if textproto.CanonicalMIMEHeaderKey(name) == "Host" {
			return errors.New("headers has Host, which is the stack's own: leave it out")
		}
		request.Header.Set(name, value)
	}
	return nil
}

// isToken reports whether a header can have this name (RFC 9110, section 5.6.2).
func isToken(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~") == ""
}

// unseen is the http.ResponseWriter of an answer that nobody but the recorder sees. Its value is the headers.
type unseen http.Header

func (u unseen) Header() http.Header         { return http.Header(u) }
func (u unseen) Write(p []byte) (int, error) { return len(p), nil }
func (u unseen) WriteHeader(int)             {}
