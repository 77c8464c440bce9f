package e2e

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

type exampleAnswer struct {
	ID      string          // of an invitation, as the API answers one
	Results []exampleResult // of a delivery
}

type exampleResult struct {
	Outcome    string
	Invitation struct{ ID string }
}

func outcomesOf(answer []byte) (outcomes []string) {
	var read exampleAnswer
	_ = json.Unmarshal(answer, &read) // checkOutcomes reports what has no results
	for _, result := range read.Results {
		outcomes = append(outcomes, result.Outcome)
	}
	return outcomes
}

func checkOutcomes(t *testing.T, what string, answer []byte, want []string) {
	t.Helper()
	if got := outcomesOf(answer); !slices.Equal(got, want) {
		t.Errorf("%s: outcomes %q, want %q: %s", what, got, want, answer)
	}
}

// publishedFor returns what must be published for an answer: the type and invitation of each event.
func publishedFor(answer []byte) (published []string) {
	var read exampleAnswer
	_ = json.Unmarshal(answer, &read)
	if read.ID != "" {
		read.Results = []exampleResult{{Outcome: "created", Invitation: struct{ ID string }{read.ID}}}
	}
	for _, result := range read.Results {
		if !slices.Contains([]string{"ignored", "listed", "retrieved"}, result.Outcome) {
			published = append(published, "senderinvitation."+result.Outcome+" "+result.Invitation.ID)
		}
	}
	return published
}

// eventsOf returns the type and invitation of each event in a message. A failure may have another subject, which is left out.
func eventsOf(t *testing.T, message []byte) (published []string) {
	t.Helper()
	if !bytes.HasPrefix(message, []byte("[")) {
		message = slices.Concat([]byte("["), message, []byte("]"))
	}
	var events []struct{ Type, Subject string }
	if err := json.Unmarshal(message, &events); err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if !strings.HasPrefix(event.Subject, "ocid1.senderinvitation.") {
			event.Subject = ""
		}
		published = append(published, event.Type+" "+event.Subject)
	}
	return published
}
