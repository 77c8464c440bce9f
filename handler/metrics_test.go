package handler_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// lines returns the log lines with the message, decoded.
func (f *function) lines(t *testing.T, message string) (found []map[string]any) {
	t.Helper()
	for text := range strings.Lines(f.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if line["msg"] == message {
			found = append(found, line)
		}
	}
	return found
}

// differing returns the wanted members that a line does not have, or has with another value.
func differing(line, wanted map[string]any) (wrong []string) {
	for name, want := range wanted {
		if got, ok := line[name]; !ok || fmt.Sprint(got) != fmt.Sprint(want) {
			wrong = append(wrong, fmt.Sprintf("%s is %v, want %v", name, got, want))
		}
	}
	return wrong
}

// throttleOnce returns a fault that answers the first create with 429.
func throttleOnce() func(*http.Request) ocitest.Fault {
	throttled := false
	return func(r *http.Request) ocitest.Fault {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/senderInvitations") || throttled {
			return ocitest.Fault{}
		}
		throttled = true
		return ocitest.Fault{Status: http.StatusTooManyRequests}
	}
}

// Each invocation has one log line with all its counts, also those that are 0.
func TestMetrics(t *testing.T) {
	t.Parallel()
	f := newFunction(t, &ocitest.Server{Fault: throttleOnce()})
	none := map[string]any{"records": 0, "created": 0, "existing": 0, "updated": 0, "canceled": 0, "unchanged": 0, "failed": 0, "retrieved": 0,
		"listed": 0, "ignored": 0, "retryable": 0, "published": 0, "brief": 0, "unpublished": 0, "ociAttempts": 0, "ociRepeated": 0, "ociThrottled": 0}
	with := func(members map[string]any) map[string]any {
		all := maps.Clone(none)
		maps.Copy(all, members)
		return all
	}
	const create = `{"specversion": "1.0", "id": "%s", "source": "/s", "type": "senderinvitation.create", "data": {"recipientTenancyId": "ocid1.tenancy.oc1..a"}}`
	for _, c := range []struct {
		name string
		call func()
		want map[string]any
	}{
		{"a list", func() {
			f.invoke(`[` + fmt.Sprintf(create, "1") + `, ` + fmt.Sprintf(create, "1") + `, {"operation": "create"}, {"specversion": "1.0", "id": "2", "source": "/s", "type": "other"}]`)
		}, with(map[string]any{"door": "direct", "coldStart": true, "cut": false, "level": "INFO", "records": 4, "created": 1, "existing": 1, "failed": 1, "ignored": 1,
			"published": 3, "ociAttempts": 5, "ociRepeated": 1, "ociThrottled": 1})},
		{"an empty list", func() { f.invoke(`[]`) }, with(map[string]any{"coldStart": false, "cut": false})},
		{"a write through the gateway", func() {
			f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`)
		}, with(map[string]any{"door": "gateway", "level": "INFO", "method": "POST", "route": "/20230401/senderInvitations", "status": 200, "errorCode": "",
			"records": 1, "created": 1, "published": 1, "ociAttempts": 2})},
		{"a read through the gateway", func() { f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+sender, "") },
			with(map[string]any{"door": "gateway", "status": 200, "ociAttempts": 1})},
		{"a refusal by the gateway", func() { f.request(http.MethodGet, "/20230401/senderInvitations", "") },
			with(map[string]any{"level": "WARN", "status": 400, "errorCode": "MissingParameter"})},
		{"a cut", func() { f.oci.RevokeCredentials(); f.invoke(fmt.Sprintf(create, "3")) },
			with(map[string]any{"level": "ERROR", "cut": true, "reason": "a result could not be published", "records": 1, "failed": 1, "retryable": 1, "unpublished": 1, "ociAttempts": 4})},
	} {
		f.log.Reset()
		c.call()
		lines := f.lines(t, "invocation")
		if len(lines) != 1 {
			t.Errorf("%s: %d lines: %s", c.name, len(lines), f.log.String())
			continue
		}
		if wrong := differing(lines[0], c.want); len(wrong) > 0 {
			t.Errorf("%s: %q in %v", c.name, wrong, lines[0])
		}
		if took, ok := lines[0]["durationMs"].(float64); !ok || took <= 0 || lines[0]["ociMs"] == nil || lines[0]["callId"] == "" {
			t.Errorf("%s: %v", c.name, lines[0])
		}
	}
}

// Each record and each write to Organizations has one log line, with its result and its cause.
func TestLogOfRecordsAndWrites(t *testing.T) {
	t.Parallel()
	f := newFunction(t, &ocitest.Server{Fault: throttleOnce()})
	f.invoke(`{"specversion": "1.0", "id": "1", "source": "/s", "type": "com.example.tenancy.signup", "data": {"tenancyId": "ocid1.tenancy.oc1..a"}}`)
	id := f.oci.Invitations()[0].ID
	records, written := f.lines(t, "record"), f.lines(t, "write to Organizations")
	if len(records) != 1 || len(written) != 1 {
		t.Fatal(f.log.String())
	}
	if wrong := differing(records[0], map[string]any{"level": "INFO", "eventId": "1", "eventType": "com.example.tenancy.signup", "rule": "signup", "operation": "create",
		"outcome": "created", "invitation": id, "recipient": "ocid1.tenancy.oc1..a", "status": "PENDING", "attempts": 3, "coldStart": true,
		"opcRequestId": records[0]["callId"]}); len(wrong) > 0 || records[0]["durationMs"].(float64) <= 0 {
		t.Errorf("%q in %v", wrong, records[0])
	}
	if wrong := differing(written[0], map[string]any{"level": "INFO", "call": "CreateSenderInvitation", "method": "POST", "path": "/20230401/senderInvitations",
		"status": 200, "attempts": 2, "callId": records[0]["callId"], "opcRequestId": records[0]["callId"]}); len(wrong) > 0 || written[0]["durationMs"].(float64) <= 0 {
		t.Errorf("%q in %v", wrong, written[0])
	}
	f.log.Reset()
	f.request(http.MethodPut, "/20230401/senderInvitations/"+id, `{"displayName": "n"}`)
	f.request(http.MethodPost, "/20230401/senderInvitations/"+id+"/actions/cancel", "")
	f.invoke(`{"operation": "update", "recipientTenancyId": "ocid1.tenancy.oc1..none", "displayName": "n"}`)
	records, written = f.lines(t, "record"), f.lines(t, "write to Organizations")
	if len(records) != 1 || len(written) != 2 {
		t.Fatal(f.log.String())
	}
	if wrong := differing(records[0], map[string]any{"level": "WARN", "operation": "update", "outcome": "failed", "errorStatus": 404, "errorCode": "NotAuthorizedOrNotFound",
		"retryable": false, "attempts": 1, "coldStart": false}); len(wrong) > 0 {
		t.Errorf("%q in %v", wrong, records[0])
	}
}

// The log has the lines of LOG_LEVEL and above. With debug it has each attempt of a call to OCI.
func TestLogLevels(t *testing.T) {
	for level, want := range map[string]string{"debug": "DEBUG INFO WARN", "info": "INFO WARN", "warn": "WARN", "error": ""} {
		f := newFunction(t, &ocitest.Server{}, "LOG_LEVEL", level)
		f.invoke(creates("a"))
		f.invoke(`{"operation": "create"}`)
		var seen []string
		for _, name := range []string{"DEBUG", "INFO", "WARN", "ERROR"} {
			if strings.Contains(f.log.String(), `"level":"`+name+`"`) {
				seen = append(seen, name)
			}
		}
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("%s shows %s, want %s: %s", level, got, want, f.log.String())
		}
		if attempts := f.lines(t, "attempt of a call to OCI"); (len(attempts) == 4) != (level == "debug") {
			t.Errorf("%s shows %d attempts", level, len(attempts))
		}
	}
}
