//go:build clients

package main_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"sender-invitations/internal/ocitest"
)

// Oracle's SDK for Node.js, a client that shares no code with this program: testdata/clients/node.test.mjs. Its endpoint may
// have a path, so it also plays behind a prefix. make test-clients installs it.
func TestClientsNode(t *testing.T) {
	for _, prefix := range []string{"", "/invitations/v1"} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			var busy atomic.Int64
			s := newScenarioOn(t, &ocitest.Server{EmptyPages: true, Fault: func(r *http.Request) ocitest.Fault {
				if strings.HasSuffix(r.URL.Path, ".busy") && busy.Add(1) < 3 {
					return ocitest.Fault{Status: 503, RetryAfter: 1}
				}
				return ocitest.Fault{}
			}}, "HTTP_BASE_PATH="+prefix)
			node := exec.CommandContext(t.Context(), "node", "--test", "testdata/clients/node.test.mjs")
			node.Env = append(os.Environ(), "GATEWAY="+s.gateway.URL+prefix, "MESSAGES="+s.emulator+"/messages")
			output, err := node.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			t.Logf("%s", output)
			var statuses []string
			for _, call := range s.oci.Calls() {
				if strings.HasSuffix(call.Path, ".busy") {
					statuses = append(statuses, fmt.Sprint(call.Status))
				}
			}
			if got := strings.Join(statuses, " "); got != "503 503 404" { // each attempt of the SDK is one of the function
				t.Errorf("OCI answered the SDK that retries %s", got)
			}
		})
	}
}
