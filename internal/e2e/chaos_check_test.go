package e2e

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// chaosReport counts what the function did wrong.
type chaosReport struct{ duplicates, losses, late, writesAfter int }

func (r chaosReport) String() string {
	return fmt.Sprintf("%d duplicates, %d losses, %d late answers, %d writes after all events were settled", r.duplicates, r.losses, r.late, r.writesAfter)
}

// chaosState is a snapshot of the emulated OCI.
type chaosState struct {
	invitations []ocitest.Invitation
	calls       int // how many had reached it
}

func (c *chaos) state() chaosState {
	return chaosState{c.oci.Invitations(), len(c.oci.Calls())}
}

// check compares the records of the emulated OCI with the events. settled is the snapshot from when every event had its
// final outcome.
func (c *chaos) check(t *testing.T, settled chaosState) chaosReport {
	report := chaosReport{late: int(c.late.Load()), losses: int(c.losses.Load())}
	made := c.checkInvitations(t, &report)
	published := publishedResults(t, c.told())
	for _, e := range c.events {
		want := made[e.recipient][0]
		if e.kind == returning {
			want = made[e.recipient][1]
		}
		c.checkEvent(t, &report, e, published[e.id], want)
	}
	c.checkPublished(t, &report)
	c.checkPartitions(t)
	if least := c.variant.refused * float64(len(c.told())); float64(c.oci.Refused()) < least {
		t.Errorf("the limit kept out %d messages, want %.0f: more deliveries are needed", c.oci.Refused(), least)
	}
	c.checkSettled(t, &report, settled)
	if report.late > 0 {
		t.Errorf("%d answers were late", report.late)
	}
	return report
}

// checkInvitations checks that each recipient tenancy has exactly the invitations that its events ask for: one, or, if the
// tenancy returned, a CANCELED one and another. It returns the invitations of each tenancy, the oldest first.
func (c *chaos) checkInvitations(t *testing.T, report *chaosReport) map[string][]ocitest.Invitation {
	made := map[string][]ocitest.Invitation{}
	for _, invitation := range c.oci.Invitations() {
		made[invitation.RecipientTenancyID] = append(made[invitation.RecipientTenancyID], invitation)
	}
	for recipient, want := range c.wantedInvitations() {
		var got []string
		for _, invitation := range made[recipient] {
			got = append(got, describe(invitation))
		}
		report.duplicates += max(0, len(got)-len(want))
		if !slices.Equal(got, want) {
			report.losses += max(0, len(want)-len(got))
			t.Errorf("%s has the invitations %q, want %q", recipient, got, want)
		}
		made[recipient] = append(made[recipient], make([]ocitest.Invitation, 2)...) // missing ones are reported above
	}
	return made
}

// wantedInvitations returns the invitations that the events ask for, as describe describes them, by recipient tenancy.
func (c *chaos) wantedInvitations() map[string][]string {
	wanted := map[string][]string{}
	for _, e := range c.events { // an invitation's create comes before its changes
		switch e.kind {
		case signup:
			wanted[e.recipient] = []string{"PENDING Invitation for Acme, tagged origin"}
		case contactChange:
			wanted[e.recipient] = []string{strings.Replace(wanted[e.recipient][0], "Acme", "Initech", 1)}
		case firstTag, secondTag:
			wanted[e.recipient] = []string{wanted[e.recipient][0] + ", " + string(e.kind)}
		case offboarding:
			wanted[e.recipient] = []string{strings.Replace(wanted[e.recipient][0], "PENDING", "CANCELED", 1)}
		case returning:
			wanted[e.recipient] = append(wanted[e.recipient], "PENDING Invitation for Acme, tagged origin")
		}
	}
	return wanted
}

// describe describes an invitation by its status, name and tags.
func describe(invitation ocitest.Invitation) string {
	text := invitation.Status + " " + invitation.DisplayName + ", tagged origin"
	for _, kind := range []chaosKind{firstTag, secondTag} {
		if invitation.FreeformTags[string(kind)] == "yes" {
			text += ", " + string(kind)
		}
	}
	if invitation.FreeformTags["senderinvitation-key"] == "" || invitation.FreeformTags["origin"] != "signup" {
		text += ", without the tags of its create"
	}
	return text
}

// publishedResults returns the events in the messages, by the id of their trigger.
func publishedResults(t *testing.T, messages []string) map[string][]publishedEvent {
	results := map[string][]publishedEvent{}
	for _, message := range messages {
		for _, e := range publishedEvents(t, message) {
			results[e.TriggerID] = append(results[e.TriggerID], e)
		}
	}
	return results
}

