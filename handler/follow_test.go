package handler_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

const poll = `{"operation": "poll"}`

// A poll loses no change because the service leaves out a time, or writes it in another form, and does not tell an end that it cannot know.
func TestPollWithOddTimes(t *testing.T) {
	at := func(days int) string { return time.Now().AddDate(0, 0, days).UTC().Format(time.RFC3339) }
	for _, c := range []struct{ members, within, told string }{
		{`"status": "EXPIRED"`, "P31D", "expired"},
		{`"status": "EXPIRED", "timeCreated": "yesterday"`, "P31D", "expired"},
		{`"status": "EXPIRED", "timeCreated": "` + at(-62) + `"`, "P31D", ""},
		{`"status": "EXPIRED", "timeUpdated": "` + at(-32) + `"`, "P31D", ""},
		{`"status": "PENDING"`, "P31D", ""},
		{`"status": "PENDING", "timeCreated": "soon"`, "P31D", ""},
		{`"status": "PENDING", "timeCreated": "` + at(-29) + `"`, "P31D", "expiring"},
		{`"status": "ACCEPTED"`, "PT1H", "accepted"},
		{`"status": "ACCEPTED", "timeCreated": "` + at(-10) + `"`, "PT1H", "accepted"}, // it may have been accepted just now
		{`"status": "ACCEPTED", "timeCreated": "` + at(-40) + `"`, "PT1H", ""},
		{`"status": "ACCEPTED", "timeCreated": "` + at(-10) + `", "timeUpdated": "` + at(-1) + `"`, "PT1H", ""},
	} {
		f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Body: `{"items": [` + entry("ocid1.x.oc1..1", "a", c.members) + `]}`}, "EXPIRING_DAYS", "3")
		before := len(f.oci.Messages())
		answer, cut := f.invoke(`{"operation": "poll", "within": "` + c.within + `"}`)
		told := ""
		if published := f.oci.Messages()[before:]; len(published) > 0 {
			_, told, _ = strings.Cut(published[0].Body, `"type":"senderinvitation.invitation.`)
			told, _, _ = strings.Cut(told, `"`)
			if strings.Contains(published[0].Body, `"expires":"000`) {
				t.Errorf("%s: an end that is not known is told: %s", c.members, published[0].Body)
			}
		}
		if cut || told != c.told {
			t.Errorf("%s within %s: told %q, want %q: cut %v: %s", c.members, c.within, told, c.told, cut, answer)
		}
	}
}

// A poll of a list with more pages than one poll reads says where the next one goes on. It fails if it cannot tell what it has read.
func TestPollOfVeryManyPages(t *testing.T) {
	for body, want := range map[string]string{
		`{"items": []}`: `"opcNextPage":"1000"`,
		`{"items": [` + entry("ocid1.x.oc1..1", "a", `"status": "EXPIRED"`) + `]}`: "cut",
	} {
		var pages atomic.Int64
		f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if !isRequest(r, http.MethodGet, "/senderInvitations") {
				return ocitest.Fault{Status: http.StatusInternalServerError}
			}
			page := pages.Add(1)
			if page > 1 {
				body = `{"items": []}`
			}
			return ocitest.Fault{Status: http.StatusOK, Body: body, Header: map[string]string{"opc-next-page": fmt.Sprint(page)}}
		}}, "MAX_ATTEMPTS", "1")
		if answer, cut := f.invoke(poll); cut != (want == "cut") || !cut && (!strings.Contains(answer, `"more":true`) || !strings.Contains(answer, want)) {
			t.Errorf("cut %v: %s", cut, answer)
		}
	}
}

// A poll tells that an invitation has failed even if the list of work requests, which would say why, is longer than its time, or does not
// answer.
func TestPollWithSlowWorkRequests(t *testing.T) {
	for name, delay := range map[string]time.Duration{"long": 50 * time.Millisecond, "silent": time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pages atomic.Int64
			oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
				if isRequest(r, http.MethodGet, "/workRequests") {
					return ocitest.Fault{Delay: delay, Status: http.StatusOK, Body: `{"items": []}`, Header: map[string]string{"opc-next-page": fmt.Sprint(pages.Add(1))}}
				}
				return ocitest.Fault{}
			}}
			f := newFunction(t, oci)
			oci.FailCreations(1)
			oci.Invite("ocid1.tenancy.oc1..a")
			answer, cut := f.invokeWithin(usedUp, poll)
			if cut || !strings.Contains(answer, `"told":1`) || !strings.Contains(answer, `"more":false`) {
				t.Errorf("cut %v: %s", cut, answer)
			}
		})
	}
}

