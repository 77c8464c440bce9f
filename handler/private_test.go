package handler_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/ocitest"
)

// These texts must be in no log line and in no error: an e-mail address, and secrets in the places where secrets belong.
const (
	plantedName    = "planted.person"
	plantedAddress = plantedName + "@private.example"
	plantedSecret  = "PLANTED-SECRET-d41d8cd98f00b204"
)

var quotedString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// planted returns variants of a JSON text: the text itself, one with a secret in its data, and one for each of its strings and member
// names, with the address in its place.
func planted(text []byte) [][]byte {
	all := [][]byte{text, regexp.MustCompile(`"data"\s*:\s*\{`).ReplaceAll(text, []byte(`"data":{"password":"`+plantedSecret+`","contact":"`+plantedAddress+`",`))}
	for _, place := range quotedString.FindAllIndex(text, -1) {
		all = append(all, bytes.Join([][]byte{text[:place[0]], []byte(`"` + plantedAddress + `"`), text[place[1]:]}, nil))
	}
	return all
}

// watched is a function whose log and answers are searched for the planted texts.
type watched struct {
	*function
	t       *testing.T
	secrets []string
	lines   int
}

func watch(t *testing.T, oci *ocitest.Server, settings ...string) *watched {
	w := &watched{function: newFunction(t, oci, append(settings, "LOG_LEVEL", "debug", "MAX_ATTEMPTS", "1")...), t: t}
	for _, name := range []string{"rpst", "private.pem"} {
		secret, err := os.ReadFile(filepath.Join(w.folder, name))
		if err != nil {
			t.Fatal(err)
		}
		w.secrets = append(w.secrets, string(secret[40:80]))
	}
	w.secrets = append(w.secrets, plantedName, plantedSecret)
	return w
}

// send makes an invocation through the door, and searches its log and its answer.
func (w *watched) send(what string, door http.HandlerFunc, r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	r.Header.Set("Authorization", "Bearer "+plantedSecret)
	r.Header.Set("opc-retry-token", plantedSecret)
	answer := httptest.NewRecorder()
	func() {
		defer func() { _ = recover() }() // a cut
		door(answer, r)
	}()
	w.lines += strings.Count(w.log.String(), "\n")
	for _, secret := range w.secrets {
		if log := w.log.String(); strings.Contains(log, secret) {
			w.t.Errorf("%s: the log has %s: %s", what, secret, log)
		}
		if answer.Code >= 400 && strings.Contains(answer.Body.String(), secret) {
			w.t.Errorf("%s: the answer has %s: %s", what, secret, answer.Body)
		}
	}
	w.log.Reset()
	return answer
}

