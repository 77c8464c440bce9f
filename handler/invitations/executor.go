// Package invitations carries out commands on sender invitations, each once in effect.
//
// It is the only package that can write to Organizations, by construction: a call needs an [oci.API], the API of Organizations is a
// private field of the [Executor], and no function returns it. Within the package two functions use the field: [run.send], where every
// write passes the guardrails and MODE, and [Executor.Probe], which only reads. A test holds the source to this.
//
// There is no database. The invitation is the ledger: its freeform tags tell which event it was made for.
package invitations

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
)

// Options are the settings of an [Executor].
type Options struct {
	// Endpoint and Region replace the address and the region of the Organizations API. Both are optional.
	Endpoint, Region string
	Guardrails       command.Guardrails
	// DryRun is true if nothing may be written.
	DryRun bool
	// Hold is true if every create waits for approval.
	Hold bool
	// MaxAttempts is the maximum number of attempts of a change that is refused because the service is still at work on the invitation.
	MaxAttempts int
	// Concurrency is the maximum number of commands of a list that are carried out at a time.
	Concurrency int
}

// Executor carries out the commands of the process.
type Executor struct {
	client        *oci.Client
	organizations *oci.API
	options       Options
}

// New returns an executor that makes its calls with the client.
func New(client *oci.Client, options Options) *Executor {
	return &Executor{client: client, options: options,
		organizations: client.Register(oci.Service{Name: "organizations", Endpoint: options.Endpoint,
			New: func(provider common.ConfigurationProvider) (common.BaseClient, error) {
				made, err := tenantmanagercontrolplane.NewSenderInvitationClientWithConfigurationProvider(provider)
				if err == nil && options.Region != "" {
					made.SetRegion(options.Region)
				}
				return made.BaseClient, err
			}})}
}

// Session holds what the commands of one invocation share.
type Session struct {
	*Executor
	pending *pending
	pace    *oci.Pace // nil if the invocation has one command, which is no poll
	look    *look     // nil if the invocation has one command
}

// Session begins the commands of one invocation.
func (e *Executor) Session() *Session { return &Session{Executor: e, pending: &pending{}} }

// Share prepares the session for the orders of a list: they share one pace and one look. It must be called before the first of them is
// carried out.
func (s *Session) Share(ctx context.Context, watch oci.Observer, orders []*Order) {
	s.pace = oci.NewPace(s.options.Concurrency)
	s.look = s.newLook(ctx, watch, orders)
}

// Paced gives the session a pace if it has none: a poll makes many calls, though it is one command.
func (s *Session) Paced() *Session {
	if s.pace == nil {
		s.pace = oci.NewPace(s.options.Concurrency)
	}
	return s
}

// Order is a command with its key, ready to be carried out.
type Order struct {
	command.Command
	// Key identifies a repeat of the order: the hash of the operation and of the event's source and id, or of the retry token if
	// the command has one, since a repeated bare command does not have the same id.
	Key string
	// Recipient identifies the recipient tenancy ([ocid.Plain]), and [Session.FindRecipients] sets it; it is the invitation's id if the
	// invitation cannot be read, and "" if the command is not for one recipient.
	Recipient string
	// Approved is true if the command is carried out although it is to be held.
	Approved bool

	seen *sighting // the invitation that the command names, if FindRecipients has read it for this order
}

// NewOrder returns the order of a command that the trigger asks for. The key becomes the retry token of a command that has none. The key
// of a create that replaces an expired invitation is made of that invitation's id, so that it is replaced once.
func NewOrder(c command.Command, trigger *events.Trigger) *Order {
	if own := cmp.Or(c.OpcRetryToken, c.Previous); own != "" {
		key := events.Hash(own, c.Operation.Name)
		c.OpcRetryToken = cmp.Or(c.OpcRetryToken, key)
		return &Order{Command: c, Key: key}
	}
	sent := trigger.Identity()
	key := events.Hash(sent.Source, sent.ID, c.Operation.Name)
	if c.Operation.Takes("opcRetryToken") {
		c.OpcRetryToken = key
	}
	return &Order{Command: c, Key: key}
}

