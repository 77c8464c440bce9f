package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// chaosReport is what the records of the emulated OCI say in the end.
type chaosReport struct{ duplicates, losses, late, writesAfter int }

func (r chaosReport) String() string {
	return fmt.Sprintf("%d duplicates, %d losses, %d late answers, %d writes after the last word", r.duplicates, r.losses, r.late, r.writesAfter)
}

// check reads the records; settled is the number of calls by which all events had had their last word.
func (c *chaos) check(t *testing.T, settled int) chaosReport {
	report := chaosReport{late: int(c.late.Load()), losses: int(c.losses.Load())}
	made := c.checkInvitations(t, &report)
	published := publishedResults(t, c.oci.Messages())
	c.checkAcknowledged(t, &report)
	for _, e := range c.events {
		c.checkEvent(t, &report, e, published[e.id], made[e.recipient])
	}
	for _, call := range c.oci.Calls()[settled:] {
		if call.Method != http.MethodGet && strings.HasPrefix(call.Path, "/20230401/") {
			report.writesAfter++
			t.Errorf("written after everything was done: %s %s %s", call.Method, call.Path, call.Body)
		}
	}
	if report.late > 0 {
		t.Errorf("%d answers were late", report.late)
	}
	return report
}

// checkInvitations sees that each recipient tenancy has one invitation, as its events want it, and returns them.
func (c *chaos) checkInvitations(t *testing.T, report *chaosReport) map[string]ocitest.Invitation {
	made := map[string]ocitest.Invitation{}
	for _, invitation := range c.oci.Invitations() {
		if _, ok := made[invitation.RecipientTenancyID]; ok {
			report.duplicates++
			t.Errorf("another invitation for %s", invitation.RecipientTenancyID)
		}
		made[invitation.RecipientTenancyID] = invitation
	}
	status, name := map[string]string{}, map[string]string{}
	for _, e := range c.events {
		switch e.kind {
		case signup:
			status[e.recipient], name[e.recipient] = "PENDING", "Invitation for Acme"
		case offboarding:
			status[e.recipient] = "CANCELED"
		case contactChange:
			name[e.recipient] = "Invitation for Initech"
		}
	}
	for recipient := range status {
		if got, ok := made[recipient]; !ok || got.Status != status[recipient] || got.DisplayName != name[recipient] {
			report.losses++
			t.Errorf("%s has an invitation that is %q and called %q, want %q and %q", recipient, got.Status, got.DisplayName, status[recipient], name[recipient])
		}
	}
	return made
}

// publishedResults are all results in the messages, by the id of the event that they are of.
func publishedResults(t *testing.T, messages []ocitest.Message) map[string][]publishedEvent {
	results := map[string][]publishedEvent{}
	for _, message := range messages {
		for _, e := range publishedEvents(t, message.Body) {
			results[e.TriggerID] = append(results[e.TriggerID], e)
		}
	}
	return results
}

type publishedEvent struct {
	ID, TriggerID string
	Data          events.Result
}

// publishedEvents are the events of a message, one or a batch.
func publishedEvents(t *testing.T, body string) (list []publishedEvent) {
	if !strings.HasPrefix(body, "[") {
		body = "[" + body + "]"
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// checkAcknowledged sees that what a caller was told is also published, by the very call that told it.
func (c *chaos) checkAcknowledged(t *testing.T, report *chaosReport) {
	published := map[string]bool{}
	for _, call := range c.oci.Calls() {
		if call.Status != http.StatusAccepted || !strings.HasSuffix(call.Path, "/messages") {
			continue
		}
		var message struct{ Body string }
		if err := json.Unmarshal(call.Body, &message); err != nil {
			t.Fatal(err)
		}
		for _, e := range publishedEvents(t, message.Body) {
			published[fmt.Sprint(call.Header.Get("opc-request-id"), e.TriggerID, e.Data.Outcome)] = true
		}
	}
	for callID, results := range c.acknowledged {
		for _, result := range results {
			if !published[fmt.Sprint(callID, result.Trigger.ID, result.Outcome)] {
				report.losses++
				t.Errorf("%s: told, but not published: %s of %s", callID, result.Outcome, result.Trigger.ID)
			}
		}
	}
}

// lastWords are the outcomes that end an event of the kind.
var lastWords = map[chaosKind][]events.Outcome{
	signup:        {events.Created, events.Existing},
	secondSignup:  {events.Existing},
	contactChange: {events.Updated, events.Unchanged},
	offboarding:   {events.Canceled, events.Unchanged},
}

// checkEvent sees that the event has a last word, that each outcome has one id, and that all name the same invitation.
func (c *chaos) checkEvent(t *testing.T, report *chaosReport, e *chaosEvent, results []publishedEvent, invitation ocitest.Invitation) {
	ids, words := map[events.Outcome]string{}, 0
	for _, result := range results {
		if result.Data.Outcome == events.Failed { // for now: deliver saw that a last word came
			continue
		}
		words++
		if known, ok := ids[result.Data.Outcome]; ok && known != result.ID {
			report.duplicates++
			t.Errorf("%s: %s is published as %s and as %s", e.id, result.Data.Outcome, known, result.ID)
		}
		ids[result.Data.Outcome] = result.ID
		if !slices.Contains(lastWords[e.kind], result.Data.Outcome) || events.ReadInvitation(result.Data.Invitation).ID != invitation.ID {
			report.duplicates++
			t.Errorf("%s: %s of %s, the invitation is %s", e.id, result.Data.Outcome, events.ReadInvitation(result.Data.Invitation).ID, invitation.ID)
		}
	}
	if words == 0 {
		report.losses++
		t.Errorf("%s: no last word among %v", e.id, results)
	}
}
