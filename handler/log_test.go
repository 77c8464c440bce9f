package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/handler"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/ocitest"
)

// function is a handler on an emulated OCI, with its log.
type function struct {
	*handler.Handler
	oci       *ocitest.Server
	folder    string   // of the credentials
	variables []string // environment variables that name the credentials
	log       bytes.Buffer
	// read reads the credentials; ahead is how far the clock for the age of connections is ahead.
	read  func() (common.ConfigurationProvider, error)
	ahead atomic.Int64
}

func newFunction(t testing.TB, oci *ocitest.Server, set ...string) *function {
	t.Helper()
	return newFunctionBehind(t, oci, oci, set...)
}

// newFunctionBehind returns a function whose calls reach OCI through between.
func newFunctionBehind(t testing.TB, oci *ocitest.Server, between http.Handler, given ...string) *function {
	t.Helper()
	f := &function{oci: oci, folder: t.TempDir()}
	server := httptest.NewServer(between)
	t.Cleanup(server.Close)
	var err error
	if f.variables, err = oci.IssueCredentials(f.folder); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{"RESULT_TOPIC_OCID": "ocid1.onstopic.oc1.iad.results",
		"ORGANIZATIONS_ENDPOINT": server.URL, "NOTIFICATIONS_ENDPOINT": server.URL, "STREAMING_ENDPOINT": server.URL}
	for index := 0; index < len(given); index += 2 {
		set[given[index]] = given[index+1]
	}
	config, err := settings.Parse(func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	f.read = func() (common.ConfigurationProvider, error) { return principal(f.variables) }
	f.Handler = handler.NewAt(config, func() (common.ConfigurationProvider, error) { return f.read() }, "test",
		slog.New(slog.NewJSONHandler(&f.log, &slog.HandlerOptions{Level: config.LogLevel})),
		func() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) })
	return f
}

// unhurried is the longest time that a function can have. It is that of calls that end by themselves, for this machine may be slow.
const unhurried = 5 * time.Minute

// usedUp is the time of calls that end because it is over. It is long enough for a slow machine to do in it what comes before.
const usedUp = 5 * time.Second

// invoke makes a direct call and reports whether it was cut.
func (f *function) invoke(body string) (answer string, cut bool) {
	return f.invokeWithin(unhurried, body)
}

func (f *function) invokeWithin(timeout time.Duration, body string) (answer string, cut bool) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	defer func() { cut = recover() != nil }()
	w := httptest.NewRecorder()
	f.Direct(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/invoke", strings.NewReader(body)))
	return w.Body.String(), false
}

func (f *function) request(method, path, body string) *httptest.ResponseRecorder {
	ctx, cancel := context.WithTimeout(context.Background(), unhurried)
	defer cancel()
	w := httptest.NewRecorder()
	f.HTTP(w, httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body)))
	return w
}

const createForAcme = `{"specversion": "1.0", "id": "signup-bob@acme.example", "source": "/bob@acme.example", "type": "senderinvitation.create",
	"data": {"recipientTenancyId": "ocid1.tenancy.oc1..acme", "recipientEmailAddress": "bob@acme.example", "opcRequestId": "bob@acme.example"}}`

// The log has no e-mail address of an event or of an answer, however an invocation ends.
func TestLogHasNoAddress(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]ocitest.Fault{
		"created":      {},
		"refused":      {Status: 400, Code: "InvalidParameter", Message: "bob@acme.example is no address"},
		"unavailable":  {Status: 503, Code: "ServiceUnavailable", Message: "bob@acme.example must wait"},
		"unauthorized": {Status: 401, Code: "NotAuthenticated", Message: "who is bob@acme.example?"},
		"cut":          {Reset: true},
	} {
		for _, path := range []string{"/senderInvitations", "/messages"} {
			f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
				if strings.HasSuffix(r.URL.Path, path) {
					return fault
				}
				return ocitest.Fault{}
			}}, "LOG_LEVEL", "debug", "MAX_ATTEMPTS", "2")
			f.invoke(createForAcme)
			f.request(http.MethodPut, "/20230401/senderInvitations/bob@acme.example", `{"displayName": "bob@acme.example"}`)
			f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+ocitest.DefaultTenancy+"&displayName=bob%40acme.example", "")
			if log := f.log.String(); log == "" || strings.Contains(log, "@") || strings.Contains(log, "bob") {
				t.Errorf("%s %s: %s", name, path, log)
			}
		}
	}
}

// The log has no session token, though the SDK quotes what it cannot parse.
func TestLogHasNoToken(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	file := filepath.Join(f.folder, "rpst")
	token, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range []string{string(token) + ".x", string(token) + string(token), string(token[:len(token)/2]), ""} {
		if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		f.log.Reset()
		if _, cut := f.invoke(createForAcme); !cut {
			t.Error("not cut")
		}
		log := f.log.String()
		if !strings.Contains(log, "credentials cannot be read") || strings.Contains(log, string(token[:20])) {
			t.Error(log)
		}
	}
	if err := os.WriteFile(file, token, 0o600); err != nil {
		t.Fatal(err)
	}
	if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("credentials that can be read again: %v %s", cut, answer)
	}
}

