package e2e

import (
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// sendings is what was published of sending expired invitations again. All ids are those of invitations.
type sendings struct {
	successors map[string]string             // those that were sent in the place of expired ones
	previous   map[string]string             // the inverse
	kept       map[string]ocitest.Invitation // the live ones because of which expired ones were not sent again
}

// checkSent checks which invitations were sent in the place of expired ones.
func (p *polling) checkSent(t *testing.T, report *pollReport, all []ocitest.Invitation, byID map[string]ocitest.Invitation) {
	s, keys := p.sendings(t, byID), map[string]string{}
	for _, one := range all {
		if key := one.FreeformTags[keyTag]; key != "" {
			if keys[key] != "" {
				t.Errorf("%s and %s have the same key", keys[key], one.ID)
			}
			keys[key] = one.ID
		}
		if one.FreeformTags[resentTag] != "" {
			checkSuccessor(t, one, byID[s.previous[one.ID]], all)
		}
		if one.Status == "EXPIRED" {
			s.checkExpired(t, report, one)
		}
	}
}

// sendings reads what was published of sending expired invitations again.
func (p *polling) sendings(t *testing.T, byID map[string]ocitest.Invitation) sendings {
	s := sendings{map[string]string{}, map[string]string{}, map[string]ocitest.Invitation{}}
	for _, e := range p.published {
		if e.Data.Previous == "" || e.Data.Outcome == events.Failed {
			continue
		}
		before, after := byID[e.Data.Previous], byID[events.ReadInvitation(e.Data.Invitation).ID]
		if before.ID == "" || after.ID == "" || before.ID == after.ID || before.RecipientTenancyID != after.RecipientTenancyID ||
			e.Data.Outcome != events.Created && e.Data.Outcome != events.Existing {
			t.Errorf("%s of %s in the place of %s", e.Data.Outcome, after.ID, e.Data.Previous)
			continue
		}
		s.add(t, e.Data.Outcome, before, after)
	}
	return s
}

// add adds a result. One that existed is either the successor, which another poll has sent, or a live invitation that was made before.
func (s *sendings) add(t *testing.T, outcome events.Outcome, before, after ocitest.Invitation) {
	if outcome == events.Existing && (after.FreeformTags[resentTag] == "" || after.TimeCreated.Before(endOf(before))) {
		s.kept[before.ID] = after
		return
	}
	if known := s.successors[before.ID]; known != "" && known != after.ID {
		t.Errorf("%s and %s were sent in the place of %s", known, after.ID, before.ID)
	}
	if known := s.previous[after.ID]; known != "" && known != before.ID {
		t.Errorf("%s was sent in the place of %s and %s", after.ID, known, before.ID)
	}
	s.successors[before.ID], s.previous[after.ID] = after.ID, before.ID
}

// checkSuccessor checks an invitation that was sent in the place of another one.
func checkSuccessor(t *testing.T, one, before ocitest.Invitation, all []ocitest.Invitation) {
	if before.ID == "" {
		t.Errorf("%s was sent again, and that was not published", one.ID)
		return
	}
	if one.FreeformTags[resentTag] != "1" || before.Status != "EXPIRED" || before.FreeformTags[resentTag] != "" {
		t.Errorf("%s has the tag %s=%s; it was sent in the place of %s, which is %s and has the tag %q",
			one.ID, resentTag, one.FreeformTags[resentTag], before.ID, before.Status, before.FreeformTags[resentTag])
	}
	for _, other := range all {
		if other.ID != one.ID && other.RecipientTenancyID == one.RecipientTenancyID && surelyLive(other, one.TimeCreated.Time) {
			t.Errorf("%s was sent again, though %s was live", one.ID, other.ID)
		}
	}
}

// checkExpired checks that an expired invitation was sent again, or that there is a reason why not.
func (s *sendings) checkExpired(t *testing.T, report *pollReport, one ocitest.Invitation) {
	successor, live := s.successors[one.ID], s.kept[one.ID]
	switch {
	case one.FreeformTags[resentTag] != "":
		report.over++
		if successor != "" || live.ID != "" {
			t.Errorf("%s was sent again, and once more as %s%s", one.ID, successor, live.ID)
		}
	case successor != "": // perhaps a live one had ended when it was told once more
		report.sent++
	case live.ID != "":
		report.live++
		if live.Status != "ACCEPTED" && !endOf(live).After(endOf(one)) {
			t.Errorf("%s was not sent again because of %s, which had ended", one.ID, live.ID)
		}
	case leastTags(one) > maxTags:
		report.refused++
	default:
		t.Errorf("%s is EXPIRED and was not sent again", one.ID)
	}
}

// leastTags returns the number of tags of the invitation that would be sent in the place of this one.
func leastTags(one ocitest.Invitation) int {
	count := len([]string{keyTag, digestTag, resentTag})
	for name := range one.FreeformTags {
		if name != keyTag && name != digestTag && name != toldTag && name != resentTag {
			count++
		}
	}
	return count
}

// endOf returns when the invitation expires if it is PENDING.
func endOf(one ocitest.Invitation) time.Time { return one.TimeCreated.Add(lifetime) }

// surelyLive reports whether the invitation was PENDING or ACCEPTED at that time. When one was canceled or failed is not known.
func surelyLive(one ocitest.Invitation, at time.Time) bool {
	if one.TimeCreated.After(at) {
		return false
	}
	return one.Status == "PENDING" || one.Status == "ACCEPTED" || one.Status == "EXPIRED" && at.Before(endOf(one))
}