// Asked returns the command that was asked for, as a JSON object: without the retry token that [NewOrder] has set.
func (o Order) Asked() (json.RawMessage, error) {
	if o.OpcRetryToken == o.Key {
		o.OpcRetryToken = ""
	}
	return strict.Marshal(o.Command)
}

// run is an order that is being carried out.
type run struct {
	*Session
	watch oci.Observer
	key   string
	seen  *sighting
	hold  bool // a write is not sent, but waits for approval
}

// Run carries out the order, once in effect however often it is repeated. The caller sets Operation and Trigger of the result. The error
// is an [*events.Error]; the result may then hold Oracle's id of the request. If the write must wait for approval, the outcome is held.
func (s *Session) Run(ctx context.Context, watch oci.Observer, order Order) (events.Result, error) {
	defer s.look.forget(order.Recipient)
	hold := (order.Hold || s.holds(order.Operation)) && !order.Approved
	result, err := run{s, watch, order.Key, order.seen, hold}.run(ctx, order.Command)
	if errors.Is(err, ErrHeld) {
		return events.Result{Outcome: events.Held}, nil
	}
	return result, err
}

// holds reports whether MODE lets every write of the operation wait for approval.
func (s *Session) holds(op *command.Operation) bool { return s.options.Hold && op == command.Create }

func (r run) run(ctx context.Context, c command.Command) (events.Result, error) {
	switch c.Operation {
	case command.Create:
		return r.create(ctx, c)
	case command.Update:
		return r.update(ctx, c)
	case command.Cancel:
		return r.cancel(ctx, c)
	case command.Get:
		return r.get(ctx, c)
	default:
		return r.list(ctx, c)
	}
}

// Request is a request of the HTTP door to the Organizations API.
type Request struct {
	Operation *command.Operation
	oci.Call

	id string // of the invitation or work request that the path names; "" if it names none
}

// NewRequest returns the request of an operation, with the parameters of its path. It has an empty header, no query and no body.
func NewRequest(op *command.Operation, parameters map[string]string) Request {
	return Request{op, oci.Call{API: op.API, Method: op.Method, Path: op.PathOf(parameters), Header: http.Header{}},
		cmp.Or(parameters["senderInvitationId"], parameters["workRequestId"])}
}

// Forward makes the caller's own request, through the guardrails and MODE. It does not list invitations, merges nothing and adds no tags:
// the caller has the retry token. The errors are those of [oci.API.Do] and of the guardrails.
//
// If MODE is hold and the request is a create, the error is [ErrHeld]. The answer then has the details of the invitation, without an id.
func (s *Session) Forward(ctx context.Context, watch oci.Observer, request Request) (oci.Answer, error) {
	r := run{Session: s, watch: watch, hold: s.holds(request.Operation)}
	got, held := r.send(ctx, request)
	if !errors.Is(held, ErrHeld) {
		return got, held
	}
	got, err := r.rehearse(ctx, request)
	got.Status = http.StatusAccepted
	return got, cmp.Or(err, held)
}

// Probe lists one invitation of the sender tenancy, once, as a check of the way to Organizations. The endpoint is the address.
func (e *Executor) Probe(ctx context.Context, watch oci.Observer) (got oci.Answer, endpoint string, err error) {
	sender, err := e.client.Tenancy(watch.Log)
	if err != nil {
		return oci.Answer{}, "", err
	}
	request := NewRequest(command.List, nil)
	request.Query, request.Once = url.Values{"compartmentId": {sender}, "limit": {"1"}}.Encode(), true
	got, err = e.organizations.Do(ctx, watch, request.Call)
	return got, e.organizations.Endpoint(watch.Log), err
}
