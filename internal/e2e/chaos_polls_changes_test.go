package e2e

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// The numbers of freeform tags that invitations are made with. With eight, and the two of the function, an invitation has no room for the
// tag that tells. With seven, it has, but the one that is sent in its place has not.
var chaosTags = []int{0, 2, 7, 8}

// chaosReason is the reason why invitations fail.
const chaosReason = "chaos"

// populate makes some invitations.
func (p *polling) populate(t *testing.T) {
	for _, tags := range chaosTags {
		p.signUp(t, tags)
	}
	p.oci.Invite(p.newRecipient())
	p.oci.Invite(p.newRecipient())
}

// changes returns what happens to invitations during a storm, in random order.
func (p *polling) changes(t *testing.T) (list []func()) {
	for _, tags := range chaosTags {
		list = append(list, func() { p.signUp(t, tags) })
	}
	for range leaps {
		list = append(list, func() { p.advance(t, leap) })
	}
	for _, change := range []func(id string){
		p.accept, p.accept, p.fail,
		func(id string) { p.cancel(t, id) },
		func(id string) { p.cancel(t, id); p.failCancel(id) },
	} {
		number := p.random.IntN(1 << 30)
		list = append(list, func() { p.pick(number, waiting, change) })
	}
	list = append(list, p.inviteAgain, p.inviteAgain, func() { p.oci.Invite(p.newRecipient()) })
	p.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// pick applies a change to one of the invitations that may be chosen, if there is one.
func (p *polling) pick(number int, may func(ocitest.Invitation) bool, change func(id string)) {
	var found []string
	for _, one := range p.oci.Invitations() {
		if may(one) {
			found = append(found, one.ID)
		}
	}
	if len(found) > 0 {
		change(found[number%len(found)])
	}
}

// waiting reports whether the recipient can accept the invitation and the sender can cancel it.
func waiting(one ocitest.Invitation) bool {
	return one.Status == "PENDING" && one.LifecycleState == "ACTIVE"
}

// alone returns a function that reports whether an invitation is the only live one of its recipient, and neither new nor near its end. A
// second one that is made now ends in another period.
func (p *polling) alone() func(ocitest.Invitation) bool {
	live := map[string]int{}
	for _, one := range p.oci.Invitations() {
		if one.Status == "PENDING" || one.Status == "ACCEPTED" {
			live[one.RecipientTenancyID]++
		}
	}
	return func(one ocitest.Invitation) bool {
		age := p.now().Sub(one.TimeCreated.Time)
		return waiting(one) && live[one.RecipientTenancyID] == 1 && age > period+leaps*leap && age < lifetime-leaps*leap
	}
}

// The changes. One that comes too late does nothing: a poll, a cancel or the clock was quicker.

func (p *polling) accept(id string) { _ = p.oci.Accept(id) }

func (p *polling) fail(id string) {
	_ = p.oci.FailInvitation(id, ocitest.WorkRequestError{Code: "InternalServerError", Message: chaosReason})
}

func (p *polling) cancel(t *testing.T, id string) {
	p.deliver(t, fmt.Sprintf(`{"operation": "cancel", "senderInvitationId": %q}`, id))
}

func (p *polling) failCancel(id string) {
	if p.oci.FailCancel(id) == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.counted.failedCancels++
	}
}

// inviteAgain invites a recipient once more, by hand: the one whose invitation ends first. It does so one at a time, so that no recipient has
// three invitations.
func (p *polling) inviteAgain() {
	p.inviting.Lock()
	defer p.inviting.Unlock()
	recipients := map[string]string{}
	for _, one := range p.oci.Invitations() {
		recipients[one.ID] = one.RecipientTenancyID
	}
	p.pick(0, p.alone(), func(id string) { p.oci.Invite(recipients[id]) })
}

// signUp makes an invitation of a new recipient by event, with as many freeform tags as tags says.
func (p *polling) signUp(t *testing.T, tags int) {
	recipient, freeform := p.newRecipient(), map[string]string{}
	for number := range tags {
		freeform[fmt.Sprintf("tag-%d", number)] = "x"
	}
	data, err := json.Marshal(map[string]any{"recipientTenancyId": recipient, "freeformTags": freeform, "displayName": "Invitation for Acme"})
	if err != nil {
		t.Error(err)
	}
	p.deliver(t, fmt.Sprintf(`{"specversion": "1.0", "id": %q, "source": "/chaos", "type": "senderinvitation.create", "time": %q, "data": %s}`,
		recipient, time.Now().Format(time.RFC3339), data))
}

func (p *polling) newRecipient() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recipients++
	return fmt.Sprintf("ocid1.tenancy.oc1..polls%d", p.recipients)
}
