package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/handler"
	"sender-invitations/handler/doctor"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/settings"
	"sender-invitations/handler/trace"
	"sender-invitations/internal/ocitest"
)

const (
	results  = "ocid1.onstopic.oc1.iad.results"
	failures = "ocid1.onstopic.oc1.iad.failures"

	resultStream = "ocid1.stream.oc1.iad.results"
)

// patient describes a function for the doctor to examine. A test plants a fault in it; then function makes the function.
type patient struct {
	oci       *ocitest.Server
	settings  map[string]string
	config    func(*settings.Config) // changes the parsed settings
	folder    string                 // of the credentials
	variables []string               // environment variables that name the credentials
	log       bytes.Buffer
}

// newPatient returns a patient without a fault.
func newPatient(t *testing.T) *patient {
	p := &patient{oci: &ocitest.Server{}, folder: t.TempDir(), config: func(*settings.Config) {}}
	server := httptest.NewServer(p.oci)
	t.Cleanup(server.Close)
	p.settings = map[string]string{"RESULT_TOPIC_OCID": results, "DEAD_LETTER_TOPIC_OCID": failures, "FN_FN_ID": "ocid1.fnfunc.oc1.iad.function",
		"ORGANIZATIONS_ENDPOINT": server.URL, "NOTIFICATIONS_ENDPOINT": server.URL, "STREAMING_ENDPOINT": server.URL, "RULES": aRule, "DENIED_RECIPIENTS": ""}
	return p
}

const aRule = "- {name: signup, match: {type: com.acme.signup}, operation: create, with: {recipientTenancyId: data.tenancyId}}"

func (p *patient) issue(t *testing.T) {
	t.Helper()
	var err error
	if p.variables, err = p.oci.IssueCredentials(p.folder); err != nil {
		t.Fatal(err)
	}
}

func (p *patient) write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.folder, file), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// putResults makes the function put results into the result stream, which has the state.
func (p *patient) putResults(state string) {
	p.settings["RESULT_TOPIC_OCID"], p.settings["RESULT_STREAM_OCID"] = "", resultStream
	p.oci.Streams = map[string]string{resultStream: state}
}

// fails makes the calls to paths with the suffix fail.
func (p *patient) fails(suffix string, fault ocitest.Fault) {
	p.oci.Fault = func(r *http.Request) ocitest.Fault {
		if strings.HasSuffix(r.URL.Path, suffix) {
			return fault
		}
		return ocitest.Fault{}
	}
}

// at starts a server that answers with do, and returns its URL.
func at(t *testing.T, start func(http.Handler) *httptest.Server, do http.HandlerFunc) string {
	server := start(do)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(server.Close)
	return server.URL
}

// closedPort returns the URL of a port that no server listens on.
func closedPort(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	return "http://" + listener.Addr().String()
}

