// Package handler is the behaviour of the function: two doors, one core.
//
// [Handler.Direct] takes what OCI Events, Notifications, Connector Hub, Resource Scheduler and `fn invoke` deliver: it
// decodes events, maps each to a command by the rules, carries it out, publishes what came of it and answers with the
// results. [Handler.HTTP] is what API Gateway calls: the sender-invitation part of the Organizations API itself, and
// the same deliveries under /events. Behind both stand one table of operations, one way to call OCI, one publisher and
// one place that answers.
package handler

import (
	"log/slog"
	"sync/atomic"
	"time"

	"sender-invitations/events"
)

// Handler serves the invocations of one function process. It is safe for concurrent use.
type Handler struct {
	config     Config
	guardrails guardrails
	version    string
	connection *connection
	emitter    events.Emitter
	logger     *slog.Logger
	warm       atomic.Bool // has served an invocation
}

// New returns a handler with the settings of config. The credentials are read by [Handler.Prepare], or when a call to OCI
// first needs them: what cannot be read yet stops an invocation and not the start. The version is what /health tells.
func New(config Config, credentials Credentials, version string, log *slog.Logger) *Handler {
	return &Handler{
		config:     config,
		guardrails: newGuardrails(config),
		version:    version,
		connection: newConnection(config, credentials),
		emitter:    events.Emitter{Prefix: config.EventTypePrefix, Source: config.FunctionOCID, Now: time.Now},
		logger:     log,
	}
}

// Prepare reads the credentials and connects to OCI, so that the first invocation need not wait for all of it. It is to be
// called once, in the background, when the process starts; it may be left out. What fails, the first invocation tells.
func (h *Handler) Prepare() { h.connection.prepare() }
