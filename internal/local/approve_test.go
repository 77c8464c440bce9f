package main

import (
	"fmt"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

const (
	approvals = "ocid1.onstopic.oc1.iad.aaaaaaaaapprovals"
	byRule    = `RULES=[{"name":"signup","match":{"type":"*"},"operation":"create","hold":true,"with":{"recipientTenancyId":"data.tenancyId"}}]`
)

// TestHeld checks that a held sample is approved, wherever held events go.
func TestHeld(t *testing.T) {
	const stream = "ocid1.stream.oc1.iad.a"
	for _, c := range []struct {
		name        string
		environment []string
		wanted      []string
	}{
		{"topic of results", []string{"MODE=hold"}, []string{"4. Held event out: on topic " + topic, "7. Result event out: on topic " + topic}},
		{"topic of its own", []string{"MODE=hold", "APPROVAL_TOPIC_OCID=" + approvals},
			[]string{"4. Held event out: on topic " + approvals, "7. Result event out: on topic " + topic}},
		{"stream", []string{"MODE=hold", "RESULT_STREAM_OCID=" + stream},
			[]string{"4. Held event out: in stream " + stream, "7. Result event out: in stream " + stream}},
		{"stream and topic", []string{"MODE=hold", "RESULT_STREAM_OCID=" + stream, "APPROVAL_TOPIC_OCID=" + approvals},
			[]string{"4. Held event out: on topic " + approvals, "7. Result event out: in stream " + stream}},
		{"no results", []string{"MODE=hold", "RESULT_TOPIC_OCID=none", "DEAD_LETTER_TOPIC_OCID=none", "APPROVAL_TOPIC_OCID=" + approvals},
			[]string{"4. Held event out: on topic " + approvals, "7. No result event: RESULT_TOPIC_OCID is none"}},
		{"by a rule", []string{byRule}, []string{"4. Held event out: on topic " + topic, "7. Result event out: on topic " + topic}},
	} {
		t.Run(c.name, func(t *testing.T) {
			setAll(t, c.environment)
			s := started(t)
			var out strings.Builder
			if err := played(t, s, &out); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			id := s.oci.Invitations()[0].ID
			for _, wanted := range append(c.wanted, `"outcome": "held"`, `"type": "senderinvitation.held"`,
				"3. No invitation made: the create waits for approval", "5. Answer of the function to the held event", "6. Invitation made: "+id+", PENDING") {
				if !strings.Contains(out.String(), wanted) {
					t.Errorf("%q is not in\n%s", wanted, out.String())
				}
			}
		})
	}
}

// TestHeldDryRun checks that the approval in a dry run makes no invitation.
func TestHeldDryRun(t *testing.T) {
	setAll(t, []string{byRule, "MODE=dry-run"})
	s := started(t)
	var out strings.Builder
	if err := played(t, s, &out); err != nil || !strings.Contains(out.String(), "6. No invitation made: MODE is dry-run") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestHeldTooLate checks that a held sample fails if something was written before the approval.
func TestHeldTooLate(t *testing.T) {
	t.Setenv("MODE", "hold")
	s := started(t)
	s.oci.Invite("ocid1.tenancy.oc1..aaaaaaaaother")
	var out strings.Builder
	if err := played(t, s, &out); err == nil || !strings.Contains(err.Error(), "the create is held, but the emulated OCI has an invitation") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestIsAsked(t *testing.T) {
	made := ocitest.Invitation{ID: "i", RecipientTenancyID: "r", DisplayName: "Acme", Subjects: []string{"LINK"}, Status: "PENDING",
		FreeformTags: map[string]string{"origin": "signup", "senderinvitation-key": "k"}}
	for command, want := range map[string]bool{
		`{"recipientTenancyId":"r","displayName":"Acme","subjects":["LINK"],"freeformTags":{"origin":"signup"},"hold":true}`: true,
		`{"recipientTenancyId":"r"}`:                                       true,
		`{"recipientTenancyId":"other"}`:                                   false,
		`{"recipientTenancyId":"r","displayName":"Globex"}`:                false,
		`{"recipientTenancyId":"r","recipientEmailAddress":"a@b.example"}`: false,
		`{"recipientTenancyId":"r","subjects":["LINK","LINK"]}`:            false,
		`{"recipientTenancyId":"r","freeformTags":{"origin":"x"}}`:         false,
		`[]`: false,
	} {
		if got := isAsked(made, publication{event: fmt.Sprintf(`{"data":{"command":%s}}`, command)}); got != want {
			t.Errorf("%s: %v", command, got)
		}
	}
	if isAsked(made, publication{event: `{"data":{}}`}) {
		t.Error("an event without a command")
	}
}

// setAll sets environment variables of the form NAME=value.
func setAll(t *testing.T, environment []string) {
	t.Helper()
	for _, setting := range environment {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
}
