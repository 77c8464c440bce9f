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

// publishedAt is an event with the time, by the service's clock, at which it was published.
type publishedAt struct {
	publishedEvent
	at time.Time
}

// word returns the outcome that tells a change of status; "" if the event tells of something else.
func (e publishedAt) word() events.Outcome {
	word, ok := strings.CutPrefix(e.Type, "senderinvitation."+events.Told)
	if !ok {
		return ""
	}
	return events.Outcome(word)
}

// tells reports whether the event tells this of the invitation.
func (e publishedAt) tells(id string, word events.Outcome) bool {
	return e.word() == word && e.Subject == id
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

// ownTags returns the number of tags that are not the function's.
func ownTags(one ocitest.Invitation) (count int) {
	for name := range one.FreeformTags {
		if name != keyTag && name != digestTag && name != toldTag && name != resentTag {
			count++
		}
	}
	return count
}

// pollReport counts what polls have told and sent.
type pollReport struct {
	told      map[events.Outcome]int // the events of each outcome, repeats not counted
	repeats   int
	explained int // failures with the errors of the work request
	// Expired invitations: sent again, not because of a live one, not because of their tags, and not because they were sent again before.
	sent, live, refused, over int
	without                   int // invitations without room for the tag
}

func (r pollReport) String() string {
	return fmt.Sprintf("told %v, and %d repeats; %d failures with the errors of their work request\n%d sent again, %d not because of a live one, %d not because of their tags, %d not once more; %d without room for the tag that tells",
		r.told, r.repeats, r.explained, r.sent, r.live, r.refused, r.over, r.without)
}

// check compares the invitations at OCI with what was published.
func (p *polling) check(t *testing.T) pollReport {
	report := pollReport{told: map[events.Outcome]int{}}
	p.collect(t)
	all, byID := p.oci.Invitations(), map[string]ocitest.Invitation{}
	for _, one := range all {
		byID[one.ID] = one
	}
	p.checkTold(t, &report, byID)
	for _, one := range all {
		p.checkStatus(t, &report, one)
	}
	p.checkSent(t, &report, all, byID)
	if p.counted.late > 0 {
		t.Errorf("%d answers were late", p.counted.late)
	}
	return report
}

// checkTold checks that each event tells what has been so, under one id, which no other event has.
func (p *polling) checkTold(t *testing.T, report *pollReport, byID map[string]ocitest.Invitation) {
	type change struct {
		invitation string
		word       events.Outcome
	}
	ids, changes := map[change]string{}, map[string]change{}
	for _, e := range p.published {
		word := e.word()
		if word == "" {
			continue
		}
		one, shown, now := byID[e.Subject], events.ReadInvitation(e.Data.Invitation), change{e.Subject, word}
		end := one.TimeCreated.Add(lifetime)
		status := toldStatus[word]
		switch {
		case status == "" || one.ID == "" || shown.ID != one.ID || shown.Status != status || shown.RecipientTenancyID != one.RecipientTenancyID ||
			e.Data.Operation != "poll" || e.Data.Outcome != word || e.Data.Expires != end.UTC().Format("2006-01-02T15:04:05.000Z"):
			t.Errorf("%s of %s: %+v", e.Type, e.Subject, e.Data.Result)
		case word == events.Expiring && e.at.Before(end.Add(-soon)):
			t.Errorf("%s was told as expiring at %s, too early for its end at %s", one.ID, e.at, end)
		case word != events.Expiring && one.Status != status:
			t.Errorf("%s was told as %s, but is %s", one.ID, status, one.Status)
		}
		if e.Data.Error != nil {
			if strings.Contains(e.Data.Error.Message, "chaos") {
				report.explained++
			}
			if word != events.Failed || e.Data.Error.Code != "WorkRequestFailed" {
				t.Errorf("%s of %s has the error %v", e.Type, one.ID, e.Data.Error)
			}
		}
		if known := ids[now]; known != "" {
			report.repeats++
			if known != e.ID {
				t.Errorf("%v was told with the ids %s and %s", now, known, e.ID)
			}
			continue
		}
		if other, known := changes[e.ID]; known {
			t.Errorf("%v and %v were told with the same id", now, other)
		}
		ids[now], changes[e.ID] = e.ID, now
		report.told[word]++
	}
}

// checkStatus checks that the status of an invitation was told, and that its tag says so.
func (p *polling) checkStatus(t *testing.T, report *pollReport, one ocitest.Invitation) {
	tag, expiring := one.FreeformTags[toldTag], false
	for _, e := range p.published {
		expiring = expiring || e.tells(one.ID, events.Expiring)
	}
	if !hasRoom(one) {
		report.without++
	}
	if one.Status == "PENDING" {
		if tag != "" && (tag != "EXPIRING" || !expiring) {
			t.Errorf("%s is PENDING and has the tag %q", one.ID, tag)
		}
		return
	}
	told := false
	for _, e := range p.published {
		told = told || e.word() != events.Expiring && e.word() != "" && e.Subject == one.ID
	}
	if !told {
		t.Errorf("%s is %s and was not told", one.ID, one.Status)
	}
	if hasRoom(one) && tag != one.Status {
		t.Errorf("%s is %s and has the tag %q", one.ID, one.Status, tag)
	}
}

// checkSent checks which invitations were sent in the place of expired ones.
func (p *polling) checkSent(t *testing.T, report *pollReport, all []ocitest.Invitation, byID map[string]ocitest.Invitation) {
	successors, previous := map[string]string{}, map[string]string{} // of those that were sent again
	kept := map[string]ocitest.Invitation{}                          // the live ones for which they were not
	keys := map[string]string{}
	for _, e := range p.published {
		before, after := byID[e.Data.Previous], byID[events.ReadInvitation(e.Data.Invitation).ID]
		switch {
		case e.Data.Previous == "" || e.Data.Outcome == events.Failed:
			continue
		case before.ID == "" || after.ID == "" || before.RecipientTenancyID != after.RecipientTenancyID || before.ID == after.ID ||
			e.Data.Outcome != events.Created && e.Data.Outcome != events.Existing:
			t.Errorf("%s of %s in the place of %s", e.Data.Outcome, after.ID, e.Data.Previous)
		case after.FreeformTags[resentTag] == "" || previous[after.ID] != "" && previous[after.ID] != before.ID || after.TimeCreated.Before(before.TimeCreated.Add(lifetime)):
			kept[before.ID] = after
			if e.Data.Outcome == events.Created {
				t.Errorf("%s was created in the place of %s", after.ID, before.ID)
			}
		default:
			if known := successors[before.ID]; known != "" && known != after.ID {
				t.Errorf("%s and %s were sent in the place of %s", known, after.ID, before.ID)
			}
			successors[before.ID], previous[after.ID] = after.ID, before.ID
		}
	}
	for _, one := range all {
		if key := one.FreeformTags[keyTag]; key != "" {
			if keys[key] != "" {
				t.Errorf("%s and %s have the same key", keys[key], one.ID)
			}
			keys[key] = one.ID
		}
		if resent := one.FreeformTags[resentTag]; resent != "" {
			before := byID[previous[one.ID]]
			if resent != "1" || before.Status != "EXPIRED" || before.FreeformTags[resentTag] != "" {
				t.Errorf("%s has the tag %s=%q, and %q was published as its previous one, which is %q and has the tag %q", one.ID, resentTag, resent, before.ID, before.Status, before.FreeformTags[resentTag])
			}
			for _, other := range all {
				if other.ID != one.ID && other.RecipientTenancyID == one.RecipientTenancyID && surelyLive(other, one.TimeCreated.Time) {
					t.Errorf("%s was sent again, though %s was live", one.ID, other.ID)
				}
			}
		}
		if one.Status != "EXPIRED" {
			continue
		}
		after, live := successors[one.ID], kept[one.ID]
		switch {
		case one.FreeformTags[resentTag] != "":
			report.over++
			if after != "" || live.ID != "" {
				t.Errorf("%s was sent again, and once more as %s%s", one.ID, after, live.ID)
			}
		case after != "" && live.ID != "":
			t.Errorf("%s was sent again as %s, and not because of %s", one.ID, after, live.ID)
		case after != "":
			report.sent++
		case live.ID != "":
			report.live++
			if live.Status != "ACCEPTED" && !live.TimeCreated.Add(lifetime).After(one.TimeCreated.Add(lifetime)) {
				t.Errorf("%s was not sent again because of %s, which had ended", one.ID, live.ID)
			}
		case ownTags(one)+3 > maxTags:
			report.refused++
		default:
			t.Errorf("%s is EXPIRED and was not sent again", one.ID)
		}
	}
}

// surelyLive reports whether the invitation was PENDING or ACCEPTED at that time. When one was canceled or failed is not known.
func surelyLive(one ocitest.Invitation, at time.Time) bool {
	if one.TimeCreated.After(at) {
		return false
	}
	switch one.Status {
	case "PENDING", "ACCEPTED":
		return true
	case "EXPIRED":
		return at.Before(one.TimeCreated.Add(lifetime))
	}
	return false
}

// checkEnough checks that enough has happened to prove something.
func (p *polling) checkEnough(t *testing.T, found pollReport) {
	if p.faults.killed != p.faults.kills {
		t.Errorf("%d kills, want %d: more polls are needed", p.faults.killed, p.faults.kills)
	}
	counts := map[string]int{
		"blows to polls alone": p.counted.blows, "polls that were answered": p.counted.answered, "polls that ran out of time": p.counted.more, "rotations of credentials": p.faults.rotations,
		"events told again": found.repeats, "failures explained": found.explained, "invitations sent again": found.sent,
		"invitations not sent again because of a live one": found.live, "invitations refused for their tags": found.refused, "invitations not sent once more": found.over,
		"invitations without room for the tag": found.without, "messages kept out by the limit": p.oci.Refused(),
	}
	for word := range toldStatus {
		counts["events that tell "+string(word)] = found.told[word]
	}
	for what, count := range counts {
		if count == 0 {
			t.Errorf("no %s: more polls are needed", what)
		}
	}
}
