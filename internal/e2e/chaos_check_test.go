package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
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

// chaosState is what OCI has at some time.
type chaosState struct {
	invitations []ocitest.Invitation
	calls       int // that had reached it by then
}

func (c *chaos) state() chaosState {
	return chaosState{c.oci.Invitations(), len(c.oci.Calls())}
}

// check reads the records; settled is the state by which all events had had their last word.
func (c *chaos) check(t *testing.T, settled chaosState) chaosReport {
	report := chaosReport{late: int(c.late.Load()), losses: int(c.losses.Load())}
	made := c.checkInvitations(t, &report)
	published := publishedResults(t, c.oci.Messages())
	for _, e := range c.events {
		meant := made[e.recipient][0]
		if e.kind == returning {
			meant = made[e.recipient][1]
		}
		c.checkEvent(t, &report, e, published[e.id], meant)
	}
	c.checkPublished(t, &report)
	c.checkSettled(t, &report, settled)
	if report.late > 0 {
		t.Errorf("%d answers were late", report.late)
	}
	return report
}

// checkInvitations sees that each recipient tenancy has what its events ask for, and once: one invitation, or where it came
// back one that is CANCELED, and another. It returns them, each tenancy's oldest first.
func (c *chaos) checkInvitations(t *testing.T, report *chaosReport) map[string][]ocitest.Invitation {
	made := map[string][]ocitest.Invitation{}
	for _, invitation := range c.oci.Invitations() {
		made[invitation.RecipientTenancyID] = append(made[invitation.RecipientTenancyID], invitation)
	}
	wanted := map[string][]string{}
	for _, e := range c.events { // in the order in which they can happen
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
	for recipient, want := range wanted {
		var got []string
		for _, invitation := range made[recipient] {
			text := invitation.Status + " " + invitation.DisplayName + ", tagged origin"
			for _, kind := range []chaosKind{firstTag, secondTag} {
				if invitation.FreeformTags[string(kind)] == "yes" {
					text += ", " + string(kind)
				}
			}
			if invitation.FreeformTags["senderinvitation-key"] == "" || invitation.FreeformTags["origin"] != "signup" {
				text += ", without the tags that it was made with"
			}
			got = append(got, text)
		}
		report.duplicates += max(0, len(got)-len(want))
		if !slices.Equal(got, want) {
			report.losses += max(0, len(want)-len(got))
			t.Errorf("%s has the invitations %q, wanted are %q", recipient, got, want)
		}
		made[recipient] = append(made[recipient], make([]ocitest.Invitation, 2)...) // what is missing is told of above
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
	t.Helper()
	if !strings.HasPrefix(body, "[") {
		body = "[" + body + "]"
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// checkPublished sees that what a caller was told is also published, by the very call that told it; and that no call was cut
// which did not at least try to publish why.
func (c *chaos) checkPublished(t *testing.T, report *chaosReport) {
	reached, tried, published := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, call := range c.oci.Calls() {
		callID := call.Header.Get("opc-request-id")
		reached[callID] = true
		if !strings.HasSuffix(call.Path, "/messages") {
			continue
		}
		tried[callID] = true
		var message struct{ Body string }
		if err := json.Unmarshal(call.Body, &message); err != nil {
			t.Fatal(err)
		}
		for _, e := range publishedEvents(t, message.Body) {
			published[fmt.Sprint(callID, e.TriggerID, e.Data.Outcome)] = call.Status == http.StatusAccepted
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
	for callID := range c.cut {
		if reached[callID] && !tried[callID] && !c.faults.victims[callID] {
			report.losses++
			t.Errorf("%s: cut, and nothing published of it", callID)
		}
	}
}

// checkSettled sees that nothing was written after all events had had their last word. A cancel may be asked for, which the
// retry token then keeps from the invitation of a tenancy that came back.
func (c *chaos) checkSettled(t *testing.T, report *chaosReport, settled chaosState) {
	for index, invitation := range c.oci.Invitations() {
		if index >= len(settled.invitations) || !reflect.DeepEqual(invitation, settled.invitations[index]) {
			report.writesAfter++
			t.Errorf("changed after everything was done: %+v", invitation)
		}
	}
	for _, call := range c.oci.Calls()[settled.calls:] {
		if call.Method != http.MethodGet && strings.HasPrefix(call.Path, "/20230401/") && !strings.HasSuffix(call.Path, "/actions/cancel") {
			report.writesAfter++
			t.Errorf("asked for after everything was done: %s %s %s", call.Method, call.Path, call.Body)
		}
	}
}

// lastWords are the outcomes that end an event of the kind.
var lastWords = map[chaosKind][]events.Outcome{
	signup:        {events.Created, events.Existing},
	secondSignup:  {events.Existing},
	contactChange: {events.Updated, events.Unchanged},
	firstTag:      {events.Updated, events.Unchanged},
	secondTag:     {events.Updated, events.Unchanged},
	offboarding:   {events.Canceled, events.Unchanged},
	returning:     {events.Created, events.Existing},
}

// checkEvent sees that the event has a last word, that each outcome has one id, and that all name the invitation that is meant.
func (c *chaos) checkEvent(t *testing.T, report *chaosReport, e *chaosEvent, results []publishedEvent, meant ocitest.Invitation) {
	ids, words := map[events.Outcome]string{}, 0
	for _, result := range results {
		outcome, named := result.Data.Outcome, events.ReadInvitation(result.Data.Invitation).ID
		if outcome == events.Failed { // for now: deliver saw that a last word came
			continue
		}
		words++
		if known, ok := ids[outcome]; ok && known != result.ID {
			report.duplicates++
			t.Errorf("%s: %s is published as %s and as %s", e.id, outcome, known, result.ID)
		}
		ids[outcome] = result.ID
		if !slices.Contains(lastWords[e.kind], outcome) || named != meant.ID {
			report.duplicates++
			t.Errorf("%s: %s of %s, meant is %s", e.id, outcome, named, meant.ID)
		}
	}
	if words == 0 {
		report.losses++
		t.Errorf("%s: no last word among %v", e.id, results)
	}
}
