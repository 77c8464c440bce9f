package e2e

import (
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// sendings says which invitations were sent in the place of expired ones. All ids are those of invitations.
type sendings struct {
	previous   map[string]ocitest.Invitation // the expired ones, by the key of the one that is sent in its place
	successors map[string]string             // those that were sent in the place of expired ones
	published  map[string]bool               // successors that were published
	kept       map[string]ocitest.Invitation // live ones because of which expired ones were not sent again
}

// checkSent checks which invitations were sent in the place of expired ones.
func (p *polling) checkSent(t *testing.T, report *pollReport, all []ocitest.Invitation, byID map[string]ocitest.Invitation) {
	s := p.sendings(t, all, byID)
	for _, one := range all {
		if one.FreeformTags[resentTag] != "" {
			s.checkSuccessor(t, report, one, all)
		}
	}
	for _, one := range all {
		if one.Status == "EXPIRED" {
			s.checkExpired(t, report, one)
		}
	}
}

// sendings reads what was published of sending expired invitations again. What is published as existing is either the successor, which
// another poll has sent, or another invitation, which was live.
func (p *polling) sendings(t *testing.T, all []ocitest.Invitation, byID map[string]ocitest.Invitation) sendings {
	s := sendings{map[string]ocitest.Invitation{}, map[string]string{}, map[string]bool{}, map[string]ocitest.Invitation{}}
	for _, one := range all {
		s.previous[events.Hash(one.ID, "create")] = one
	}
	for _, e := range p.published {
		if e.Data.Previous == "" || e.Data.Outcome == events.Failed {
			continue
		}
		before, after := byID[e.Data.Previous], byID[events.ReadInvitation(e.Data.Invitation).ID]
		succeeds := s.previous[after.FreeformTags[keyTag]].ID == before.ID
		switch {
		case before.ID == "" || after.ID == "" || before.ID == after.ID || before.RecipientTenancyID != after.RecipientTenancyID,
			e.Data.Outcome != events.Existing && (e.Data.Outcome != events.Created || !succeeds):
			t.Errorf("%s of %s in the place of %s", e.Data.Outcome, after.ID, e.Data.Previous)
		case succeeds:
			s.published[after.ID] = true
		default:
			s.kept[before.ID] = after
		}
	}
	return s
}

// checkSuccessor checks an invitation that was sent in the place of another one.
func (s *sendings) checkSuccessor(t *testing.T, report *pollReport, one ocitest.Invitation, all []ocitest.Invitation) {
	before := s.previous[one.FreeformTags[keyTag]]
	if other := s.successors[before.ID]; other != "" {
		t.Errorf("%s and %s were sent in the place of %s", other, one.ID, before.ID)
	}
	s.successors[before.ID] = one.ID
	if one.FreeformTags[resentTag] != "1" || before.Status != "EXPIRED" || before.FreeformTags[resentTag] != "" {
		t.Errorf("%s has the tag %s=%s; it was sent in the place of %q, which is %q and has the tag %q",
			one.ID, resentTag, one.FreeformTags[resentTag], before.ID, before.Status, before.FreeformTags[resentTag])
	}
	_, unlike := s.kept[before.ID]
	switch {
	case s.published[one.ID]:
	case unlike: // another poll, which found a live one, has marked the expired one: docs/once-in-effect.md, "What this cannot see"
		report.unseen++
	default:
		t.Errorf("%s was sent in the place of %s, and that was not published", one.ID, before.ID)
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
