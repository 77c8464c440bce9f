package invitations

import (
	"encoding/json"
	"maps"
	"slices"

	"sender-invitations/events"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
)

// The ledger: freeform tags that tell which event an invitation was made for, and with which payload. An update keeps the tags.
const (
	keyTag    = "senderinvitation-key"
	digestTag = "senderinvitation-digest"
)

// otherKey is the remedy of a conflict.
const otherKey = "to invite all the same, use another event id or opcRetryToken"

// The tags by which the function follows an invitation.
const (
	toldTag   = "senderinvitation-told"   // the status that was told last
	resentTag = "senderinvitation-resent" // how many times in a row it was sent again
)

var (
	ledgerTags = [command.LedgerTags]string{keyTag, digestTag}
	// ownTags are the tags that no command can set.
	ownTags = append(ledgerTags[:], toldTag, resentTag)
)

// ledger finds the invitation that a create has made before. The key alone does not show it, for anyone can set or drop a tag: the
// invitation must be for the recipient tenancy and have the digest too.
type ledger struct {
	create      command.Command
	key, digest string
	resent      string // the value of resentTag; "" if there is none
	// conflict tells of the first invitation that has the key but does not count; nil if there is none.
	conflict error
}

func newLedger(create command.Command, key string) (*ledger, error) {
	digest, err := digestOf(create)
	return &ledger{create: create, key: key, digest: digest}, err
}

// shows reports whether the create has made the invitation. Its status does not matter: a redelivery does not bring back a canceled one.
func (l *ledger) shows(one reading) bool {
	if one.FreeformTags[keyTag] != l.key {
		return false
	}
	digest, reason := one.FreeformTags[digestTag], ""
	switch {
	case !answers.Same(one.RecipientTenancyID, l.create.RecipientTenancyID):
		reason = "is for another recipient tenancy"
	case digest == "":
		reason = "has no tag " + digestTag + ", so its payload is not known"
	case digest != l.digest:
		reason = "was made with another payload: the command or the rule has changed since"
	default:
		return true
	}
	if l.conflict == nil {
		l.conflict = conflict(l.create, one.requestID, "%s has the key of this event or retry token, but %s; %s", one.ID, reason, otherKey)
	}
	return false
}

// marked returns the create with the ledger tags.
func (l *ledger) marked() command.Command {
	c := l.create
	c.FreeformTags = withoutOwn(c.FreeformTags)
	c.FreeformTags[keyTag], c.FreeformTags[digestTag] = l.key, l.digest
	if l.resent != "" {
		c.FreeformTags[resentTag] = l.resent
	}
	return c
}

// withoutOwn returns a copy of the tags without those of the function.
func withoutOwn(tags map[string]string) map[string]string {
	kept := map[string]string{}
	maps.Copy(kept, tags)
	maps.DeleteFunc(kept, func(name, _ string) bool { return slices.Contains(ownTags, name) })
	return kept
}

// digestOf returns the hash of the fields that the command sets on the new invitation.
func digestOf(c command.Command) (string, error) {
	details, err := c.Pick(c.Operation.Body...)
	if err != nil {
		return "", err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return "", err
	}
	value, err := canonical(encoded) // the values of defined tags are still as they were written
	return events.Hash(value), err
}