// An invitation that somebody has tagged as told is told as expiring once.
func TestPollOfStrangersTag(t *testing.T) {
	for _, tag := range []string{"ACCEPTED", "yes", ""} {
		oci := &ocitest.Server{}
		f := newFunction(t, oci, "EXPIRING_DAYS", "3")
		f.put(t, "a", `"senderinvitation-told": "`+tag+`"`, "token")
		if err := oci.Advance(28 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		for _, told := range []string{`"told":1`, `"told":0`} {
			if answer, cut := f.invoke(poll); cut || !strings.Contains(answer, told) {
				t.Errorf("%q: not %s: cut %v: %s", tag, told, cut, answer)
			}
		}
	}
}

// An invitation whose count of repeats is no number that the function has written counts as sent once.
func TestPollOfStrangersCount(t *testing.T) {
	for _, tag := range []string{"", "twice", "-1", "1.0", "99999999999999999999"} {
		oci := &ocitest.Server{}
		f := newFunction(t, oci, "RESEND_EXPIRED", "1")
		f.put(t, "a", `"senderinvitation-resent": "`+tag+`"`, "token")
		for range 2 {
			if err := oci.Advance(30 * 24 * time.Hour); err != nil {
				t.Fatal(err)
			}
			f.invoke(poll)
		}
		if made := oci.Invitations(); len(made) != 2 || made[1].FreeformTags["senderinvitation-resent"] != "1" {
			t.Errorf("%q: %v", tag, made)
		}
	}
}

// A poll and a create in one list do not both invite a recipient tenancy.
func TestPollBesideCreates(t *testing.T) {
	for _, list := range []string{"[" + poll + "," + signupFor("a") + "]", "[" + signupFor("a") + "," + poll + "," + poll + "]"} {
		oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if isRequest(r, http.MethodPost, "/senderInvitations") {
				return ocitest.Fault{Delay: 30 * time.Millisecond} // so that both would look before the other has created
			}
			return ocitest.Fault{}
		}}
		f := newFunction(t, oci, "RESEND_EXPIRED", "1")
		oci.Invite("ocid1.tenancy.oc1..a")
		if err := oci.Advance(30 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		answer, cut := f.invoke(list)
		if made := oci.Invitations(); cut || len(made) != 2 || !strings.Contains(answer, `"told":1`) {
			t.Errorf("cut %v: %s; made %v", cut, answer, made)
		}
	}
}

// The log line of an invocation has what a poll has told before it failed.
func TestFailedPollIsCounted(t *testing.T) {
	messages := 0
	oci := &ocitest.Server{PageSize: 100, Fault: func(r *http.Request) ocitest.Fault {
		if strings.HasSuffix(r.URL.Path, "/messages") {
			if messages++; messages == 2 {
				return ocitest.Fault{Status: http.StatusInternalServerError}
			}
		}
		return ocitest.Fault{}
	}}
	f := newFunction(t, oci, "MAX_ATTEMPTS", "1", "CONCURRENCY", "1")
	for n := range 100 {
		oci.Invite(fmt.Sprint("ocid1.tenancy.oc1..r", n))
	}
	if err := oci.Advance(30 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	answer, cut := f.invoke(poll)
	line := f.lines(t, "invocation")[0]
	told, unpublished := line["told"].(float64), line["unpublished"].(float64)
	if !cut || told == 0 || told+unpublished != 100 || line["published"] != told+1 || line["failed"] != 1.0 {
		t.Errorf("cut %v: %s: %v", cut, answer, line)
	}
}

// That an invitation has failed is no failure of the function: without a topic it is not logged as one.
func TestFailedInvitationIsNoFailure(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "RESULT_TOPIC_OCID", "none", "DEAD_LETTER_TOPIC_OCID", "ocid1.onstopic.oc1.iad.deadletters")
	oci.FailCreations(1)
	oci.Invite("ocid1.tenancy.oc1..a")
	answer, cut := f.invoke(poll)
	if cut || !strings.Contains(answer, `"told":1`) || strings.Contains(f.log.String(), `"level":"ERROR"`) {
		t.Errorf("cut %v: %s: %s", cut, answer, f.log.String())
	}
}

