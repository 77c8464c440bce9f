package invitations

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
)

// lifetime is how long an invitation can be accepted
// (https://docs.oracle.com/iaas/Content/General/organization/sender-invitation-create.htm).
const lifetime = 30 * 24 * time.Hour

// The statuses that are told, with the outcomes that tell them. EXPIRING is the function's own.
var tellable = map[string]events.Outcome{
	"ACCEPTED": events.Accepted, "CANCELED": events.Canceled, "EXPIRED": events.Expired, "FAILED": events.Failed, expiring: events.Expiring,
}

const expiring = "EXPIRING"

// Change is an invitation whose status is to be told.
type Change struct {
	// ID and Invitation are those of the API.
	ID         string
	Invitation json.RawMessage
	// Outcome tells the status.
	Outcome events.Outcome
	// Expires is the time at which the invitation ends if it is not accepted; the zero time if that is not known.
	Expires time.Time
	// Resent is how many times in a row the invitation was sent again.
	Resent int
	// OpcRequestID is Oracle's id of the request that showed the change.
	OpcRequestID string

	status string // the one that is told
}

// Seen is one page of the invitations that a poll looks through.
type Seen struct {
	// Token is the page's token: a list that begins with it begins with this page. It is "" for the first page.
	Token string
	// Counts has the number of invitations of each status.
	Counts map[string]int
	// Changes are to be told.
	Changes []Change
}

// Follow yields the pages of all invitations of the sender tenancy, the newest first. A change is to be told if the invitation ended after
// [command.Command.Since], and no tag says that it was told. A pending invitation is to be told as expiring if it ends in less than
// expiring; 0 tells none. The clock is the service's.
//
// If the list has more pages than can be read, the last page has only the token of the first one that was not read, and the error is
// [answers.ErrMorePages].
func (s *Session) Follow(ctx context.Context, watch oci.Observer, poll command.Command, expiring time.Duration) iter.Seq2[Seen, error] {
	r := run{Session: s, watch: watch}
	list := listFor(poll, "")
	list.SortBy, list.SortOrder, list.Page = "timeCreated", "DESC", poll.Page
	return func(yield func(Seen, error) bool) {
		token := poll.Page
		shown := map[string]bool{} // the invitations of the last page that has any: a list that changes can show one again
		wanted := func(number int) bool { return number == 1 || number <= answers.MaxPages && oci.HasTime(ctx, 0) }
		for page, err := range r.pages(ctx, list, wanted) {
			if err != nil {
				if token != poll.Page && !oci.HasTime(ctx, 0) {
					err = answers.ErrMorePages
				}
				yield(Seen{Token: token}, err)
				return
			}
			f := following{since: poll.Since(page.Time), before: shown, shown: map[string]bool{}}
			if expiring > 0 {
				f.soon = page.Time.Add(expiring)
			}
			f.Token, f.Counts = token, map[string]int{}
			for _, item := range page.Items {
				if one, err := parseReading(item, "", page.RequestID); err != nil {
					watch.Log.Warn("an invitation cannot be followed", "reason", events.AsError(err).Message)
				} else {
					f.add(one)
				}
			}
			if len(f.shown) > 0 {
				shown = f.shown
			}
			if !yield(f.Seen, nil) {
				return
			}
			token = page.Next
		}
	}
}

// following is a page that is being looked through.
type following struct {
	Seen
	since, soon time.Time       // soon is zero if no invitation is told as expiring
	before      map[string]bool // the invitations that the page before has shown
	shown       map[string]bool // those that this page has shown
}

// add counts the invitation, and adds its change if that is to be told, unless it was shown already.
func (f *following) add(one reading) {
	known := f.before[one.ID] || f.shown[one.ID]
	f.shown[one.ID] = true
	if known {
		return
	}
	f.Counts[one.Status]++
	if status := one.toTell(f.since, f.soon); status != "" {
		f.Changes = append(f.Changes, Change{ID: one.ID, Invitation: bytes.Clone(one.raw), Outcome: tellable[status], Expires: one.expires(),
			Resent: one.resent(), OpcRequestID: one.requestID, status: status})
	}
}

// toTell returns the status that is to be told; "" if there is none.
func (r reading) toTell(since, soon time.Time) string {
	status := r.Status
	switch {
	case r.LifecycleState == "FAILED":
		status = "FAILED"
	case status == "PENDING" && !r.moving() && isBefore(r.expires(), soon):
		status = expiring
	}
	if tellable[status] == "" || r.FreeformTags[toldTag] == status || status != expiring && isBefore(r.ended(), since) {
		return ""
	}
	return status
}

// isBefore reports whether a time that is known is before another; false if it is zero, for then it is not known.
func isBefore(known, other time.Time) bool { return !known.IsZero() && known.Before(other) }

// expires returns the time at which the invitation ends if it is not accepted; the zero time if that is not known.
func (r reading) expires() time.Time {
	created := parseTime(r.TimeCreated)
	if created.IsZero() {
		return created
	}
	return created.Add(lifetime)
}

// ended returns the latest time at which the invitation can have ended; the zero time if that is not known. The service does not tell when it
// ended. An expired invitation, or one that never changed, counts as ended on its last day; any other at its last change, which may be one of
// a tag. So a poll may tell a change that is older than it asks for, and leaves out none that is not.
func (r reading) ended() time.Time {
	expires, changed := r.expires(), parseTime(r.TimeUpdated)
	if changed.IsZero() || r.Status == "EXPIRED" && !expires.IsZero() {
		return expires
	}
	return changed
}

// parseTime reads a time of the API; the zero time if it is none.
func parseTime(text string) time.Time {
	read, _ := time.Parse(time.RFC3339, text)
	return read
}

// Mark writes into a tag of the invitation that the change was told. It changes nothing if another poll was quicker.
func (s *Session) Mark(ctx context.Context, watch oci.Observer, change Change) error {
	r := run{Session: s, watch: watch}
	c := command.Command{Operation: command.Update, SenderInvitationID: change.ID}
	current, err := r.read(ctx, c)
	if err == nil {
		_, err = r.change(ctx, c, current, toMark(change.status))
	}
	return err
}

func toMark(status string) decision {
	return func(c command.Command, current reading) (write command.Command, needed bool, err error) {
		switch {
		case current.FreeformTags[toldTag] == status, status == expiring && current.Status != "PENDING":
			return c, false, nil
		case current.etag == "":
			return c, false, current.withoutEtag()
		}
		c.FreeformTags, c.IfMatch = map[string]string{}, current.etag
		maps.Copy(c.FreeformTags, current.FreeformTags)
		c.FreeformTags[toldTag] = status
		return c, true, nil
	}
}
