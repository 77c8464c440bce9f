package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/ocitest"
)

// renewedOCI is an emulated OCI that is replaced by a new one from time to time, for it keeps all that it sees. It records the requests
// until they are taken.
type renewedOCI struct {
	mu      sync.Mutex
	current *ocitest.Server
	served  int
	reached []string // method and path
}

func (o *renewedOCI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	if o.served%500 == 0 {
		o.current = &ocitest.Server{SkipSignatures: true}
	}
	o.served++
	o.reached = append(o.reached, r.Method+" "+r.URL.Path)
	current := o.current
	o.mu.Unlock()
	current.ServeHTTP(w, r)
}

func (o *renewedOCI) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	reached := o.reached
	o.reached = nil
	return reached
}

// FuzzHTTP asserts of the whole HTTP door, on an emulated OCI, that no request causes a panic or a 500, that errors have OCI's form, that
// answers can be sent, and that only the routes that write cause writes.
func FuzzHTTP(f *testing.F) {
	const invitations = "/20230401/senderInvitations"
	for _, seed := range [][4]string{
		{"POST", invitations, "opc-retry-token: t\nopc-request-id: r", `{"compartmentId": "` + ocitest.DefaultTenancy + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`},
		{"GET", invitations + "?compartmentId=" + ocitest.DefaultTenancy + "&limit=1&page=x", "opc-client-retries: true", ""},
		{"HEAD", invitations + "/ocid1.senderinvitation.oc1..aaaaaaaa00000001", "", ""},
		{"PUT", invitations + "/ocid1.senderinvitation.oc1..aaaaaaaa00000001", "if-match: 1-1\ncontent-type: application/json", `{"displayName": "x", "freeformTags": {}}`},
		{"POST", invitations + "/ocid1.senderinvitation.oc1..aaaaaaaa00000001/actions/cancel", "if-match: *", ""},
		{"GET", "/20230401/workRequests/ocid1.organizationsworkrequest.oc1..a/logs?sortOrder=ASC", "", ""},
		{"OPTIONS", "/events", "webhook-request-origin: a.example", ""},
		{"GET", "/health", "fn-http-h-x: y", ""},
		{"DELETE", "/20230401/events", "", ""},
		{"GET", "http://other.example//%2e%2e/health?%zz", "a: b", ""},
		{"G T", "/a%zz", "opc-request-id: \xff", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], []byte(seed[3]))
	}
	files, err := filepath.Glob("../testdata/events/*.[jh]*")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, file := range files {
		header, body, err := delivery.Read(file)
		if err != nil {
			f.Fatal(err)
		}
		var lines strings.Builder
		for name, values := range header {
			fmt.Fprintf(&lines, "%s: %s\n", name, values[0])
		}
		f.Add("POST", "/events", lines.String(), body)
	}
	oci := &renewedOCI{}
	function := newFunctionBehind(f, &ocitest.Server{}, oci, "MAX_ATTEMPTS", "1", "LOG_LEVEL", "error")
	f.Fuzz(func(t *testing.T, method, target, lines string, body []byte) {
		function.log.Reset()
		w := httptest.NewRecorder()
		r, err := http.NewRequest(method, target, bytes.NewReader(body)) // as fdk-go does it
		if err != nil {
			if function.InvalidURL(context.Background(), headerOf(lines), w); w.Code != 400 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			checkAnswered(t, w, "GET")
			return
		}
		r.Header = headerOf(lines)
		function.HTTP(w, r)
		if w.Code == http.StatusInternalServerError {
			t.Fatalf("%s\n%s", w.Body, function.log.String())
		}
		checkAnswered(t, w, r.Method)
		for _, reached := range oci.take() {
			if !mayReach(r, reached) {
				t.Fatalf("%s %s made the request %s", r.Method, r.URL, reached)
			}
		}
	})
}

func headerOf(lines string) http.Header {
	header := http.Header{}
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			header.Add(name, strings.TrimSpace(value))
		}
	}
	return header
}

// checkAnswered checks that the answer can be sent, and that an error has OCI's form.
func checkAnswered(t *testing.T, w *httptest.ResponseRecorder, method string) {
	t.Helper()
	for name, values := range w.Header() {
		if strings.ContainsFunc(name+strings.Join(values, ""), func(r rune) bool { return r < ' ' }) {
			t.Fatalf("%s: %q", name, values)
		}
	}
	if w.Code < 200 || w.Code > 599 || w.Body.Len() > events.MaxBody || w.Header().Get("opc-request-id") == "" {
		t.Fatalf("%d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
	if method == http.MethodHead || w.Code < 400 {
		return
	}
	var told map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	code, _ := told["code"].(string)
	message, _ := told["message"].(string)
	batch := w.Code == http.StatusServiceUnavailable && told["results"] != nil
	if !batch && (len(told) != 2 || code == "" || message == "") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// mayReach reports whether a request may cause the function to make the request reached.
func mayReach(r *http.Request, reached string) bool {
	method, path, _ := strings.Cut(reached, " ")
	writes := slices.Contains([]string{http.MethodPost, http.MethodPut}, r.Method)
	isOfOperation := func(op *command.Operation) bool {
		return strings.HasPrefix(path, command.BasePath+strings.Split(op.Path, "{")[0])
	}
	switch {
	case strings.HasPrefix(path, "/20181201/topics/"):
		return writes
	case !slices.ContainsFunc(command.Operations, isOfOperation):
		return false
	}
	return method == http.MethodGet || writes && (strings.HasSuffix(r.URL.Path, "/events") || method == r.Method)
}
