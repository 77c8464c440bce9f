package handler_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// canned is a network with an OCI that costs nothing: its lists are empty, and every create succeeds.
type canned struct{ requests int }

func (c *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests++
	body := `{"messageId": "00000000-0000-4000-8000-000000000001", "timeStamp": "2026-01-01T00:00:00.000Z"}`
	switch {
	case r.Method == http.MethodGet:
		body = `{"items": []}`
	case strings.HasSuffix(r.URL.Path, "/senderInvitations"):
		body = invited
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Opc-Request-Id": {"one"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

const invited = `{"id": "ocid1.senderinvitation.oc1..one", "compartmentId": "` + ocitest.DefaultTenancy + `", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme",
	"status": "PENDING", "lifecycleState": "CREATING", "timeCreated": "2026-01-01T00:00:00.000Z", "timeUpdated": "2026-01-01T00:00:00.000Z",
	"displayName": "Invitation for Acme", "subjects": ["LINK"], "freeformTags": {}, "definedTags": {}, "systemTags": {}}`

func newCanned(b *testing.B) (*function, *canned) {
	f, network := newFunction(b, &ocitest.Server{}), &canned{}
	f.SetTransport(network)
	return f, network
}

// BenchmarkEvent maps an event, lists, creates, publishes and answers, without a network. B/request is an upper bound of the bytes that
// the function and the SDK's signer allocate for each request to OCI: it includes the test's own request and recorder.
func BenchmarkEvent(b *testing.B) {
	f, network := newCanned(b)
	body, err := os.ReadFile("../testdata/events/signup.json")
	if err != nil {
		b.Fatal(err)
	}
	measured(b, network, func() {
		f.log.Reset()
		w := httptest.NewRecorder()
		r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, "/invoke", bytes.NewReader(body)) // httptest's has a reader of 4 KB
		if err != nil {
			b.Fatal(err)
		}
		f.Direct(w, r)
		if !strings.Contains(w.Body.String(), `"created"`) {
			b.Fatal(w.Body)
		}
	})
}

// BenchmarkHTTP creates and publishes for a caller of the HTTP door.
func BenchmarkHTTP(b *testing.B) {
	f, network := newCanned(b)
	measured(b, network, func() {
		f.log.Reset()
		if w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+ocitest.DefaultTenancy+
			`", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme"}`); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	})
}

// measured runs the call repeatedly, and reports the bytes that it allocates for each request.
func measured(b *testing.B, network *canned, call func()) {
	call() // makes the clients
	b.ReportAllocs()
	network.requests = 0
	before := allocated()
	for b.Loop() {
		call()
	}
	b.ReportMetric(float64(allocated()-before)/float64(network.requests), "B/request")
}

// allocated returns the number of bytes that this process has allocated since its start.
func allocated() uint64 {
	var all runtime.MemStats
	runtime.ReadMemStats(&all)
	return all.TotalAlloc
}

// BenchmarkRespond answers a request that needs no call to OCI.
func BenchmarkRespond(b *testing.B) {
	f, _ := newCanned(b)
	b.ReportAllocs()
	for b.Loop() {
		f.log.Reset()
		if answer, cut := f.invoke(`{"specversion": "1.0", "id": "a", "source": "/b", "type": "com.example.nobodys", "data": {}}`); cut {
			b.Fatal(answer)
		}
	}
}
