package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/openzipkin/zipkin-go/model"

	"sender-invitations/internal/fnhost"
)

// TestTracing checks that the trace has the platform's names and B3 ids by either door, and that nothing is traced if tracing is
// disabled.
func TestTracing(t *testing.T) {
	t.Parallel()
	const traceID, spanID = "463ac35c9f6413ad48485a3953bb6124", "a2fb4a1d1a96d312"
	var collected atomic.Pointer[[]model.SpanModel]
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var spans []model.SpanModel
		if err := json.NewDecoder(r.Body).Decode(&spans); err != nil {
			t.Error(err)
		}
		collected.Store(&spans)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(collector.Close)
	for enabled, wanted := range map[string]bool{"1": true, "true": true, "0": false, "": false} {
		s := newScenario(t, "OCI_TRACING_ENABLED="+enabled+" OCI_TRACE_COLLECTOR_URL="+collector.URL+"/?dataKey=k FN_APP_NAME=App FN_FN_NAME=Fn", "")
		for door, call := range map[string]fnhost.Call{
			"direct": {Header: http.Header{}, Body: []byte(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)},
			"gateway": {Header: gatewayHeader("POST", "/20230401/senderInvitations"),
				Body: []byte(`{"compartmentId": "ocid1.tenancy.oc1..aaaaaaaasender", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`)},
		} {
			collected.Store(nil)
			call.Header["X-B3-Traceid"], call.Header["X-B3-Spanid"], call.Header["X-B3-Sampled"] = []string{traceID}, []string{spanID}, []string{"1"}
			if _, err := s.host.Invoke(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			spans := collected.Load()
			messages := s.oci.Messages()
			published := strings.Contains(messages[len(messages)-1].Body, `"traceparent":"00-`+traceID+"-")
			if (spans != nil) != wanted || published != wanted {
				t.Fatalf("OCI_TRACING_ENABLED=%q, %s: spans %v, in the event %v", enabled, door, spans != nil, published)
			}
			if !wanted {
				continue
			}
			root := (*spans)[len(*spans)-1]
			if root.Name != door || root.TraceID.String() != traceID || root.ParentID.String() != spanID || root.LocalEndpoint.ServiceName != "app::fn" {
				t.Errorf("%s: %+v", door, root)
			}
		}
	}
}
