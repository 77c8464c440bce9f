package handler

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
)

// seedBodies are the deliveries of the corpus.
func seedBodies(f *testing.F) (bodies [][]byte) {
	f.Helper()
	files, err := filepath.Glob("../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// FuzzCommand asserts that no command panics, that what is wrong with one is the caller's fault, and that one which is taken
// is taken again as it is written anew, and can be sent.
func FuzzCommand(f *testing.F) {
	f.Add("create", []byte(`{"recipientTenancyId": "ocid1.tenancy.oc1..r", "recipientEmailAddress": "a.b+c@acme.example", "displayName": "é", "subjects": ["LINK"],
		"features": ["x"], "freeformTags": {"a": null, "b": "c"}, "definedTags": {"a": {"b": 1, "c": {"d": []}}}, "opcRetryToken": "t", "opcRequestId": "r"}`))
	f.Add("update", []byte(`{"senderInvitationId": "ocid1.x.oc1..a", "displayName": "x", "ifMatch": "e", "replaceTags": true, "retry": "none"}`))
	f.Add("list", []byte(`{"recipientTenancyId": "ocid1.tenancy.oc1..r", "lifecycleState": "ACTIVE", "page": "p&q=%", "limit": 1000, "sortBy": "timeCreated"}`))
	f.Add("cancel", []byte(`{"recipientTenancyId": null}`))
	for _, body := range seedBodies(f) {
		for _, record := range events.Decode(events.Delivery{Body: body, CallID: "c", Prefix: "senderinvitation"}) {
			if record.Err == nil {
				_, operation, _ := strings.Cut(record.Event.Type(), ".")
				f.Add(operation, record.Event.Data())
			}
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		op := commandNamed(name)
		if op == nil {
			return
		}
		command, err := parseCommand(op, data)
		if err == nil {
			err = command.check()
		}
		if err == nil {
			err = command.checkAgainst(aSender)
		}
		if err != nil {
			if status := events.AsError(err).Status; status != 400 && status != 404 {
				t.Fatal(err)
			}
			return
		}
		written, err := json.Marshal(command)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseCommand(op, written)
		if err != nil {
			t.Fatalf("%s\nis not taken again: %v", written, err)
		}
		if twice, err := json.Marshal(again); err != nil || !bytes.Equal(twice, written) {
			t.Fatalf("%s\nbecomes\n%s\n%v", written, twice, err)
		}
		checkSendable(t, command)
	})
}

// checkSendable sees that the request goes to where its operation does, and that nothing in it needs an escape that it
// lacks.
func checkSendable(t *testing.T, c Command) {
	t.Helper()
	request := c.request()
	request.rawQuery = c.query(aSender)
	outgoing, err := request.outgoing(t.Context(), &client{base: &url.URL{Scheme: "https", Host: "localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.SenderInvitationID != "" || !strings.Contains(c.operation.path, "{") {
		if found, err := findRoute(outgoing.Method, outgoing.URL.EscapedPath()); err != nil || found.route == nil || found.operation != c.operation {
			t.Fatalf("%s goes to %v, %v", outgoing.URL, found.route, err)
		}
	}
	if query, err := url.ParseQuery(outgoing.URL.RawQuery); err != nil || query.Get("page") != c.Page || query.Get("compartmentId") != aSender {
		t.Fatalf("%s: %v", outgoing.URL, err)
	}
	for name, values := range outgoing.Header {
		if len(values) != 1 || !isHeaderValue(values[0]) {
			t.Fatalf("%s: %q", name, values)
		}
	}
	if _, err := c.digest(); err != nil {
		t.Fatal(err)
	}
}

// FuzzAnswer asserts that nothing which OCI may answer panics, and that whatever is made of it can be told.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []struct {
		status int
		body   string
	}{
		{400, `{"code": "LimitExceeded", "message": "too many"}`}, {404, `{"code": 1, "message": []}`}, {500, `<html>`}, {503, ``}, {429, `null`},
		{200, `{"id": "ocid1.senderinvitation.oc1..a", "status": "PENDING", "displayName": null, "freeformTags": {"a": "b"}, "definedTags": {"n": {"a": {"b": 1}}}}`},
		{200, `{"items": [{"id": "a"}, {}, 5, null]}`}, {200, `{"items": {}}`}, {200, `{"id": 5}`}, {200, `{"items": null}`},
	} {
		f.Add(seed.status, []byte(seed.body), "opc")
	}
	for _, body := range seedBodies(f) {
		f.Add(200, body, "")
	}
	emitter := events.Emitter{Prefix: "p", Source: "/s", Now: time.Now}
	f.Fuzz(func(t *testing.T, status int, body []byte, requestID string) {
		got := answer{status: status, header: http.Header{"Opc-Request-Id": {requestID}}, body: body}
		if status >= 400 && status < 600 {
			fault := refusal(got)
			if fault.Status != status || fault.Code == "" || fault.Message == "" {
				t.Fatalf("%+v", fault)
			}
			checkTold(t, emitter, failed(events.Result{}, fault))
			return
		}
		if !json.Valid(body) || !isObject(body) {
			return // exchange hands on nothing else
		}
		if one, err := parseReading(body, "etag", requestID); (err == nil) != (one.ID != "") {
			t.Fatalf("%+v %v", one, err)
		}
		items, err := itemsOf(got)
		if err == nil && items == nil {
			t.Fatal("no error, and no list")
		}
		for _, item := range items {
			_, _ = parseReading(item, "", requestID) // whatever it is
		}
		checkTold(t, emitter, resultOf(getOperation, got))
		checkTold(t, emitter, events.Result{Outcome: events.Listed, Invitations: items})
	})
}

// checkTold sees that a result can be answered and published.
func checkTold(t *testing.T, emitter events.Emitter, result events.Result) {
	t.Helper()
	if told := (work{{Result: result}}).answer(200); told.status != 200 || !json.Valid(told.body) {
		t.Fatalf("%d %s", told.status, told.body)
	}
	encoded, err := emitter.Emit(events.Publication{Result: result, Key: "k"}, maxEvents)
	if err != nil || !json.Valid(encoded) {
		t.Fatalf("%s %v", encoded, err)
	}
}

// FuzzRetryAfter asserts that a wait is never negative, and never shorter than what was asked for in seconds.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "5", "-5", "99999999999999999999", "-99999999999999999999", "2147483647", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "5.5", "+5", " 5"} {
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, text string, made int) {
		if made < 1 {
			return
		}
		wait, asked := waitBefore(made, text), parseRetryAfter(text)
		if wait < 0 || asked < 0 && wait > mostWait {
			t.Errorf("%q after %d attempts: %v", text, made, wait)
		}
		if _, err := http.ParseTime(text); err != nil && wait < asked {
			t.Errorf("%q: %v, asked for were %v", text, wait, asked)
		}
	})
}