func (p *patient) function(t *testing.T) *function {
	t.Helper()
	config, err := settings.Parse(func(name string) string { return p.settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	p.config(&config)
	credentials := func() (common.ConfigurationProvider, error) {
		if config.Auth == settings.AuthConfigFile {
			return common.ConfigurationProviderFromFileWithProfile(config.OCIConfigFile, config.OCIConfigProfile, "")
		}
		return principal(p.variables)
	}
	return &function{Handler: handler.New(config, credentials, "test", slog.New(slog.NewJSONHandler(&p.log, nil))), oci: p.oci}
}

// report asks the doctor through the direct door and returns the checks, and the whole answer.
func (p *patient) report(t *testing.T) (map[string]doctor.Check, string) {
	t.Helper()
	answer, cut := p.function(t).invoke(`{"operation": "doctor"}`)
	var report struct {
		OK      bool
		Version string
	}
	checks := map[string]json.RawMessage{}
	if cut || json.Unmarshal([]byte(answer), &checks) != nil || json.Unmarshal([]byte(answer), &report) != nil || report.Version != "test" {
		t.Fatalf("cut %v: %s", cut, answer)
	}
	delete(checks, "ok")
	delete(checks, "version")
	found, allOK := map[string]doctor.Check{}, true
	for name, raw := range checks {
		var check doctor.Check
		if err := json.Unmarshal(raw, &check); err != nil {
			t.Fatal(err)
		}
		if check.OK != (check.Fault == "" && check.Skipped == "") || (check.Fault == "") != (check.Remedy == "") {
			t.Errorf("%s does not fit together: %s", name, raw)
		}
		found[name], allOK = check, allOK && check.OK
	}
	if allOK != report.OK {
		t.Errorf("ok is %v: %s", report.OK, answer)
	}
	return found, answer
}

func TestDoctorNamesPlantedFaults(t *testing.T) {
	t.Parallel()
	for _, c := range plantedFaults {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			p.issue(t)
			c.plant(t, p)
			checks, answer := p.report(t)
			told := checks[c.check].Fault + "\n" + checks[c.check].Remedy
			for _, wanted := range c.wanted {
				if !strings.Contains(told, wanted) {
					t.Errorf("%q is not in %s", wanted, told)
				}
			}
			for name, check := range checks {
				if name != c.check && (check.Fault != "" || (check.Skipped != "") != slices.Contains(c.skipped, name)) {
					t.Errorf("%s: %+v", name, check)
				}
			}
			if log := p.log.String(); !strings.Contains(log, `"msg":"doctor","callId":"`) || strings.Count(log, `"msg":"doctor"`) != 1 || !strings.Contains(log, `"ok":false`) || !strings.Contains(log, `"faults":"`+c.check+`"`) {
				t.Error(log)
			}
			p.isLeftAlone(t, answer)
		})
	}
}

// isLeftAlone checks that the doctor wrote nothing, repeated no call (but after a 401; net/http repeats one after a cut), and that neither
// the answer nor the log has a secret.
func (p *patient) isLeftAlone(t *testing.T, answer string) {
	t.Helper()
	asked := map[string]bool{}
	for _, call := range p.oci.Calls() {
		if call.Method != http.MethodGet || asked[call.Path] && call.Status != http.StatusUnauthorized && call.Status != 0 {
			t.Errorf("%s %s", call.Method, call.Path)
		}
		asked[call.Path] = true
	}
	token, _ := os.ReadFile(filepath.Join(p.folder, "rpst"))
	for _, text := range []string{answer, p.log.String()} {
		if strings.Contains(text, "@") || strings.Contains(text, "secret") || strings.Contains(text, "ST$") || len(token) > 100 && strings.Contains(text, string(token[:40])) ||
			strings.Contains(text, "Resource principals authentication") {
			t.Error(text)
		}
	}
}

func TestDoctorFindsNoFault(t *testing.T) {
	p := newPatient(t)
	p.issue(t)
	checks, answer := p.report(t)
	for name, check := range checks {
		if !check.OK || check.Fault != "" {
			t.Errorf("%s: %+v", name, check)
		}
	}
	want := []string{"credentials", "deadLetterTopic", "guardrails", "organizations", "region", "resultTopic", "rules", "settings"}
	if names := slices.Sorted(maps.Keys(checks)); !slices.Equal(names, want) {
		t.Errorf("checks: %s", names)
	}
	for _, wanted := range []string{
		`{"ok":true,"version":"test","settings":{"ok":true,"found":{"eventTypePrefix":"senderinvitation","functionOcid":"ocid1.fnfunc.oc1.iad.function"`,
		`"auth":"resource_principal","principal":"ocid1.fnfunc.oc1.iad.aaaaaaaafunction","tenancy":"` + ocitest.DefaultTenancy + `","compartment":"ocid1.compartment.oc1..aaaaaaaafunctions","expires":"20`,
		`"clockBehindSeconds":0`, `{"principal":"us-ashburn-1","organizations":"us-ashburn-1"}`,
		`{"topic":"` + results + `","region":"iad","name":"emulated-topic","lifecycleState":"ACTIVE","endpoint":"http://127.0.0.1:`,
		`{"source":"RULES","names":["signup"]}`,
		`{"mode":"enforce","commands":["create","get","list","update","cancel","poll"]}`,
	} {
		if !strings.Contains(answer, wanted) {
			t.Errorf("%s is not in %s", wanted, answer)
		}
	}
	if calls := p.oci.Calls(); len(calls) != 3 {
		t.Errorf("%d calls, want 3", len(calls))
	}
	for _, call := range p.oci.Calls() {
		if strings.HasSuffix(call.Path, "/senderInvitations") && call.RawQuery != "compartmentId="+ocitest.DefaultTenancy+"&limit=1" {
			t.Error(call.RawQuery)
		}
	}
	if log := p.log.String(); strings.Count(log, "\n") != 2 || !strings.Contains(log, `"msg":"doctor"`) || !strings.Contains(log, `"ok":true`) || !strings.Contains(log, `"ociAttempts":3`) {
		t.Error(log)
	}
	p.isLeftAlone(t, answer)
}

