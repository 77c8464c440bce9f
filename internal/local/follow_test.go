package main

import (
	"strings"
	"testing"
)

// demonstrated plays the sample as make demo does.
func demonstrated(t *testing.T, s *stack) string {
	t.Helper()
	var out strings.Builder
	if err := playSample(t.Context(), &out, s, options{event: sample, demo: true}); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// TestFollow checks that a demo ends with the event that tells the acceptance, if the settings let it.
func TestFollow(t *testing.T) {
	for _, c := range []struct {
		name        string
		environment []string
		title       string // of the last step
		told        bool
	}{
		{"by default", nil, "7. Result event out: on topic " + topic, true},
		{"held", []string{"MODE=hold"}, "10. Result event out: on topic " + topic, true},
		{"stream", []string{"RESULT_STREAM_OCID=ocid1.stream.oc1.iad.a"}, "7. Result event out: in stream ocid1.stream.oc1.iad.a", true},
		{"other settings", []string{"EXPIRING_DAYS=29", "RESEND_EXPIRED=10", "EVENT_TYPE_PREFIX=com.acme.senderinvitation"},
			"7. Result event out: on topic " + topic, true},
		{"no results", []string{"RESULT_TOPIC_OCID=none", "DEAD_LETTER_TOPIC_OCID=none"}, "7. No result event: RESULT_TOPIC_OCID is none", false},
		{"no commands", []string{"COMMANDS=none"}, "5. The invitation is not followed: COMMANDS has no poll", false},
		{"dry run", []string{"MODE=dry-run"}, "4. Result event out: on topic " + topic, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			setAll(t, c.environment)
			out := demonstrated(t, started(t))
			last := out[strings.LastIndex(strings.TrimRight(out, "\n"), "\n\n")+2:]
			if !strings.HasPrefix(last, c.title) || strings.Contains(last, "senderinvitation.invitation.accepted\"") != c.told {
				t.Errorf("the last step is\n%s", last)
			}
		})
	}
}

// TestFollowed checks that the poll has marked the invitation as told, and that make run leaves it to people.
func TestFollowed(t *testing.T) {
	s := started(t)
	demonstrated(t, s)
	if i := s.oci.Invitations()[0]; i.Status != "ACCEPTED" || i.FreeformTags["senderinvitation-told"] != "ACCEPTED" {
		t.Errorf("%+v", i)
	}
	s = started(t)
	var out strings.Builder
	if err := played(t, s, &out); err != nil || s.oci.Invitations()[0].Status != "PENDING" || strings.Contains(out.String(), "\n5. ") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestFollowFails checks that a demo fails if the poll tells of another invitation too, or there is none.
func TestFollowFails(t *testing.T) {
	s := started(t)
	var out strings.Builder
	p := newPlayer(s, &out)
	if err := p.follow(t.Context(), "ocid1.senderinvitation.oc1..aaaaaaaanone"); err == nil {
		t.Error("an invitation that does not exist is followed")
	}
	ids := []string{s.oci.Invite("ocid1.tenancy.oc1..aaaaaaaaone"), s.oci.Invite("ocid1.tenancy.oc1..aaaaaaaatwo")}
	if err := s.oci.Advance(2 * step); err != nil {
		t.Fatal(err)
	}
	if err := s.oci.Expire(ids[1]); err != nil {
		t.Fatal(err)
	}
	if err := p.follow(t.Context(), ids[0]); err == nil || !strings.Contains(err.Error(), "the poll did not tell") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
