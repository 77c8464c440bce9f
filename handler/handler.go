// Package handler is the behaviour of the function: two doors, one core.
//
// [Handler.Direct] takes what OCI Events, Notifications, Connector Hub, Resource Scheduler and `fn invoke` deliver. [Handler.HTTP] is what
// API Gateway calls: the sender-invitation part of the Organizations API itself, and the same deliveries under /events.
//
// [invocation.deliver] shows the way of a delivery line by line: it is decoded into records, each record is mapped to a command, the
// commands are executed, their results are published, and the caller gets its response. Other packages do the parts: rules, command,
// invitations, publish, oci. docs/architecture.md draws the way and has the glossary.
package handler

import (
	"context"
	"log/slog"
	"sync/atomic"

	"sender-invitations/handler/doctor"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/publish"
	"sender-invitations/handler/settings"
)

// Handler serves the invocations of one function process. It is safe for concurrent use.
type Handler struct {
	services
	config  settings.Config
	version string
	logger  *slog.Logger
	warm    atomic.Bool // set by the first invocation
}

// services holds the client of OCI, with the executor and the publisher that use it.
type services struct {
	client    *oci.Client
	executor  *invitations.Executor
	publisher *publish.Publisher
}

// New returns a handler with the settings of config. The handler reads the credentials in [Handler.Prepare], or before the first call to
// OCI. So credentials that cannot be read fail an invocation, not the start. The version is that of the program, for GET /health.
func New(config settings.Config, credentials oci.Credentials, version string, log *slog.Logger) *Handler {
	return newHandler(config, oci.New(clientOptions(config), credentials), version, log)
}

func newHandler(config settings.Config, client *oci.Client, version string, log *slog.Logger) *Handler {
	return &Handler{services: connect(config, client), config: config, version: version, logger: log}
}

func clientOptions(config settings.Config) oci.Options {
	return oci.Options{
		Tenancy:        config.CompartmentOCID,
		ConnectTimeout: config.ConnectTimeout, ReadTimeout: config.ReadTimeout, MaxAttempts: config.MaxAttempts,
		Auth:            config.Auth,
		KeepCredentials: config.Auth == settings.AuthInstancePrincipal, // to read them again asks the metadata service
	}
}

// connect registers the services with the client.
func connect(config settings.Config, client *oci.Client) services {
	return services{
		client: client,
		executor: invitations.New(client, invitations.Options{
			Endpoint: config.OrganizationsEndpoint, Region: config.OrganizationsRegion,
			Guardrails: config.Guardrails, DryRun: config.DryRun(), Hold: config.Mode == settings.ModeHold, MaxAttempts: config.MaxAttempts, Concurrency: config.Concurrency,
		}),
		publisher: publish.New(client, publish.Options{
			NotificationsEndpoint: config.NotificationsEndpoint, StreamingEndpoint: config.StreamingEndpoint,
			Results:   publish.Destination{Topic: config.ResultTopicOCID, Stream: config.ResultStreamOCID},
			Failures:  publish.Destination{Topic: config.DeadLetterTopicOCID, Stream: config.DeadLetterStreamOCID},
			Approvals: publish.Destination{Topic: config.ApprovalTopicOCID, Stream: config.ApprovalStreamOCID()},
			Prefix:    config.EventTypePrefix, Source: config.FunctionOCID, Concurrency: config.Concurrency,
		}),
	}
}

// Prepare reads the credentials and connects to OCI, so that the first invocation is faster. It is optional. Call it once, in the
// background, when the process starts. It reports no failure: the first invocation does.
func (h *Handler) Prepare() { h.client.Prepare() }

// Doctor examines the deployment and returns what is wrong and what to do about it.
func (h *Handler) Doctor(ctx context.Context) doctor.Report {
	return h.invocation(ctx, directDoor).doctor(ctx)
}
