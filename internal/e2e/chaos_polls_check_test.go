package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// The freeform tags of the function.
const (
	keyTag    = "senderinvitation-key"
	digestTag = "senderinvitation-digest"
	toldTag   = "senderinvitation-told"
	resentTag = "senderinvitation-resent"
)

// maxTags is the maximum number of freeform tags.
const maxTags = 10

// toldStatus maps the outcomes that polls tell to the status of the invitation.
var toldStatus = map[events.Outcome]string{
	events.Accepted: "ACCEPTED", events.Canceled: "CANCELED", events.Expired: "EXPIRED", events.Failed: "FAILED", events.Expiring: "PENDING",
}

// change is a change of an invitation's status, by the outcome that tells it.
type change struct {
	invitation string
	outcome    events.Outcome
}

// publishedAt is an event with the time, by the service's clock, at which it was published.
type publishedAt struct {
	publishedEvent
	at time.Time
}

// tells returns the change that the event tells; false if it tells of something else.
func (e publishedAt) tells() (told change, ok bool) {
	outcome, ok := strings.CutPrefix(e.Type, "senderinvitation."+events.Told)
	return change{e.Subject, events.Outcome(outcome)}, ok
}

// collect reads the messages that were published since the last time.
func (p *polling) collect(t *testing.T) {
	messages := p.oci.Messages()
	for _, message := range messages[p.read:] {
		for _, e := range publishedEvents(t, message.Body) {
			p.published = append(p.published, publishedAt{e, message.Time.Time})
		}
	}
	p.read = len(messages)
}

// hasRoom reports whether the invitation has room for the tag that tells.
func hasRoom(one ocitest.Invitation) bool {
	_, has := one.FreeformTags[toldTag]
	return has || len(one.FreeformTags) < maxTags
}

// pollReport counts what polls have told and sent.
type pollReport struct {
	told      map[events.Outcome]int // the events of each outcome, repeats not counted
	repeats   int
	explained int // failures with the errors of the work request
	// Expired invitations: sent again, not because of a live one, not because of their tags, and not because they were sent again before.
	sent, live, refused, over int
	unseen                    int // of those sent again, not published because another poll decided otherwise
	without                   int // invitations without room for the tag
}

func (r pollReport) String() string {
	return fmt.Sprintf("told %v, and %d repeats; %d failures with the errors of their work request\n%d sent again (%d not published), %d not because of a live one, %d not because of their tags, %d not once more; %d without room for the tag that tells",
		r.told, r.repeats, r.explained, r.sent, r.unseen, r.live, r.refused, r.over, r.without)
}

// check compares the invitations at OCI with what was published.
func (p *polling) check(t *testing.T) pollReport {
	report := pollReport{told: map[events.Outcome]int{}}
	p.collect(t)
	all, byID := p.oci.Invitations(), map[string]ocitest.Invitation{}
	for _, one := range all {
		byID[one.ID] = one
	}
	ids := p.checkTold(t, &report, byID)
	for _, one := range all {
		checkStatus(t, one, ids)
		if !hasRoom(one) {
			report.without++
		}
	}
	p.checkSent(t, &report, all, byID)
	if p.counted.late > 0 {
		t.Errorf("%d answers were late", p.counted.late)
	}
	return report
}

// checkTold checks that each event tells what has been so, under one id, which no other event has. It returns the ids.
func (p *polling) checkTold(t *testing.T, report *pollReport, byID map[string]ocitest.Invitation) map[change]string {
	ids, told := map[change]string{}, map[string]change{}
	for _, e := range p.published {
		now, ok := e.tells()
		if !ok {
			continue
		}
		checkEvent(t, e, byID[now.invitation])
		if fault := e.Data.Error; fault != nil && strings.Contains(fault.Message, chaosReason) {
			report.explained++
		}
		if known := ids[now]; known == e.ID {
			report.repeats++
			continue
		} else if known != "" {
			t.Errorf("%v was told with the ids %s and %s", now, known, e.ID)
		}
		if other, known := told[e.ID]; known {
			t.Errorf("%v and %v were told with the same id", now, other)
		}
		ids[now], told[e.ID] = e.ID, now
		report.told[now.outcome]++
	}
	return ids
}

// checkEvent checks an event that tells a change of the invitation. No status but PENDING is ever left, so what was told must still be so.
func checkEvent(t *testing.T, e publishedAt, one ocitest.Invitation) {
	now, _ := e.tells()
	status, end, shown := toldStatus[now.outcome], endOf(one), events.ReadInvitation(e.Data.Invitation)
	switch {
	case status == "" || one.ID == "" || shown.ID != one.ID || shown.Status != status || shown.RecipientTenancyID != one.RecipientTenancyID,
		e.Data.Operation != "poll" || e.Data.Outcome != now.outcome || e.Data.Expires != end.UTC().Format("2006-01-02T15:04:05.000Z"):
		t.Errorf("%s of %s: %+v", e.Type, e.Subject, e.Data.Result)
	case now.outcome == events.Expiring && e.at.Before(end.Add(-soon)):
		t.Errorf("%s was told as expiring at %s, too early for its end at %s", one.ID, e.at, end)
	case now.outcome != events.Expiring && one.Status != status:
		t.Errorf("%s was told as %s, but is %s", one.ID, status, one.Status)
	case e.Data.Error != nil && (now.outcome != events.Failed || e.Data.Error.Code != "WorkRequestFailed"):
		t.Errorf("%s of %s has the error %v", e.Type, one.ID, e.Data.Error)
	}
}

// checkStatus checks that the status of an invitation was told, and that its tag says so. ids has the changes that were told.
func checkStatus(t *testing.T, one ocitest.Invitation, ids map[change]string) {
	tag := one.FreeformTags[toldTag]
	if one.Status == "PENDING" {
		if tag != "" && (tag != "EXPIRING" || ids[change{one.ID, events.Expiring}] == "") {
			t.Errorf("%s is PENDING and has the tag %q", one.ID, tag)
		}
		return
	}
	if ids[change{one.ID, events.Outcome(strings.ToLower(one.Status))}] == "" {
		t.Errorf("%s is %s and was not told", one.ID, one.Status)
	}
	if hasRoom(one) && tag != one.Status {
		t.Errorf("%s is %s and has the tag %q", one.ID, one.Status, tag)
	}
}

// checkEnough checks that enough has happened to prove something.
func (p *polling) checkEnough(t *testing.T, found pollReport) {
	if p.faults.killed != p.faults.kills {
		t.Errorf("%d kills, want %d: more polls are needed", p.faults.killed, p.faults.kills)
	}
	counts := map[string]int{
		"blows to polls alone":                                     p.counted.blows,
		"polls that were answered":                                 p.counted.answered,
		"polls that ran out of time":                               p.counted.more,
		"rotations of credentials":                                 p.faults.rotations,
		"messages kept out by the limit":                           p.oci.Refused(),
		"events told again":                                        found.repeats,
		"invitations without room for the tag":                     found.without,
		"expired invitations that were sent again":                 found.sent,
		"expired invitations that were sent again before":          found.over,
		"expired invitations that were not, because of a live one": found.live,
		"expired invitations that were not, because of their tags": found.refused,
	}
	for word := range toldStatus {
		counts["events that tell "+string(word)] = found.told[word]
	}
	if *chaosPolls >= 1000 { // in a few polls of a slow machine, none may have the time to read work requests
		counts["failures with the errors of their work request"] = found.explained
	}
	for what, count := range counts {
		if count == 0 {
			t.Errorf("no %s: more polls are needed", what)
		}
	}
}
