package invitations

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

// reading is an invitation as a get or a list of OCI showed it.
type reading struct {
	events.Invitation
	DisplayName  *string                               `json:"displayName"`
	TimeCreated  string                                `json:"timeCreated"`
	TimeUpdated  string                                `json:"timeUpdated"`
	FreeformTags map[string]string                     `json:"freeformTags"`
	DefinedTags  map[string]map[string]json.RawMessage `json:"definedTags"`

	raw       json.RawMessage
	etag      string // "" in a list
	requestID string // Oracle's id of the request that showed it
}

// parseReading reads an invitation that a command is decided on. The error is permanent: an invitation that cannot be read now cannot be
// read at a redelivery.
func parseReading(raw json.RawMessage, etag, requestID string) (reading, error) {
	r := reading{raw: raw, etag: etag, requestID: requestID}
	fault := ""
	if json.Unmarshal(raw, &r) != nil || r.ID == "" || r.recipient() == "" {
		fault = "that this function cannot read"
	} else if unknown := r.unknown(); unknown != "" {
		fault = "with " + unknown + ", which this function does not know; use a version that does, or check what answers in OCI's place"
	}
	if fault != "" {
		return r, oci.BadGateway("OCI gave an invitation " + fault).Permanent().SeenIn(requestID)
	}
	return r, nil
}

// quotable is the form of a state that an error may quote. Any other text could name people.
var quotable = regexp.MustCompile(`^[A-Za-z_]{1,30}$`)

// unknown tells which state of the invitation this function does not know; "" if it knows both. An unknown state is neither live nor gone,
// so nothing can be decided on it.
func (r reading) unknown() string {
	for _, state := range []struct {
		name, value string
		known       []string
	}{
		{"status", r.Status, tenantmanagercontrolplane.GetSenderInvitationStatusEnumStringValues()},
		{"lifecycleState", r.LifecycleState, tenantmanagercontrolplane.GetLifecycleStateEnumStringValues()},
	} {
		switch {
		case slices.Contains(state.known, state.value), state.value == "" && state.name == "lifecycleState": // the service is then not at work
		case state.value == "":
			return "no " + state.name
		case quotable.MatchString(state.value):
			return "the " + state.name + " " + state.value
		default:
			return "a " + state.name + " in another form"
		}
	}
	return ""
}

// readingOf reads the invitation in the answer to a get.
func readingOf(got oci.Answer) (reading, error) {
	return parseReading(got.Body, got.Header.Get("etag"), got.RequestID())
}

// sparse returns the reading with no tags but the ledger's. Nobody needs the others of a list, and they take much memory.
func (r reading) sparse() reading {
	kept := map[string]string{}
	for _, name := range ledgerTags {
		if value, ok := r.FreeformTags[name]; ok {
			kept[name] = value
		}
	}
	r.FreeformTags, r.DefinedTags = kept, nil
	return r
}

// withoutEtag returns the error of a reading that has no etag, where one is needed.
func (r reading) withoutEtag() *events.Error {
	return oci.Doubted(command.Get.API, "it has no etag, so that a change by others would go unnoticed; nothing was written").SeenIn(r.requestID)
}

// recipient identifies the recipient tenancy ([ocid.Plain]).
func (r reading) recipient() string { return ocid.Plain(strings.TrimSpace(r.RecipientTenancyID)) }

// live reports whether the invitation prevents a new one for its recipient tenancy.
func (r reading) live() bool {
	return (r.Status == "PENDING" || r.Status == "ACCEPTED") && r.LifecycleState != "FAILED"
}

// moving reports whether the service is at work on the invitation. It accepts no change until it is done.
func (r reading) moving() bool {
	return r.LifecycleState == "CREATING" || r.LifecycleState == "UPDATING"
}

// result returns the result of a command that leaves the invitation as it is.
func (r reading) result(outcome events.Outcome) events.Result {
	return events.Result{Outcome: outcome, Invitation: r.raw, OpcRequestID: r.requestID}
}

// freshFor is how long an invitation that was read earlier counts as current.
const freshFor = 10 * time.Second

// sighting is an invitation with the time at which it was read.
type sighting struct {
	reading
	at time.Time
}