// FuzzConfig asserts that no settings panic, and that what is wrong with them is told in one line.
func FuzzConfig(f *testing.F) {
	f.Add("RESULT_TOPIC_OCID=ocid1.onstopic.oc1.iad.a\nCOMPARTMENT_OCID=ocid1.tenancy.oc1..a\nCONNECT_TIMEOUT=1s\nREAD_TIMEOUT=1h\nMAX_ATTEMPTS=20\nCONCURRENCY=64")
	f.Add("RESULT_TOPIC_OCID=none\nDEAD_LETTER_TOPIC_OCID=none\nEVENT_TYPE_PREFIX=com.acme\nAUTH=config_file\nHTTP_BASE_PATH=/v1\nLOG_LEVEL=debug\nFN_FN_ID=/x")
	f.Add("ALLOWED_RECIPIENTS=ocid1.tenancy.*,*\nDENIED_RECIPIENTS=,\nALLOWED_EMAIL_DOMAINS=acme.com, b.example\nMAX_PENDING=-1\nMODE=dry-run")
	f.Add("ORGANIZATIONS_ENDPOINT=https://a:1\nNOTIFICATIONS_ENDPOINT=http://[::1]:80\nORGANIZATIONS_REGION=us-ashburn-1\nREAD_TIMEOUT=9223372036854775807ns")
	f.Add(`RULES=[{name: a, match: {type: t, when: "a == b"}, operation: cancel, with: {recipientTenancyId: data.x}}]`)
	f.Fuzz(func(t *testing.T, lines string) {
		set := map[string]string{}
		for line := range strings.SplitSeq(lines, "\n") {
			name, value, _ := strings.Cut(line, "=")
			if name != "RULES_FILE" { // any file of this machine
				set[name] = value
			}
		}
		config, err := ParseConfig(func(name string) string { return set[name] })
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "wrong settings: ") {
				t.Error(err)
			}
			return
		}
		if config.ResultTopicOCID == "" || config.DeadLetterTopicOCID == "" || config.MaxAttempts < 1 || config.MaxAttempts > 20 || config.Concurrency < 1 ||
			config.Concurrency > 64 || config.ConnectTimeout <= 0 || config.ReadTimeout <= 0 || config.ReadTimeout > time.Hour || config.EventTypePrefix == "" {
			t.Errorf("%+v", config)
		}
	})
}

// FuzzTraceContext feeds what the platform hands over of a trace. Whatever it is, a trace has a traceparent in its form, and
// none sends spans but to an address that is safe to send them to.
func FuzzTraceContext(f *testing.F) {
	f.Add("https://apm.example/?dataKey=k", "463ac35c9f6413ad48485a3953bb6124", "a2fb4a1d1a96d312", true)
	f.Add("http://127.0.0.1:9411/", "48485a3953bb6124", "0", false)
	f.Add("http://apm.example/", "-1", "+1", true)
	form := regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$`)
	f.Fuzz(func(t *testing.T, collector, traceID, spanID string, sampled bool) {
		ctx := WithTrace(context.Background(), TraceContext{CollectorURL: collector, TraceID: traceID, SpanID: spanID, Sampled: sampled})
		trace := startTrace(ctx, slog.New(slog.DiscardHandler), directDoor, "c")
		if trace == nil {
			return
		}
		if parent := trace.parent(); !form.MatchString(parent) || strings.HasPrefix(parent, "00-00000000000000000000000000000000") || strings.HasSuffix(parent[:52], "-0000000000000000") {
			t.Errorf("%q", parent)
		}
		if !strings.HasPrefix(collector, "https://") && !strings.HasPrefix(strings.ToLower(collector), "http") {
			t.Errorf("sends to %q", collector)
		}
	})
}