// The logger hides addresses in messages, texts and errors, and nothing else; stacks stay as they are.
func TestLoggerHidesAddresses(t *testing.T) {
	var log bytes.Buffer
	handler.NewLogger(&log, slog.LevelInfo).With("from", "bob@acme.example").Error("what is\n bob%40acme.example ?", "text", "100% @ 7", "stack", "x@v1.0.0/y.go",
		"err", errors.New("<bob@acme.example> is unknown"), "number", 7)
	line := log.String()
	for _, wanted := range []string{`"level":"ERROR"`, `"msg":"what is\n sha256:`, `"from":"sha256:`, `"text":"100% sha256:`, ` 7"`, `"stack":"x@v1.0.0/y.go"`, ` is unknown"`, `"number":7`} {
		if !strings.Contains(line, wanted) {
			t.Errorf("%s is not in %s", wanted, line)
		}
	}
	if strings.Contains(line, "acme") || strings.Count(line, "\n") != 1 {
		t.Error(line)
	}
}

// A panic that reaches the HTTP server becomes one line with the stack, without what it quotes. An abort is not logged.
func TestLogHasPanicOfServer(t *testing.T) {
	for name, c := range map[string]struct {
		fault any
		told  string
	}{
		"error":   {errors.New("what is bob?"), `"panic":"what is bob?"`},
		"address": {"bob@acme.example", `"panic":"sha256:`},
		"lines":   {"a: b\ngoroutine of bob@acme.example\n{}", `"panic":"a: b"`},
		"quoted":  {`a "bob@acme.example"`, `"panic":"a "`},
		"long":    {strings.Repeat("ö", 1<<20), `"panic":"öö`},
		"abort":   {http.ErrAbortHandler, ""},
	} {
		var lines bytes.Buffer
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(c.fault) }))
		server.Config.ErrorLog = log.New(handler.LibraryLog(handler.NewLogger(&lines, slog.LevelInfo)), "", 0)
		server.Listener = must(net.Listen("unix", filepath.Join(t.TempDir(), "socket"))) // its callers have the address @
		server.Start()
		connection := must(net.Dial("unix", server.Listener.Addr().String()))
		_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		_, _ = io.Copy(io.Discard, connection)
		connection.Close()
		server.Close()
		line := lines.String()
		var members struct{ Level, Msg, Panic, Stack string }
		switch {
		case c.told == "":
			if line != "" {
				t.Errorf("%s: %s", name, line)
			}
		case json.Unmarshal(lines.Bytes(), &members) != nil || members.Level != "ERROR" || members.Msg != "panic in the HTTP server" || len(members.Panic) > 1000 ||
			!strings.HasPrefix(members.Stack, "goroutine ") || !strings.Contains(members.Stack, "log_test.go") || !strings.Contains(line, c.told) ||
			strings.Contains(line, "acme"):
			t.Errorf("%s: %.5000s", name, line)
		}
	}
}

// If failures have no topic, the log has them, at any level.
func TestLogHasFailureWithoutTopic(t *testing.T) {
	f := newFunction(t, &ocitest.Server{}, "RESULT_TOPIC_OCID", "none", "DEAD_LETTER_TOPIC_OCID", "none", "LOG_LEVEL", "error")
	if answer, cut := f.invoke(`{"operation": "create"}`); cut || !strings.Contains(answer, `"outcome":"failed"`) {
		t.Errorf("%v %s", cut, answer)
	}
	if log := f.log.String(); !strings.Contains(log, "DEAD_LETTER_TOPIC_OCID=none") || !strings.Contains(log, `"eventSha256":"`) || !strings.Contains(log, "MissingParameter") {
		t.Error(log)
	}
	if len(f.oci.Calls()) != 0 {
		t.Errorf("%d calls", len(f.oci.Calls()))
	}
}

// A request that the HTTP door itself refuses is logged, but not published.
func TestLogHasRefusedRequests(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	for _, c := range []struct{ method, path, body, wanted string }{
		{http.MethodPost, "/20230401/senderInvitations", "{", `"route":"/20230401/senderInvitations","status":400,"errorCode":"CannotParseRequest"`},
		{http.MethodGet, "/20230401/senderInvitations", "", `"status":400,"errorCode":"MissingParameter"`},
		{http.MethodGet, "/20230401/senderInvitations/a%2Fb", "", `"route":"","status":400,"errorCode":"InvalidParameter"`},
		{http.MethodGet, "/bob@acme.example", "", `"route":"","status":404,"errorCode":"NotAuthorizedOrNotFound"`},
		{http.MethodGet, "/20230401/senderInvitations/ocid1.x.oc1..a", "", `"status":404,"errorCode":"NotAuthorizedOrNotFound"`},
		{http.MethodDelete, "/events", "", `"status":405,"errorCode":"MethodNotAllowed"`},
	} {
		f.log.Reset()
		f.request(c.method, c.path, c.body)
		if log := f.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, c.wanted) || !strings.Contains(log, `"callId":"`) || strings.Contains(log, "@") {
			t.Errorf("%s %s: %s", c.method, c.path, log)
		}
	}
}
