package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
)

func outcomesOf(t *testing.T, answer []byte) (outcomes []events.Outcome) {
	t.Helper()
	for _, result := range readAnswer(t, answer).Results {
		outcomes = append(outcomes, result.Outcome)
	}
	return outcomes
}

func checkOutcomes(t *testing.T, what string, answer []byte, want ...events.Outcome) {
	t.Helper()
	if got := outcomesOf(t, answer); !slices.Equal(got, want) {
		t.Errorf("%s: outcomes %q, want %q: %s", what, got, want, answer)
	}
}

// publishedFor returns what must be published for an answer: the outcome and invitation of each event.
func publishedFor(t *testing.T, answer []byte) (published []string) {
	t.Helper()
	if id := events.ReadInvitation(answer).ID; id != "" { // the answer to an HTTP create
		return []string{"created " + id}
	}
	for _, result := range readAnswer(t, answer).Results {
		if !slices.Contains([]events.Outcome{events.Ignored, events.Listed, events.Retrieved, events.Polled}, result.Outcome) {
			published = append(published, fmt.Sprintf("%s %s", result.Outcome, events.ReadInvitation(result.Invitation).ID))
		}
	}
	return published
}

// eventsOf returns the outcome, which ends the type, and the invitation of each event in a message. A failure may have another subject, which is left out.
func eventsOf(t *testing.T, message string) (published []string) {
	t.Helper()
	for _, event := range publishedEvents(t, message) {
		if !strings.HasPrefix(event.Subject, "ocid1.senderinvitation.") {
			event.Subject = ""
		}
		published = append(published, event.Type[strings.LastIndexByte(event.Type, '.')+1:]+" "+event.Subject)
	}
	return published
}
