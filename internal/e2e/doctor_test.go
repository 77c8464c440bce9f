package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/handler/doctor"
	"sender-invitations/internal/ocitest"
)

// TestDoctorInvoked checks the report that a running function gives to a direct invocation.
func TestDoctorInvoked(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "POST /messages * status=404 code=NotAuthorizedOrNotFound")
	ask := func(wanted string) {
		t.Helper()
		body, err := os.Open(inTree("testdata/doctor.json"))
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		response, err := http.Post(s.direct.URL, "application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/json" || !strings.Contains(string(answer), wanted) {
			t.Errorf("%v %d %s", err, response.StatusCode, answer)
		}
	}
	ask(`{"ok":true,"version":"dev",`)
	s.oci.RevokeCredentials()
	ask(`"fault":"401 NotAuthenticated: session token: revoked"`)
	if err := s.changeOCI("rotate"); err != nil {
		t.Fatal(err)
	}
	ask(`{"ok":true,"version":"dev",`)
	for _, call := range s.oci.Calls() {
		if call.Method != http.MethodGet {
			t.Errorf("%s %s", call.Method, call.Path)
		}
	}
}

// TestDoctorOnWorkstation checks the report of the binary before it is deployed. It uses the credentials of an OCI CLI session,
// the only kind in a configuration file that the emulated OCI accepts. The file is where the CLI looks for it: below HOME.
func TestDoctorOnWorkstation(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".oci"), 0o700); err != nil {
		t.Fatal(err)
	}
	profile := fmt.Sprintf("[ACME]\nfingerprint=20:3b:97\nregion=us-ashburn-1\ntenancy=%s\nkey_file=%s\nsecurity_token_file=%s\n",
		ocitest.DefaultTenancy, filepath.Join(s.credentials, "private.pem"), filepath.Join(s.credentials, "rpst"))
	if err := os.WriteFile(filepath.Join(home, ".oci", "config"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := []string{"AUTH=config_file", "HOME=" + home, "OCI_CLI_PROFILE=ACME", "RESULT_TOPIC_OCID=" + resultTopic,
		"ORGANIZATIONS_ENDPOINT=" + s.emulator, "NOTIFICATIONS_ENDPOINT=" + s.emulator}
	report, status := runDoctor(t, environment...)
	if status != 0 || !report.OK || !report.Organizations.OK || !report.DeadLetterTopic.OK {
		t.Errorf("exit %d, %+v", status, report)
	}
	s.oci.RevokeCredentials()
	report, status = runDoctor(t, environment...)
	if status != 1 || report.OK || !strings.Contains(report.Credentials.Remedy, "oci session authenticate") || report.Organizations.Skipped == "" {
		t.Errorf("exit %d, %+v", status, report)
	}
}

func TestDoctorWithWrongSettings(t *testing.T) {
	t.Parallel()
	report, status := runDoctor(t, "READ_TIMEOUT=soon", "AUTH=password")
	if status != 1 || report.OK || report.Version != "dev" || report.Credentials.Skipped != "the settings are wrong" {
		t.Errorf("exit %d, %+v", status, report)
	}
	for _, wanted := range []string{"RESULT_TOPIC_OCID is required", "READ_TIMEOUT takes a duration", "AUTH takes resource_principal"} {
		if !strings.Contains(report.Settings.Fault, wanted) {
			t.Errorf("%q is not in %s", wanted, report.Settings.Fault)
		}
	}
}

// runDoctor runs the function with the argument doctor, without a listener.
func runDoctor(t *testing.T, environment ...string) (report doctor.Report, status int) {
	t.Helper()
	stdout, stderr, status := runFunction(t, []string{"doctor"}, environment...)
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || !strings.HasPrefix(stdout, "{\n  \"ok\": ") {
		t.Fatalf("%v: %q, %q", err, stdout, stderr)
	}
	return report, status
}
