package handler_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// TestPollTellsBeforeTimeRunsOut checks that a poll tells what it has found, although its time does not suffice for the rest of the list, and
// that the polls that go on where it ended tell the rest.
func TestPollTellsBeforeTimeRunsOut(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{PageSize: 1, Fault: func(r *http.Request) (f ocitest.Fault) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/senderInvitations") {
			f.Delay = 250 * time.Millisecond
		}
		return f
	}}
	f, ids := newFunction(t, oci), []string{}
	for range 20 {
		ids = append(ids, oci.Invite("ocid1.tenancy.oc1..r"))
	}
	for _, id := range []string{ids[0], ids[1], ids[19]} { // the newest is on the first page
		if err := oci.Accept(id); err != nil {
			t.Fatal(err)
		}
	}
	var told []int
	for page := ""; ; {
		answer, cut := f.invokeWithin(6*time.Second, `{"operation": "poll", "page": "`+page+`"}`)
		var got struct{ Results []events.Result }
		if err := json.Unmarshal([]byte(answer), &got); err != nil || cut {
			t.Fatal(cut, err, answer)
		}
		told = append(told, got.Results[0].Told)
		if page = got.Results[0].OpcNextPage; !got.Results[0].More || page == "" || len(told) == 10 {
			break
		}
	}
	sum := 0
	for _, count := range told {
		sum += count
	}
	if len(told) < 2 || told[0] != 1 || sum != 3 {
		t.Errorf("the polls told %v, want 1 first and 3 in all, by two polls or more", told)
	}
}
