package handler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// failedEvent returns a failed event whose original is a command without its required field.
func failedEvent(listed bool) string {
	return fmt.Sprintf(`{"specversion": "1.0", "id": "f", "source": "/f", "type": "senderinvitation.failed",
		"data": {"outcome": "failed", "event": "{\"operation\": \"create\"}", "eventListed": %v}}`, listed)
}

// The status of POST /events follows the form of the delivery itself, not that of the original in a replay. Failures that the status does
// not tell are published.
func TestEventsStatus(t *testing.T) {
	t.Parallel()
	const undecodable = `{"a": 1}`
	for name, c := range map[string]struct {
		body              string
		status, published int
	}{
		"one":                     {undecodable, 400, 0},
		"a list of one":           {"[" + undecodable + "]", 200, 1},
		"a list":                  {"[" + undecodable + `,{"a": 2},` + undecodable + "]", 200, 2}, // records of the same bytes are one event
		"no list":                 {"[" + undecodable, 400, 0},
		"replay":                  {failedEvent(false), 400, 1},
		"replay of a listed one":  {failedEvent(true), 400, 1},
		"list of a replay":        {"[" + failedEvent(false) + "]", 200, 1},
		"list past its limit":     {"[" + numbers(events.MaxRecords+6) + "]", 200, events.MaxRecords + 6},
		"list past all its limit": {"[" + numbers(10*events.MaxRecords+6) + "]", 200, events.MaxRecords + 1}, // the surplus is told as one
	} {
		oci := &ocitest.Server{}
		answer := newFunction(t, oci).request(http.MethodPost, "/events", c.body)
		published := 0
		for _, message := range oci.Messages() {
			published += strings.Count(message.Body, `"type":"senderinvitation.failed"`)
		}
		isBatch := strings.HasPrefix(answer.Body.String(), `{"results":`)
		if answer.Code != c.status || published != c.published || isBatch != (c.status == 200) {
			t.Errorf("%s: %d, %d published, %.100s", name, answer.Code, published, answer.Body)
		}
	}
}

// numbers returns that many different numbers.
func numbers(count int) string {
	var numbers []string
	for number := range count {
		numbers = append(numbers, fmt.Sprint(number))
	}
	return strings.Join(numbers, ",")
}

// A success that is too long for a message is published without its long parts.
func TestLongSuccess(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	namespace := map[string]string{}
	for index := range 64 {
		namespace[fmt.Sprint(index)] = strings.Repeat(`"`, 256)
	}
	command, err := json.Marshal(map[string]any{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "definedTags": map[string]any{"n": namespace}})
	if err != nil {
		t.Fatal(err)
	}
	answer, cut := f.invoke(string(command))
	if cut || len(answer) < 30_000 || len(oci.Messages()) != 1 {
		t.Fatalf("cut %v, %d messages, %.200s", cut, len(oci.Messages()), answer)
	}
	if body := oci.Messages()[0].Body; len(body) > 2000 || !strings.Contains(body, oci.Invitations()[0].ID) || !strings.Contains(body, `"trigger":{"id"`) {
		t.Error(body)
	}
}
