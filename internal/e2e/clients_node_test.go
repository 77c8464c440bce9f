//go:build clients

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// TestClientsNode runs testdata/clients/node.test.mjs with Oracle's SDK for Node.js, a client that shares no code with the
// function. The endpoint of this SDK may have a path, so the test also runs with a prefix. make test-clients installs the SDK.
func TestClientsNode(t *testing.T) {
	for _, prefix := range []string{"", "/invitations/v1"} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			faults := parseFaults(t, "GET .busy 1 status=503 retry-after=1\nGET .busy 2 status=503 retry-after=1")
			s := newScenarioOn(t, &ocitest.Server{EmptyPages: true, Fault: faults}, "HTTP_BASE_PATH="+prefix)
			node := exec.CommandContext(t.Context(), "node", "--test", "testdata/clients/node.test.mjs")
			node.Env = append(os.Environ(), "GATEWAY="+s.gateway.URL+prefix, "MESSAGES="+s.emulator+"/messages")
			output, err := node.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			t.Logf("%s", output)
			if got := s.statuses(".busy"); got != "503 503 404" { // one attempt for each of the SDK
				t.Errorf("OCI answered %s to an SDK that retries", got)
			}
		})
	}
}

// TestClientsNodeExample runs deploy/examples/api-gateway/client.mjs, unchanged, behind a gateway that requires a token. Two
// runs make one invitation; a run with another token makes none.
func TestClientsNodeExample(t *testing.T) {
	const token, recipient = "eyJhbGciOiJSUzI1NiJ9.node.token", realRecipient
	folder := t.TempDir() // a program's folder, with its node_modules
	if err := os.Symlink(inTree("testdata/clients/node_modules"), filepath.Join(folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
	program := readText(t, "deploy/examples/api-gateway/client.mjs")
	if err := os.WriteFile(filepath.Join(folder, "client.mjs"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newScenarioOn(t, &ocitest.Server{Tenancy: realSender}, "")
	gate := s.tokenGate(t, token)
	run := func(token string) (string, error) {
		node := exec.CommandContext(t.Context(), "node", filepath.Join(folder, "client.mjs"), realSender, recipient)
		node.Env = append(os.Environ(), "GATEWAY_URL="+gate.URL, "TOKEN="+token)
		output, err := node.CombinedOutput()
		return string(output), err
	}
	for range 2 {
		output, err := run(token)
		if err != nil || !strings.Contains(output, `"recipientTenancyId": "`+recipient+`"`) ||
			!strings.Contains(output, `"opcWorkRequestId": "ocid1.`) {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	gate.checkInvited(t, s, token, recipient)
	if output, err := run("another"); err == nil || !strings.Contains(output, "401") {
		t.Errorf("%v\n%s", err, output)
	}
}