// What is not a fault, but may not be intended, is a remark.
func TestDoctorRemarks(t *testing.T) {
	for _, c := range []struct {
		name, check, wanted string
		plant               func(*patient)
	}{
		{"no result topic", "resultTopic", "RESULT_TOPIC_OCID=none", func(p *patient) { p.settings["RESULT_TOPIC_OCID"] = "none" }},
		{"no dead-letter topic", "deadLetterTopic", "DEAD_LETTER_TOPIC_OCID=none", func(p *patient) { p.settings["DEAD_LETTER_TOPIC_OCID"] = "none" }},
		{"one stream", "deadLetterStream", "DEAD_LETTER_STREAM_OCID is not set, or is the result stream: failures", func(p *patient) {
			p.putResults("")
			p.settings["DEAD_LETTER_TOPIC_OCID"] = ""
		}},
		{"one topic", "deadLetterTopic", "failures are published with the results", func(p *patient) { p.settings["DEAD_LETTER_TOPIC_OCID"] = "" }},
		{"no rules", "rules", "only commands are carried out", func(p *patient) { p.settings["RULES"] = "[]" }},
		{"example rules", "rules", "set RULES or RULES_FILE", func(p *patient) { p.settings["RULES"] = "" }},
		{"no rules and no commands", "rules", "there is no rule, and COMMANDS is none", func(p *patient) { p.settings["RULES"], p.settings["COMMANDS"] = "[]", "none" }},
		{"all commands", "guardrails", "COMMANDS allows every operation", func(p *patient) {}},
		{"no guardrails", "guardrails", "no guardrail is set", func(p *patient) {}},
		{"unknown region", "region", "ORGANIZATIONS_REGION is us-ashbrun-1, which is not among the regions that this program knows", func(p *patient) {
			p.settings["ORGANIZATIONS_REGION"] = "us-ashbrun-1"
		}},
		{"dry-run", "guardrails", "MODE=dry-run: nothing is written", func(p *patient) {
			p.config = func(c *settings.Config) { c.Mode = settings.ModeDryRun }
		}},
		{"hold", "guardrails", "MODE=hold: every create waits for approval", func(p *patient) { p.settings["MODE"] = "hold" }},
		{"hold without create", "guardrails", "COMMANDS does not list create, so creates over HTTP", func(p *patient) {
			p.settings["MODE"], p.settings["COMMANDS"] = "hold", "poll"
		}},
		{"no poll", "guardrails", "COMMANDS does not list poll: add it", func(p *patient) {
			p.settings["RESEND_EXPIRED"], p.settings["COMMANDS"] = "1", "create"
		}},
		{"another tenancy that is accepted", "settings", "COMPARTMENT_OCID is not the principal's tenancy", func(p *patient) {
			p.settings["COMPARTMENT_OCID"] = "ocid1.tenancy.oc1..other"
			p.fails("/senderInvitations", ocitest.Fault{Status: 200, Body: `{"items": []}`})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			p.issue(t)
			c.plant(p)
			checks, answer := p.report(t)
			if !strings.Contains(strings.Join(checks[c.check].Remarks, "\n"), c.wanted) {
				t.Errorf("%q is not in %+v", c.wanted, checks[c.check])
			}
			for name, check := range checks {
				if !check.OK {
					t.Errorf("%s: %+v", name, check)
				}
			}
			p.isLeftAlone(t, answer)
		})
	}
}