// No log line and no error answer has an e-mail address, a token or a key, whatever is delivered, through either door, with every guardrail
// set, and in dry-run too.
func TestNothingPrivateOfDeliveries(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/events/*")
	if err != nil || len(files) < 90 {
		t.Fatal(len(files), err)
	}
	enforcing := watch(t, &ocitest.Server{SkipSignatures: true}, "DENIED_RECIPIENTS", "*evil", "ALLOWED_EMAIL_DOMAINS", "acme.example", "MAX_PENDING", "2")
	rehearsing := watch(t, &ocitest.Server{SkipSignatures: true}, "MODE", "dry-run")
	deliveries := 0
	for _, file := range files {
		header, body, err := delivery.Read(file)
		if err != nil || strings.HasSuffix(file, ".txtar") {
			continue
		}
		for number, variant := range planted(body) {
			deliveries++
			both := []*watched{enforcing, rehearsing}
			if number%8 > 0 { // dry-run gets each file and some of its variants
				both = both[:1]
			}
			for _, w := range both {
				for door, serve := range map[string]http.HandlerFunc{"direct": w.Direct, "events": w.HTTP} {
					r := httptest.NewRequest(http.MethodPost, "/events", bytes.NewReader(variant))
					r.Header = header.Clone()
					w.send(fmt.Sprintf("%s, %d, %s: %s", file, number, door, variant), serve, r)
				}
			}
		}
		for name := range header {
			r := httptest.NewRequest(http.MethodPost, "/events", bytes.NewReader(body))
			r.Header = header.Clone()
			r.Header.Set(name, plantedAddress)
			enforcing.send(file+", header "+name, enforcing.Direct, r)
		}
	}
	if lines := enforcing.lines + rehearsing.lines; deliveries < 1500 || lines < 2*deliveries {
		t.Errorf("%d deliveries, %d lines", deliveries, lines)
	}
}

// The same holds for records within records: those of a stream, and replays.
func TestNothingPrivateOfNestedRecords(t *testing.T) {
	t.Parallel()
	w := watch(t, &ocitest.Server{})
	signup, err := os.ReadFile("../testdata/events/signup.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, variant := range planted(signup) {
		record := `[{"stream": "s", "partition": "0", "key": null, "offset": 3, "timestamp": 1, "value": "` + base64.StdEncoding.EncodeToString(variant) + `"}]`
		failed := `{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.failed", "data": {"eventEncoding": "base64", "event": "` +
			base64.StdEncoding.EncodeToString(variant) + `"}}`
		for _, body := range []string{record, failed} {
			w.send(body, w.Direct, httptest.NewRequest(http.MethodPost, "/invoke", strings.NewReader(body)))
			w.send(body, w.HTTP, httptest.NewRequest(http.MethodPost, "/events", strings.NewReader(body)))
		}
	}
}

// The same holds for requests through the gateway, wherever they have the address.
func TestNothingPrivateOfRequests(t *testing.T) {
	t.Parallel()
	w := watch(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if strings.Contains(r.URL.Path, plantedName) { // OCI's own errors are passed on to the caller, so here they must not quote the request
			return ocitest.Fault{Status: http.StatusNotFound}
		}
		return ocitest.Fault{}
	}}, "ALLOWED_EMAIL_DOMAINS", "acme.example")
	const route = "/20230401/senderInvitations"
	for _, target := range []string{
		route + "/" + plantedAddress, route + "/planted.person%40private.example", route + "/planted.person%2540private.example", route + "/planted.person%EF%BC%A0private.example",
		route + "?compartmentId=" + plantedAddress, route + "?compartmentId=" + sender + "&displayName=" + plantedAddress, route + "?" + plantedAddress,
		"/20230401/workRequests/" + plantedAddress, "/20230401/workRequests/" + plantedAddress + "/errors", "/" + plantedAddress, "/health?" + plantedAddress,
		route + "/" + plantedAddress + "/actions/cancel", route + "/" + plantedAddress + "%2F", "/events?" + plantedAddress,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodOptions, plantedAddress} {
			for _, body := range planted([]byte(`{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "a@acme.example", "data": {"displayName": "n"}}`)) {
				r := httptest.NewRequest(http.MethodGet, target, bytes.NewReader(body))
				r.Method = method
				r.Header.Set("opc-request-id", plantedAddress)
				r.Header.Set("if-match", plantedAddress)
				r.Header.Set("content-type", "application/json")
				w.send(method+" "+target+" "+string(body), w.HTTP, r)
				r = httptest.NewRequest(http.MethodGet, target, bytes.NewReader(body))
				r.Method = method
				r.Header.Set("content-type", plantedAddress)
				w.send(method+" "+target+" "+string(body), w.HTTP, r)
			}
		}
	}
}

// The log has no private text of OCI's answers, whatever they say and however they break off.
func TestNothingPrivateOfAnswers(t *testing.T) {
	t.Parallel()
	signup, err := os.ReadFile("../testdata/events/signup.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []ocitest.Fault{
		{Status: 400, Code: plantedAddress, Message: plantedAddress + plantedSecret}, {Status: 404, Message: plantedAddress}, {Status: 409, Code: "IncorrectState", Message: plantedAddress},
		{Status: 401, Message: plantedAddress + plantedSecret}, {Status: 429, Message: plantedSecret}, {Status: 500, Body: "<html>" + plantedAddress + plantedSecret},
		{Status: 503, Body: `{"code": {"` + plantedAddress + `": 1}}`}, {Status: 200, Body: plantedAddress}, {Status: 302, Body: plantedAddress}, {Reset: true}, {DropAnswer: true},
	} {
		for _, suffix := range []string{"/senderInvitations", "/messages", ""} {
			w := watch(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
				if strings.HasSuffix(r.URL.Path, suffix) {
					return fault
				}
				return ocitest.Fault{}
			}})
			for door, serve := range map[string]http.HandlerFunc{"direct": w.Direct, "events": w.HTTP} {
				answer := httptest.NewRecorder()
				func() {
					ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // a topic that answers 429 is waited for
					defer cancel()
					defer func() { _ = recover() }()
					serve(answer, httptest.NewRequestWithContext(ctx, http.MethodPost, "/events", bytes.NewReader(signup)))
				}()
				if log := w.log.String(); log == "" || strings.Contains(log, plantedName) || strings.Contains(log, plantedSecret) {
					t.Errorf("%+v, %s, %s: %s", fault, suffix, door, log)
				}
			}
		}
	}
}

// Neither the log nor an answer has the text of a proxy's answer.
func TestNothingPrivateOfProxies(t *testing.T) {
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	go func() {
		for {
			connection, err := proxy.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(connection))
			fmt.Fprintf(connection, "HTTP/1.1 407 %s must log in with %s\r\nContent-Length: 0\r\n\r\n", plantedAddress, plantedSecret)
			connection.Close()
		}
	}()
	if os.Getenv("PROXIED") == "" { // net/http reads the environment once in a process
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNothingPrivateOfProxies$")
		child.Env = append(os.Environ(), "PROXIED=1", "HTTPS_PROXY=http://"+proxy.Addr().String())
		if output, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, output)
		}
		return
	}
	w := watch(t, &ocitest.Server{}, "ORGANIZATIONS_ENDPOINT", "https://organizations.example")
	for _, body := range []string{`{"operation": "list"}`, `{"operation": "doctor"}`} {
		answer, _ := w.invoke(body)
		if log := w.log.String(); !strings.Contains(log, "the proxy (HTTPS_PROXY) answers 407") && body != `{"operation": "doctor"}` ||
			strings.Contains(log+answer, plantedName) || strings.Contains(log+answer, plantedSecret) {
			t.Errorf("%s: %s %s", body, answer, log)
		}
		w.log.Reset()
	}
}

// Settings, rules and the name of their file may name people; the errors about them do not.
func TestNothingPrivateOfSettings(t *testing.T) {
	const rule = `{name: planted.person@private.example, match: {type: a}, operation: `
	for name, value := range map[string]string{
		"RULES":             "- " + rule + plantedAddress + "}",
		"RULES_FILE":        "/nonexistent/" + plantedAddress,
		"DENIED_RECIPIENTS": plantedAddress, "AUTH": plantedAddress, "COMPARTMENT_OCID": plantedAddress, "ORGANIZATIONS_ENDPOINT": "https://" + plantedAddress,
	} {
		for _, value := range []string{value, strings.Replace(value, "operation: "+plantedAddress, "operation: create, "+plantedAddress+": 1", 1),
			strings.Replace(value, plantedAddress+"}", "create, with: {"+plantedAddress+": a}}", 1)} {
			_, err := settings.Parse(func(wanted string) string {
				return map[string]string{name: value, "RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none"}[wanted]
			})
			if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), plantedName) {
				t.Errorf("%s=%s: %v", name, value, err)
			}
		}
	}
	f := newFunction(t, &ocitest.Server{}, "RULES", "- "+rule+"cancel, with: {recipientTenancyId: a}}")
	if report, _ := f.invoke(`{"operation": "doctor"}`); !strings.Contains(report, `"names":["sha256:`) || strings.Contains(report, plantedName) {
		t.Error(report)
	}
}
