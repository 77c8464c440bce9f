package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

// function is the function's binary, built once for all tests.
var function string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "function-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		function = filepath.Join(folder, "func")
		if output, err := exec.Command("go", "build", "-o", function, "sender-invitations").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, output))
		}
		return m.Run()
	}())
}

func Example_show() {
	show(os.Stdout, "Answer of the function", []byte(`{"results":[]}`))
	// Output:
	// Answer of the function
	//    {
	//      "results": []
	//    }
}

const sample = "../../testdata/events/signup.json"

func started(t *testing.T) *stack {
	t.Helper()
	s, err := start(&fnhost.Host{Command: []string{function}}, 0, filepath.Dir(sample))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// played plays the sample as make run does.
func played(t *testing.T, s *stack, out io.Writer) error {
	t.Helper()
	return playSample(t.Context(), out, s, options{event: sample})
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestSample(t *testing.T) {
	s := started(t)
	var out strings.Builder
	if err := played(t, s, &out); err != nil {
		t.Fatal(err)
	}
	id := s.oci.Invitations()[0].ID
	for _, wanted := range []string{"Event in: " + sample, "Invitation made: " + id + ", PENDING", `"type": "senderinvitation.created"`} {
		if !strings.Contains(out.String(), wanted) {
			t.Errorf("%q is not in\n%s", wanted, out.String())
		}
	}
	if status, body := get(t, s.gateway+"/20230401/senderInvitations?compartmentId=ocid1.tenancy.oc1..aaaaaaaasender"); status != 200 || !strings.Contains(body, id) {
		t.Errorf("list: %d %s", status, body)
	}
	if status, body := get(t, s.emulator+"/messages"); status != 200 || !strings.Contains(body, `"type": "senderinvitation.created"`) {
		t.Errorf("messages: %d %s", status, body)
	}
	if status, _ := get(t, s.emulator+"/20230401/senderInvitations?compartmentId=x"); status != 401 {
		t.Errorf("unsigned: %d", status)
	}
	if status, _ := get(t, s.gateway+"/invoke"); status != 405 {
		t.Errorf("GET /invoke: %d", status)
	}
}

// TestSampleWithoutResults checks that no result event is missed where the settings publish none.
func TestSampleWithoutResults(t *testing.T) {
	t.Setenv("RESULT_TOPIC_OCID", "none")
	t.Setenv("DEAD_LETTER_TOPIC_OCID", "none")
	var out strings.Builder
	if err := played(t, started(t), &out); err != nil || !strings.Contains(out.String(), "No result event: RESULT_TOPIC_OCID is none") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestSampleStopped checks that settings in the environment reach the function, and that play reports which step failed.
func TestSampleStopped(t *testing.T) {
	for _, c := range []struct{ name, value, wanted string }{
		{"RULES", "[]", "the function did not create an invitation"},
		{"RESULT_TOPIC_OCID", "none", "the function does not start"}, // there is no dead-letter topic
		{"READ_TIMEOUT", "soon", "its log above says why (502 FunctionInvokeContainerInitFail"},
		{"CONNECT_TIMEOUT", "1ns", "the function's host answers 502"},
		{"EVENT_TYPE_PREFIX", "com.acme", ""},
		{"MODE", "dry-run", ""},
		{"MODE", "hold", ""},
		{"DENIED_RECIPIENTS", "*", "the function did not create an invitation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("MAX_ATTEMPTS", "2") // fails sooner than with the default of five
			t.Setenv(c.name, c.value)
			var out strings.Builder
			err := played(t, started(t), &out)
			if c.wanted == "" && err != nil || c.wanted != "" && (err == nil || !strings.Contains(err.Error(), c.wanted)) {
				t.Errorf("got %v, want %q", err, c.wanted)
			}
			if errors.Is(err, errNotStarted) != (out.Len() == 0) { // what the function says of its settings must not drown
				t.Errorf("%v, but prints %s", err, out.String())
			}
		})
	}
}

// TestSettings checks where the stack lets results go, by the settings in the environment.
func TestSettings(t *testing.T) {
	const connected = "ORGANIZATIONS_ENDPOINT=http://oci NOTIFICATIONS_ENDPOINT=http://oci FN_FN_ID=ocid1.fnfunc.oc1.iad.aaaaaaaafunction "
	const stream = "ocid1.stream.oc1.iad.a"
	for _, c := range []struct {
		environment string
		want        string
	}{
		{"", "RESULT_TOPIC_OCID=" + topic},
		{"RESULT_TOPIC_OCID=none", "RESULT_TOPIC_OCID=" + topic + " RESULT_TOPIC_OCID=none"}, // the last one counts
		{"RESULT_STREAM_OCID=" + stream, "STREAMING_ENDPOINT=http://oci RESULT_STREAM_OCID=" + stream},
		{"DEAD_LETTER_STREAM_OCID=" + stream, "RESULT_TOPIC_OCID=" + topic + " STREAMING_ENDPOINT=http://oci DEAD_LETTER_STREAM_OCID=" + stream},
		{"RESULT_STREAM_OCID=" + stream + " STREAMING_ENDPOINT=http://127.0.0.1:1",
			"STREAMING_ENDPOINT=http://oci RESULT_STREAM_OCID=" + stream},
		{"RESULT_STREAM_OCID=" + stream + " RESULT_TOPIC_OCID=" + topic, // the function says what is wrong
			"STREAMING_ENDPOINT=http://oci RESULT_TOPIC_OCID=" + topic + " RESULT_STREAM_OCID=" + stream},
		{"NOTIFICATIONS_ENDPOINT=http://127.0.0.1:1", "RESULT_TOPIC_OCID=" + topic},
		{"MODE=hold APPROVAL_TOPIC_OCID=" + approvals + " RESEND_EXPIRED=2 EXPIRING_DAYS=3",
			"RESULT_TOPIC_OCID=" + topic + " APPROVAL_TOPIC_OCID=" + approvals + " RESEND_EXPIRED=2 EXPIRING_DAYS=3 MODE=hold"},
	} {
		t.Run(c.environment, func(t *testing.T) {
			for setting := range strings.FieldsSeq(c.environment) {
				name, value, _ := strings.Cut(setting, "=")
				t.Setenv(name, value)
			}
			if got := strings.Join(settingsFor("http://oci"), " "); got != connected+c.want {
				t.Errorf("got  %s\nwant %s", got, connected+c.want)
			}
		})
	}
}

// TestPublishedInStream checks that the stack finds a result event in a stream, as it does on a topic.
func TestPublishedInStream(t *testing.T) {
	oci := &ocitest.Server{SkipSignatures: true}
	server := httptest.NewServer(oci)
	defer server.Close()
	event := `{"specversion":"1.0","subject":"ocid1.senderinvitation.oc1..a","data":{"outcome":"created","invitation":{"id":"ocid1.senderinvitation.oc1..a"}}}`
	for path, body := range map[string]string{
		"/20180418/streams/ocid1.stream.oc1.iad.a/messages":  fmt.Sprintf(`{"messages":[{"value":"eA=="},{"key":"aw==","value":%q}]}`, base64.StdEncoding.EncodeToString([]byte(event))),
		"/20181201/topics/ocid1.onstopic.oc1.iad.a/messages": fmt.Sprintf(`{"body":%q}`, event),
	} {
		response, err := http.Post(server.URL+path, "application/json", strings.NewReader(body))
		if err != nil || response.StatusCode >= 300 {
			t.Fatal(response, err)
		}
		response.Body.Close()
	}
	want := []publication{
		{"on topic ocid1.onstopic.oc1.iad.a", event},
		{"in stream ocid1.stream.oc1.iad.a, partition 0, offset 0, key none", "x"},
		{"in stream ocid1.stream.oc1.iad.a, partition 0, offset 1, key k", event},
	}
	got := publishedBy(oci)
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	created := result{Outcome: "created"}
	created.Invitation.ID = "ocid1.senderinvitation.oc1..a"
	for i, p := range got {
		if p.isOf(created) != (i != 1) {
			t.Errorf("%s: %v", p.place, p.isOf(created))
		}
	}
}

func TestSend(t *testing.T) {
	s := started(t)
	var out strings.Builder
	if err := send(t.Context(), &out, s.gateway, "../../testdata/events/command-create.json"); err != nil || !strings.Contains(out.String(), `"outcome": "created"`) {
		t.Errorf("%v %s", err, out.String())
	}
	out.Reset()
	if err := send(t.Context(), &out, s.gateway, "../../testdata/events/notification-alarm.http"); err != nil || !strings.Contains(out.String(), `"type": "com.oraclecloud.notifications.message"`) {
		t.Errorf("%v %s", err, out.String())
	}
	s.close()
	if err := send(t.Context(), io.Discard, s.gateway, sample); err == nil || !strings.Contains(err.Error(), "make run") {
		t.Error(err)
	}
	if err := send(t.Context(), io.Discard, s.gateway, "nonexistent.json"); err == nil {
		t.Error("send accepts a missing file")
	}
}

// TestCredentialsOfContainer checks that a container can read its credentials, at the platform's path.
func TestCredentialsOfContainer(t *testing.T) {
	host := &fnhost.Host{Container: &fnhost.Container{Engine: "false", Image: "image"}}
	s, err := start(host, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	if !slices.Contains(host.Env, "OCI_RESOURCE_PRINCIPAL_RPST=/.oci-credentials/rpst") {
		t.Errorf("settings: %q", host.Env)
	}
	token, err := os.Stat(filepath.Join(host.Container.Mounts["/.oci-credentials"], "rpst"))
	if err != nil || token.Mode().Perm() != 0o644 {
		t.Errorf("%v %v", token, err)
	}
	if err := played(t, s, io.Discard); !errors.Is(err, errNotStarted) {
		t.Errorf("without an engine: %v", err)
	}
}

// TestPort checks that without PORT a demo takes any free port.
func TestPort(t *testing.T) {
	for _, c := range []struct {
		set  string
		demo bool
		want int
	}{{"", true, 0}, {"", false, 8080}, {"9000", true, 9000}, {"9000", false, 9000}} {
		t.Setenv("PORT", c.set)
		if got, err := port(c.demo); err != nil || got != c.want {
			t.Errorf("PORT=%s, demo %v: %d %v", c.set, c.demo, got, err)
		}
	}
}

func TestPortTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	if _, err := start(&fnhost.Host{Command: []string{function}}, port-1, ""); err == nil || !strings.Contains(err.Error(), "set PORT") {
		t.Error(err)
	}
}

func TestWrongCalls(t *testing.T) {
	binary := options{function: function, event: sample, demo: true}
	for _, c := range []struct {
		port    string
		options options
		wanted  string
	}{
		{"http", binary, "PORT takes a port"},
		{"0", binary, "PORT takes a port"},
		{"65535", binary, "PORT takes a port"},
		{"8080", options{event: sample, demo: true}, "one of -function, -image and -invoke is required"},
		{"8080", options{function: "nonexistent", demo: true}, "-function takes the function's binary"},
		{"8080", options{function: function, image: "image"}, "one of -function, -image and -invoke is required"},
	} {
		t.Setenv("PORT", c.port)
		if err := run(t.Context(), c.options); err == nil || !strings.Contains(err.Error(), c.wanted) {
			t.Errorf("PORT=%s %+v: %v", c.port, c.options, err)
		}
	}
}