func TestGuardrailsThatAllowRecipients(t *testing.T) {
	for _, c := range []struct{ allowed, denied []string }{
		{[]string{"ocid1.tenancy.oc1..a*"}, []string{"ocid1.tenancy.oc1..ab*"}},
		{[]string{"ocid1.tenancy.oc1..a*", "ocid1.tenancy.oc1..b"}, []string{"*..a*"}},
		{nil, []string{"ocid1.tenancy.oc1..a"}},
		{[]string{"*acme"}, nil},
		{[]string{"ocid1.tenancy.oc1.*.a"}, []string{"ocid1.tenancy.oc1..a"}},
	} {
		p := newPatient(t)
		p.issue(t)
		p.settings["COMMANDS"] = "none" // all commands are a remark
		p.config = func(config *settings.Config) { config.AllowedRecipients, config.DeniedRecipients = c.allowed, c.denied }
		if checks, _ := p.report(t); !checks["guardrails"].OK || len(checks["guardrails"].Remarks) > 0 {
			t.Errorf("%v: %+v", c, checks["guardrails"])
		}
	}
}

// Only the bare command doctor at the direct door asks for the doctor. Anything else is a delivery, and doctor is no operation.
func TestDoctorIsAskedFor(t *testing.T) {
	p := newPatient(t)
	p.issue(t)
	f := p.function(t)
	for _, body := range []string{` {"operation":"doctor"}`, "{\n \"operation\" : \"doc\\u0074or\" }\n"} {
		if answer, cut := f.invoke(body); cut || !strings.Contains(answer, `"credentials":{"ok":true`) {
			t.Errorf("%s: cut %v %s", body, cut, answer)
		}
	}
	if messages := p.oci.Messages(); len(messages) != 0 {
		t.Errorf("%d messages were published, want none", len(messages))
	}
	for _, body := range []string{`[{"operation": "doctor"}]`, `{"operation": "doctor", "limit": 1}`, `{"operation": "doctor", "operation": "doctor"}`,
		`{"operation": ["doctor"]}`, `{"operation": "Doctor"}`, `{"operation": "doctor"}{}`, strings.Repeat(" ", 2000) + `{"operation": "doctor"}`} {
		if answer, cut := f.invoke(body); cut || !strings.Contains(answer, `"code":"CannotParseRequest"`) || strings.Contains(answer, "credentials") {
			t.Errorf("%s: cut %v %s", body, cut, answer)
		}
	}
	binary := httptest.NewRequest(http.MethodPost, "/invoke", strings.NewReader(`{"operation": "doctor"}`))
	for name, value := range map[string]string{"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a", "ce-type": "a", "content-type": "application/json"} {
		binary.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	if f.Direct(w, binary); !strings.Contains(w.Body.String(), `"outcome":"ignored"`) {
		t.Errorf("an event's data: %s", w.Body)
	}
	if answer := f.request(http.MethodPost, "/events", `{"operation": "doctor"}`); answer.Code != 400 || strings.Contains(answer.Body.String(), "credentials") {
		t.Errorf("over HTTP: %d %s", answer.Code, answer.Body)
	}
}

// The doctor answers before a near deadline.
func TestDoctorEndsInTime(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.issue(t)
	p.oci.Fault = func(*http.Request) ocitest.Fault { return ocitest.Fault{Delay: time.Hour} }
	answer, cut := p.function(t).invokeWithin(usedUp, `{"operation": "doctor"}`)
	if cut || strings.Count(answer, "does not answer in time") != 3 {
		t.Errorf("cut %v %s", cut, answer)
	}
}

// Credentials that cannot be read before the deadline are a fault like others.
func TestDoctorWaitsForCredentialsInTime(t *testing.T) {
	t.Parallel()
	config, err := settings.Parse(func(name string) string {
		return map[string]string{"RESULT_TOPIC_OCID": results, "AUTH": "instance_principal"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	defer close(read)
	h := handler.New(config, func() (common.ConfigurationProvider, error) {
		<-read
		return nil, os.ErrNotExist
	}, "test", slog.New(slog.DiscardHandler))
	f := &function{Handler: h}
	answer, cut := f.invokeWithin(usedUp, `{"operation": "doctor"}`)
	if cut || !strings.Contains(answer, "the credentials cannot be read in time") || !strings.Contains(answer, `"organizations":{"ok":false,"skipped":"the credentials cannot be read"`) {
		t.Errorf("cut %v %s", cut, answer)
	}
}

// strange is a log handler that panics when the doctor writes its line.
type strange struct{ slog.Handler }

func (strange) Enabled(context.Context, slog.Level) bool { return true }

func (h strange) WithAttrs([]slog.Attr) slog.Handler { return h }

func (strange) Handle(_ context.Context, line slog.Record) error {
	if line.Message == "doctor" {
		panic("secret")
	}
	return nil
}

// If tracing is on, the doctor tells where spans go, without the key.
func TestDoctorOfTracing(t *testing.T) {
	p := newPatient(t)
	p.issue(t)
	f := p.function(t)
	for collector, wanted := range map[string]string{
		"https://collector.example/a?dataKey=secret": `"tracing":{"ok":true,"found":{"collector":"https://collector.example","serviceName":"invitations","sampled":false}}}`,
		"collector.example/a?dataKey=secret": `"tracing":{"ok":false,"found":{"serviceName":"invitations","sampled":false},` +
			`"fault":"OCI_TRACE_COLLECTOR_URL is not an https:// address`,
	} {
		ctx := trace.With(t.Context(), trace.Context{CollectorURL: collector, ServiceName: "invitations"})
		report := f.Doctor(ctx)
		encoded, err := json.Marshal(report)
		if err != nil || !strings.Contains(string(encoded), wanted) || strings.Contains(string(encoded), "secret") || report.OK != report.Tracing.OK {
			t.Errorf("%v %s", err, encoded)
		}
	}
}

// The doctor answers even after a panic.
func TestDoctorAnswersAfterPanic(t *testing.T) {
	p := newPatient(t)
	p.issue(t)
	config, err := settings.Parse(func(name string) string { return p.settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	for wanted, broken := range map[string]struct {
		credentials oci.Credentials
		log         slog.Handler
	}{
		"the credentials cannot be read; the log says why": {func() (common.ConfigurationProvider, error) { panic("secret") }, slog.DiscardHandler},
		`{"code":"InternalServerError","message":"internal error"}`: {func() (common.ConfigurationProvider, error) { return principal(p.variables) },
			strange{slog.DiscardHandler}},
	} {
		f := &function{Handler: handler.New(config, broken.credentials, "test", slog.New(broken.log))}
		if answer, cut := f.invoke(`{"operation": "doctor"}`); cut || !strings.Contains(answer, wanted) || strings.Contains(answer, "secret") {
			t.Errorf("%s: cut %v %s", wanted, cut, answer)
		}
	}
}

func TestDoctorOfWrongSettings(t *testing.T) {
	config, err := settings.Parse(func(name string) string { return map[string]string{"AUTH": "password"}[name] })
	report := doctor.WrongSettings("test", config, err)
	if report.OK || report.Settings.OK || !strings.Contains(report.Settings.Fault, "RESULT_TOPIC_OCID is required") ||
		!strings.Contains(report.Settings.Fault, "AUTH takes resource_principal") || !strings.Contains(report.Settings.Remedy, "fn config function") {
		t.Errorf("%+v", report)
	}
	if report.Rules.Skipped == "" || report.Credentials.Skipped == "" || report.Credentials.OK || report.ResultTopic.Skipped == "" || report.ResultStream != nil {
		t.Errorf("%+v", report)
	}
	config, err = settings.Parse(func(name string) string { return map[string]string{"RESULT_STREAM_OCID": resultStream}[name] })
	report = doctor.WrongSettings("test", config, err)
	if !strings.Contains(report.Settings.Fault, "STREAMING_ENDPOINT is required") || report.ResultTopic != nil || report.ResultStream.Skipped == "" || report.DeadLetterStream.Skipped == "" {
		t.Errorf("%+v", report)
	}
}
