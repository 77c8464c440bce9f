package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sender-invitations/internal/fnhost"
)

var update = flag.Bool("update", false, "rewrite the wanted answers in testdata/*.txtar and deploy/examples")

// root is the root of the source tree, where the tests run.
var root string

// temporary is a folder that is removed after the tests.
var temporary string

func TestMain(m *testing.M) {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func run(m *testing.M) (status int, err error) {
	if err := os.Chdir("../.."); err != nil {
		return 0, err
	}
	if root, err = os.Getwd(); err != nil {
		return 0, err
	}
	if temporary, err = os.MkdirTemp("", "function-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(temporary)
	if err := flag.Set("test.parallel", "8"); err != nil { // the tests wait more than they compute
		return 0, err
	}
	return m.Run(), nil
}

// inTree returns the absolute name of a file of the source tree. go test takes a relative name as relative to this folder when it
// checks whether a cached result still holds, so it would miss a change of the file.
func inTree(name string) string { return filepath.Join(root, name) }

// readText returns the text of a file of the source tree.
func readText(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(inTree(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// binary builds the function once, and returns its file.
var binary = sync.OnceValue(func() string {
	for _, source := range []string{"func.go", "go.mod", "go.sum"} {
		if _, err := os.Stat(inTree(source)); err != nil { // go test sees only what the tests open, not what go build opens
			panic(err)
		}
	}
	file := filepath.Join(temporary, "func")
	build := exec.Command("go", append([]string{"build", "-o", file}, raceFlag...)...)
	if output, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("go build: %v\n%s", err, output))
	}
	return file
})

// runFunction runs the function without the Fn host. It returns the output and the exit status.
func runFunction(t *testing.T, arguments []string, environment ...string) (stdout, stderr string, status int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary(), arguments...)
	command.Env = environment
	var out, errors bytes.Buffer
	command.Stdout, command.Stderr = &out, &errors
	if err := command.Run(); err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errors.String(), command.ProcessState.ExitCode()
}

// gatewayHeader returns the headers by which the platform passes on a request through the gateway.
func gatewayHeader(method, url string) http.Header {
	return http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {method}, "Fn-Http-Request-Url": {url}}
}

func TestWithoutListener(t *testing.T) {
	t.Parallel()
	stdout, stderr, status := runFunction(t, nil, "READ_TIMEOUT=wrong too")
	if status != 2 || stdout != "" || !strings.Contains(stderr, "OCI Functions") || !strings.Contains(stderr, "make run") || strings.Contains(stderr, "READ_TIMEOUT") {
		t.Errorf("exit %d, %q, %q", status, stdout, stderr)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	stdout, stderr, status := runFunction(t, []string{"--help"})
	if status != 0 || stderr != "" || !strings.Contains(stdout, "make run") {
		t.Errorf("exit %d, %q, %q", status, stdout, stderr)
	}
}

// TestMisspeltSettings checks that the log names a variable that looks like a setting, and never its value.
func TestMisspeltSettings(t *testing.T) {
	t.Parallel()
	listener := "FN_LISTENER=unix:" + filepath.Join(t.TempDir(), "lsnr.sock")
	for _, arguments := range [][]string{nil, {"doctor"}} {
		_, stderr, status := runFunction(t, arguments, listener, "ALLOWED_RECIPIENT=secret", "RESULT_TOPIC=secret", "PATH=secret")
		if status != 1 || strings.Count(stderr, `"level":"WARN"`) != 2 || strings.Contains(stderr, "secret") ||
			!strings.Contains(stderr, `"msg":"this environment variable is not a setting, but looks like one","variable":"ALLOWED_RECIPIENT","setting":"ALLOWED_RECIPIENTS"`) {
			t.Errorf("%q: exit %d, %s", arguments, status, stderr)
		}
	}
}

// TestWrongSettings checks that one line names every wrong setting.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	listener := "FN_LISTENER=unix:" + filepath.Join(t.TempDir(), "lsnr.sock")
	stdout, stderr, status := runFunction(t, nil, listener, "READ_TIMEOUT=soon", "AUTH=password")
	if status != 1 || stdout != "" || strings.Count(stderr, "\n") != 1 {
		t.Fatalf("exit %d, %q, %q", status, stdout, stderr)
	}
	for _, wanted := range []string{"RESULT_TOPIC_OCID is required", "READ_TIMEOUT takes a duration", `\"soon\"`, "AUTH takes resource_principal, config_file or instance_principal"} {
		if !strings.Contains(stderr, wanted) {
			t.Errorf("%q is not in %s", wanted, stderr)
		}
	}
}

// TestWrongRules checks that the function does not start with a misspelt field in the rules file, and that its log line names
// the rule, the line and the field.
func TestWrongRules(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rules := filepath.Join(folder, "rules.yaml")
	text := "- name: signup\n  match: {type: com.acme.signup}\n  operation: create\n  with:\n    recipientTenancyId: data.tenancyId\n    recipientEmail: data.email\n"
	if err := os.WriteFile(rules, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, status := runFunction(t, nil, "FN_LISTENER=unix:"+filepath.Join(folder, "lsnr.sock"), "RESULT_TOPIC_OCID="+resultTopic, "RULES_FILE="+rules)
	if status != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, `RULES_FILE: rule \"signup\", line 6: with.recipientEmail: create has no such field`) {
		t.Errorf("exit %d, %s", status, stderr)
	}
}

// Example shows the first words of the program's help.
func Example() {
	output, err := exec.Command(binary(), "--help").Output()
	first, _, _ := strings.Cut(string(output), ":")
	fmt.Println(first, err)
	// Output: sender-invitations is a function for OCI Functions <nil>
}

// TestRawQuery checks that a blank or a non-ASCII letter in the query, which a client may leave unescaped, is escaped on its way
// to OCI.
func TestRawQuery(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: gatewayHeader("GET",
		"/20230401/senderInvitations?compartmentId=ocid1.tenancy.oc1..aaaaaaaasender&displayName=a bö")})
	if err != nil || answer.Header.Get("Fn-Http-Status") != "200" {
		t.Fatalf("%v %s", err, answer.Body)
	}
	if query := s.oci.Calls()[0].RawQuery; !strings.Contains(query, "displayName=a+b%C3%B6") {
		t.Error(query)
	}
}

// TestUnparsableRequests checks that a method or URL that cannot be parsed is answered 400 and does not end the process. A
// gateway passes on what a caller wrote.
func TestUnparsableRequests(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	for _, c := range []struct{ method, url string }{
		{"GET", "/a%zz"}, {"GET", "/20230401/senderInvitations/%"}, {"GET", "http://[::1/x"}, {"G T", "/health"},
	} {
		header := gatewayHeader(c.method, c.url)
		header.Set("Fn-Http-H-Opc-Request-Id", "caller")
		answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: header})
		if err != nil {
			t.Errorf("%s %s: %v", c.method, c.url, err)
			continue
		}
		if id := answer.Header.Get("Fn-Http-H-Opc-Request-Id"); id != "caller" {
			t.Errorf("%s %s: answered as %q", c.method, c.url, id)
		}
		if status := answer.Header.Get("Fn-Http-Status"); status != "400" || !strings.Contains(string(answer.Body), `"code":"InvalidParameter"`) {
			t.Errorf("%s %s: %s %s", c.method, c.url, status, answer.Body)
		}
	}
	if s.host.Processes() != 1 {
		t.Errorf("%d processes", s.host.Processes())
	}
}
