package events

import "encoding/json"

// Outcome says how the processing of one event or HTTP request ended.
type Outcome string

// The outcomes. Created to Failed are published. Retrieved, Listed, Polled and Ignored appear only in the response.
const (
	Created   Outcome = "created"   // the service accepted a new invitation; its work request may still be running
	Existing  Outcome = "existing"  // the invitation existed already
	Updated   Outcome = "updated"   // the invitation was changed
	Canceled  Outcome = "canceled"  // the service accepted the cancellation
	Unchanged Outcome = "unchanged" // there was nothing to change
	Held      Outcome = "held"      // nothing was written; delivering the published event back is the approval
	Failed    Outcome = "failed"    // Result.Error says why
	Retrieved Outcome = "retrieved" // one invitation was read
	Listed    Outcome = "listed"    // invitations were listed
	Polled    Outcome = "polled"    // the invitations' changes of status were told
	Ignored   Outcome = "ignored"   // no rule matches the event
)

// Outcomes lists all outcomes.
var Outcomes = []Outcome{Created, Existing, Updated, Canceled, Unchanged, Held, Failed, Retrieved, Listed, Polled, Ignored}

// The outcomes of events that a poll publishes, beside Canceled and Failed. They say what has become of an invitation.
const (
	Accepted Outcome = "accepted"
	Expired  Outcome = "expired"
	Expiring Outcome = "expiring" // its end is near
)

// Told is the part of an event's type between the prefix and the outcome, if the event tells what has become of an invitation.
const Told = "invitation."

// Result describes the outcome of one event or one HTTP request. It is part of the response to a direct invocation, and the
// data of the published event.
type Result struct {
	// Operation is create, update, cancel, get, list or poll; empty if no operation was found.
	Operation string  `json:"operation,omitempty"`
	Outcome   Outcome `json:"outcome"`
	// DryRun says that nothing was written.
	DryRun bool `json:"dryRun"`
	// Brief says that long parts are left out.
	Brief bool `json:"brief,omitempty"`
	// Invitation is the complete invitation, as the API returned it.
	Invitation json.RawMessage `json:"invitation,omitempty"`
	// Expires is the time at which a pending invitation ends, in an event that tells what has become of it.
	Expires string `json:"expires,omitempty"`
	// Previous is the id of the expired invitation that this one replaces.
	Previous string `json:"previous,omitempty"`
	// Invitations is one page of a list, as the API returned it. OpcNextPage is the token of the next page, also of a poll that has more.
	Invitations []json.RawMessage `json:"invitations,omitzero"`
	OpcNextPage string            `json:"opcNextPage,omitempty"`
	*Poll
	// WorkRequestID is the id of the work request that a create or cancel started. WorkRequest is its state, if the command waited.
	WorkRequestID string       `json:"workRequestId,omitempty"`
	WorkRequest   *WorkRequest `json:"workRequest,omitempty"`
	// Command is the command that was held, as a JSON object.
	Command json.RawMessage `json:"command,omitempty"`
	// OpcRequestID is Oracle's id of the last request for this result.
	OpcRequestID string `json:"opcRequestId,omitempty"`
	// Trigger is the event that led to this result. It is nil for an HTTP request, or if no event could be decoded.
	Trigger *Trigger `json:"trigger,omitempty"`
	// Error is set if and only if Outcome is Failed. Only an event that tells of a failed invitation may lack it.
	Error *Error `json:"error,omitempty"`
}

// Poll is what a poll found and did.
type Poll struct {
	// Counts has the number of invitations of each status.
	Counts map[string]int `json:"counts"`
	// Told is the number of events published, Resent that of expired invitations sent again.
	Told   int `json:"told"`
	Resent int `json:"resent"`
	// More is true if time ran out before the last invitation.
	More bool `json:"more"`
}

// WorkRequest is the state of a work request.
type WorkRequest struct {
	// Status is the last status that was read (https://docs.oracle.com/iaas/api/#/en/organizations/20230401/WorkRequest/).
	Status string `json:"status,omitempty"`
	// Error tells why the status could not be read.
	Error *Error `json:"error,omitempty"`
}

// IsRead reports whether the operation only reads. The result of a read goes to its caller and is not published.
func (r Result) IsRead() bool { return r.Operation == "get" || r.Operation == "list" }

// Shortened returns a brief result: without the long parts. It keeps the [Invitation] part of an invitation, and omits lists.
func (r Result) Shortened() Result {
	r.Brief = true
	if invitation := ReadInvitation(r.Invitation); invitation != (Invitation{}) {
		r.Invitation, _ = json.Marshal(invitation) // an Invitation always has a JSON form
	} else {
		r.Invitation = nil
	}
	r.Invitations, r.OpcNextPage, r.Command = nil, "", nil
	return r
}

// Bare returns the brief result without the request id, the trigger and the error's message.
func (r Result) Bare() Result {
	r = r.Shortened()
	r.OpcRequestID, r.Trigger = "", nil
	if r.Error != nil {
		r.Error = &Error{Status: r.Error.Status, Code: r.Error.Code, Message: "left out: the answer is too large", Retryable: r.Error.Retryable}
	}
	return r
}

// Trigger identifies the event that led to a result.
type Trigger struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Type   string `json:"type"`
	// Rule is the name of the rule that matched, or "".
	Rule string `json:"rule,omitempty"`
	// TraceParent is the event's trace context. The published event carries it on (CloudEvents distributed tracing extension).
	TraceParent string `json:"-"`
	// Hop is the event's number of hops. The published event has one more.
	Hop int `json:"-"`

	sent Identity
}

// Invitation is the part of the API's SenderInvitation that this program reads.
type Invitation struct {
	ID                 string `json:"id"`
	Status             string `json:"status,omitempty"`
	LifecycleState     string `json:"lifecycleState,omitempty"`
	RecipientTenancyID string `json:"recipientTenancyId,omitempty"`
}

// ReadInvitation decodes a SenderInvitation. It returns the zero Invitation if raw is not one.
func ReadInvitation(raw json.RawMessage) Invitation {
	var invitation Invitation
	if json.Unmarshal(raw, &invitation) != nil {
		return Invitation{}
	}
	return invitation
}
