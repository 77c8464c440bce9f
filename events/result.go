package events

import "encoding/json"

// Outcome is the last word on one event or HTTP request.
type Outcome string

// The outcomes. Created to Failed are published; Retrieved, Listed and Ignored are only answered.
const (
	Created   Outcome = "created"   // the service accepted a new invitation; its work request is not awaited
	Existing  Outcome = "existing"  // the invitation was there already
	Updated   Outcome = "updated"   // the invitation was changed
	Canceled  Outcome = "canceled"  // the service accepted the cancellation
	Unchanged Outcome = "unchanged" // there was nothing to do
	Failed    Outcome = "failed"    // nothing came of it; Result.Error says why
	Retrieved Outcome = "retrieved" // one invitation was read
	Listed    Outcome = "listed"    // invitations were listed
	Ignored   Outcome = "ignored"   // no rule is for this event
)

// Outcomes are all of them.
var Outcomes = []Outcome{Created, Existing, Updated, Canceled, Unchanged, Failed, Retrieved, Listed, Ignored}

// IsRead reports whether the operation only reads. Nobody waits for the publication of a read.
func (r Result) IsRead() bool { return r.Operation == "get" || r.Operation == "list" }

// Result tells what came of one event or one HTTP request. It is a member of a direct invocation's answer and the
// data of the published event.
type Result struct {
	// Operation is create, update, cancel, get or list; empty if no operation was found.
	Operation string  `json:"operation,omitempty"`
	Outcome   Outcome `json:"outcome"`
	// DryRun tells that nothing was written.
	DryRun bool `json:"dryRun"`
	// Invitation is the API's object in full, as the API wrote it.
	Invitation json.RawMessage `json:"invitation,omitempty"`
	// Invitations is one page of a list, each as the API wrote it, and OpcNextPage the token of the next.
	Invitations []json.RawMessage `json:"invitations,omitzero"`
	OpcNextPage string            `json:"opcNextPage,omitempty"`
	// WorkRequestID follows an asynchronous create or cancel.
	WorkRequestID string `json:"workRequestId,omitempty"`
	// OpcRequestID is Oracle's id of the last request made for this result.
	OpcRequestID string `json:"opcRequestId,omitempty"`
	// Trigger is the event that this is the result of; nil if none could be read, or for an HTTP request.
	Trigger *Trigger `json:"trigger,omitempty"`
	// Error is set if and only if Outcome is Failed.
	Error *Error `json:"error,omitempty"`
}

// Brief is the result without what can be long: of an invitation what this program reads of one, of an error status
// and code, nothing of a list or of the trigger.
func (r Result) Brief() Result {
	brief := Result{Operation: r.Operation, Outcome: r.Outcome, DryRun: r.DryRun, WorkRequestID: r.WorkRequestID}
	if invitation := ReadInvitation(r.Invitation); invitation.ID != "" {
		brief.Invitation, _ = json.Marshal(invitation) // strings always have a JSON form
	}
	if r.Error != nil {
		brief.Error = &Error{Status: r.Error.Status, Code: r.Error.Code, Message: "left out: the answer is too large", Retryable: r.Error.Retryable}
	}
	return brief
}

// Trigger names the event that a result belongs to.
type Trigger struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Type   string `json:"type"`
	// Rule is the mapping rule that matched, if one did.
	Rule string `json:"rule,omitempty"`
	// TraceParent is the event's trace context, handed on to the published event
	// (CloudEvents distributed tracing extension).
	TraceParent string `json:"-"`
}

// Invitation is the part of the API's SenderInvitation that this program reads. The rest passes through unread.
type Invitation struct {
	ID                 string `json:"id"`
	Status             string `json:"status,omitempty"`
	LifecycleState     string `json:"lifecycleState,omitempty"`
	RecipientTenancyID string `json:"recipientTenancyId,omitempty"`
}

// ReadInvitation reads what it can of a SenderInvitation; of anything else nothing.
func ReadInvitation(raw json.RawMessage) Invitation {
	var invitation Invitation
	if json.Unmarshal(raw, &invitation) != nil {
		return Invitation{}
	}
	return invitation
}