// read reads the invitation that the command names by its id.
func (r run) read(ctx context.Context, c command.Command) (reading, error) {
	got, err := r.ask(ctx, before(c, command.Get))
	if err != nil {
		return reading{}, err
	}
	return readingOf(got)
}

// firstRead is like read, but takes the invitation that FindRecipients has just read.
func (r run) firstRead(ctx context.Context, c command.Command) (reading, error) {
	if r.seen != nil && time.Since(r.seen.at) < freshFor {
		return r.seen.reading, nil
	}
	return r.read(ctx, c)
}

// before returns the command of a read that c needs before its own call.
func before(c command.Command, op *command.Operation) command.Command {
	return command.Command{Operation: op, SenderInvitationID: c.SenderInvitationID, OpcRequestID: c.OpcRequestID, Retry: c.Retry}
}

// listFor returns the command that lists the invitations of a recipient tenancy before c; all invitations if recipient is "".
func listFor(c command.Command, recipient string) command.Command {
	list := before(c, command.List)
	list.RecipientTenancyID = recipient
	return list
}

// get reads one invitation. If the invitation that was selected for a recipient tenancy is no longer PENDING, it selects again.
func (r run) get(ctx context.Context, c command.Command) (result events.Result, err error) {
	for range 2 {
		selected, err := r.selected(ctx, c)
		if err != nil {
			return events.Result{}, err
		}
		got, err := r.ask(ctx, selected)
		result = ResultOf(c.Operation, got)
		if err != nil || !outdated(c, events.ReadInvitation(result.Invitation).Status) {
			return result, err
		}
	}
	return result, nil
}

// page reads one page of invitations.
func (r run) page(ctx context.Context, c command.Command) (answers.Page, error) {
	sender, err := r.client.Tenancy(r.watch.Log)
	if err != nil {
		return answers.Page{}, err
	}
	request := requestOf(c)
	request.Query = queryOf(c, sender)
	got, err := r.send(ctx, request)
	if err != nil {
		return answers.Page{RequestID: got.RequestID()}, err
	}
	return answers.PageOf(request.Operation.API, got), nil
}

// list reads one page of invitations as a result.
func (r run) list(ctx context.Context, c command.Command) (events.Result, error) {
	read, err := r.page(ctx, c)
	result := events.Result{Operation: c.Operation.Name, Outcome: c.Operation.Outcome, OpcRequestID: read.RequestID}
	if err != nil {
		return result, err
	}
	result.OpcNextPage, result.Invitations = read.Next, make([]json.RawMessage, len(read.Items))
	for index, item := range read.Items {
		result.Invitations[index] = bytes.Clone(item) // else one entry would keep the whole body in memory
	}
	return result, nil
}

// all yields the invitations of a list command, from all its pages. It yields each once, though a list that changes can show one on two
// pages.
func (r run) all(ctx context.Context, list command.Command) iter.Seq2[reading, error] {
	return r.invitations(ctx, list, func(int) bool { return true })
}

// invitations yields the invitations of a list command, as pages reads them. It goes on after an invitation that cannot be read, for that
// may not be of the recipient.
func (r run) invitations(ctx context.Context, list command.Command, wanted func(page int) bool) iter.Seq2[reading, error] {
	return func(yield func(reading, error) bool) {
		seen := map[string]bool{}
		for page, err := range r.pages(ctx, list, wanted) {
			if err != nil {
				yield(reading{}, err)
				return
			}
			for _, item := range page.Items {
				one, err := parseReading(bytes.Clone(item), "", page.RequestID)
				if err == nil && seen[one.ID] {
					continue
				}
				seen[one.ID] = true
				if !yield(one.sparse(), err) {
					return
				}
			}
		}
	}
}

// pages yields the pages of a list command. Before each it asks wanted, with the page's number from 1 ([answers.Pages]).
func (r run) pages(ctx context.Context, list command.Command, wanted func(page int) bool) iter.Seq2[answers.Page, error] {
	return answers.Pages(list.Page, wanted, func(token string) (answers.Page, error) {
		list.Page = token
		return r.page(ctx, list)
	})
}