// While expired invitations cannot be sent again, other changes are told once all the same.
func TestPollWithSilentCreates(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodPost, "/senderInvitations") {
			return ocitest.Fault{Delay: time.Minute}
		}
		return ocitest.Fault{}
	}}
	f := newFunction(t, oci, "RESEND_EXPIRED", "1")
	oci.Invite("ocid1.tenancy.oc1..a")
	if err := oci.Accept(oci.Invite("ocid1.tenancy.oc1..b")); err != nil {
		t.Fatal(err)
	}
	if err := oci.Advance(30 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{`"told":2`, `"told":1`} {
		if answer, cut := f.invokeWithin(usedUp, poll); cut || !strings.Contains(answer, told) || !strings.Contains(answer, `"more":true`) {
			t.Errorf("not %s: cut %v: %s", told, cut, answer)
		}
	}
}

// A poll or a wait ends within the invocation's time, and what was done by then is published, whichever of OCI's answers does not come.
func TestFollowingEndsInTime(t *testing.T) {
	const wait = `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..c", "wait": true}`
	for _, c := range []struct{ body, method, end, published string }{
		{poll, http.MethodGet, "/senderInvitations", "invitation failed"},
		{poll, http.MethodGet, "/workRequests", "invitations: 2 results"},
		{poll, http.MethodGet, "/errors", "invitations: 2 results"},
		{poll, http.MethodPost, "/senderInvitations", "invitations: 2 results"},
		{poll, http.MethodPut, "1", "invitations: 2 results"},
		{poll, http.MethodPost, "/messages", ""},
		{wait, http.MethodGet, "workrequest.oc1..aaaaaaaa00000003", "invitation created"},
		{wait, http.MethodGet, "/errors", "invitation failed"},
	} {
		t.Run(c.body+c.method+c.end, func(t *testing.T) {
			t.Parallel()
			oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
				if isRequest(r, c.method, c.end) {
					return ocitest.Fault{Delay: time.Minute}
				}
				return ocitest.Fault{}
			}}
			f := newFunction(t, oci, "RESEND_EXPIRED", "1")
			oci.FailCreations(1)
			oci.Invite("ocid1.tenancy.oc1..a")
			oci.Invite("ocid1.tenancy.oc1..b")
			if err := oci.Advance(30 * 24 * time.Hour); err != nil {
				t.Fatal(err)
			}
			oci.FailCreations(1)
			begun := time.Now()
			answer, cut := f.invokeWithin(usedUp, c.body)
			published := ""
			for _, message := range oci.Messages() {
				published += message.Title + "\n"
			}
			if took := time.Since(begun); took > usedUp+5*time.Second || // the silence lasts a minute
				!strings.Contains(published, c.published) || cut == (answer != "") {
				t.Errorf("after %s: cut %v: %s; published %s", took, cut, answer, published)
			}
		})
	}
}

// What is held, waited for or followed leaves no e-mail address in the log.
func TestFollowingLogsNoAddress(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "LOG_LEVEL", "debug", "MODE", "hold")
	f.invoke(strings.Replace(createForAcme, `"opcRequestId"`, `"wait": true, "opcRequestId"`, 1))
	held := f.published(t, "held")
	oci.FailCreations(1, ocitest.WorkRequestError{Code: "bob@acme.example", Message: "bob@acme.example bounced"})
	f.invoke(strings.Replace(held, "bob@acme.example", "eve@acme.example", -1))
	f.invoke(held)
	f.invoke(poll)
	f.invoke(`{"operation": "poll", "page": "bob@acme.example", "opcRequestId": "bob@acme.example"}`)
	f.invoke(`{"operation": "poll", "within": "bob@acme.example"}`)
	if log := f.log.String(); strings.Contains(log, "acme.example") || len(f.lines(t, "status told")) != 1 {
		t.Error(log)
	}
}

// An invitation that a list shows several times, because it changed in between, counts once.
func TestPollOfRepeatedInvitation(t *testing.T) {
	one := entry("ocid1.x.oc1..1", "a", `"status": "EXPIRED"`)
	pages := []string{one, "", one + "," + one}
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if !isRequest(r, http.MethodGet, "/senderInvitations") {
			return ocitest.Fault{}
		}
		page, header := pages[0], map[string]string{}
		if pages = pages[1:]; len(pages) > 0 {
			header["opc-next-page"] = fmt.Sprint(len(pages))
		}
		return ocitest.Fault{Status: http.StatusOK, Body: `{"items": [` + page + `]}`, Header: header}
	}})
	answer, cut := f.invoke(poll)
	if cut || !strings.Contains(answer, `"counts":{"EXPIRED":1},"told":1`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}