// checkPublished checks that each result in an answer was published by the same invocation, and that each invocation that was
// cut had tried to publish. No two invocations make the same message, for it holds the time.
func (c *chaos) checkPublished(t *testing.T, report *chaosReport) {
	taken := c.taken()
	reached, tried, published := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, call := range c.oci.Calls() {
		callID := call.Header.Get("opc-request-id")
		reached[callID] = true
		if !tells(call.Path) {
			continue
		}
		tried[callID] = true
		for _, message := range messagesIn(t, call) {
			for _, e := range publishedEvents(t, message) {
				published[fmt.Sprint(callID, e.TriggerID, e.Data.Outcome)] = taken[message]
			}
		}
	}
	for callID, results := range c.acknowledged {
		for _, result := range results {
			if !published[fmt.Sprint(callID, result.Trigger.ID, result.Outcome)] {
				report.losses++
				t.Errorf("%s: answered, but not published: %s of %s", callID, result.Outcome, result.Trigger.ID)
			}
		}
	}
	for callID := range c.cut {
		if reached[callID] && !tried[callID] && !c.faults.victims[callID] {
			report.losses++
			t.Errorf("%s: cut without an attempt to publish", callID)
		}
	}
}

// checkPartitions checks that the events of each recipient tenancy are in one partition of the stream.
func (c *chaos) checkPartitions(t *testing.T) {
	recipients, partitions := map[string]string{}, map[string]int{}
	for _, e := range c.events {
		recipients[e.id] = e.recipient
	}
	for _, message := range c.oci.StreamMessages() {
		for _, e := range publishedEvents(t, message.Value) {
			recipient := recipients[e.TriggerID]
			if first, known := partitions[recipient]; known && first != message.Partition || recipient == "" {
				t.Errorf("an event of %q is in partition %d, another in %d", recipient, message.Partition, first)
			}
			partitions[recipient] = message.Partition
		}
	}
}

// checkSettled checks that nothing changed after every event had its final outcome. A repeated offboarding may still send a
// cancel; its retry token protects the newer invitation of a tenancy that returned.
func (c *chaos) checkSettled(t *testing.T, report *chaosReport, settled chaosState) {
	for index, invitation := range c.oci.Invitations() {
		if index >= len(settled.invitations) || !reflect.DeepEqual(invitation, settled.invitations[index]) {
			report.writesAfter++
			t.Errorf("changed after all events were settled: %+v", invitation)
		}
	}
	for _, call := range c.oci.Calls()[settled.calls:] {
		if call.Method != http.MethodGet && strings.HasPrefix(call.Path, "/20230401/") && !strings.HasSuffix(call.Path, "/actions/cancel") {
			report.writesAfter++
			t.Errorf("written after all events were settled: %s %s %s", call.Method, call.Path, call.Body)
		}
	}
}

// finalOutcomes lists the outcomes that end an event of each kind.
var finalOutcomes = map[chaosKind][]events.Outcome{
	signup:        {events.Created, events.Existing},
	secondSignup:  {events.Existing},
	contactChange: {events.Updated, events.Unchanged},
	firstTag:      {events.Updated, events.Unchanged},
	secondTag:     {events.Updated, events.Unchanged},
	offboarding:   {events.Canceled, events.Unchanged},
	returning:     {events.Created, events.Existing},
}

// checkEvent checks that the event has a final outcome, that each outcome is published under one id, and that all outcomes
// name the wanted invitation.
func (c *chaos) checkEvent(t *testing.T, report *chaosReport, e *chaosEvent, results []publishedEvent, want ocitest.Invitation) {
	ids, final := map[events.Outcome]string{}, 0
	for _, result := range results {
		outcome, named := result.Data.Outcome, events.ReadInvitation(result.Data.Invitation).ID
		if outcome == events.Failed { // a redelivery followed
			continue
		}
		final++
		if known, ok := ids[outcome]; ok && known != result.ID {
			report.duplicates++
			t.Errorf("%s: %s is published with the ids %s and %s", e.id, outcome, known, result.ID)
		}
		ids[outcome] = result.ID
		if !slices.Contains(finalOutcomes[e.kind], outcome) || named != want.ID {
			report.duplicates++
			t.Errorf("%s: %s of %s, want %s", e.id, outcome, named, want.ID)
		}
	}
	if final == 0 {
		report.losses++
		t.Errorf("%s: no final outcome among %v", e.id, results)
	}
}
