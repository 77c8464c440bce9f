// Package settings reads the environment variables of the function into a checked [Config]. The comments of its fields are the manual.
package settings

import (
	"log/slog"
	"slices"
	"time"

	"sender-invitations/handler/command"
	"sender-invitations/handler/rules"
)

// Config holds the settings, which are environment variables (on OCI: the configuration of the application or the
// function, 4 KB in all). [Parse] reads them once, at start. An empty variable counts as unset.
type Config struct {
	// CompartmentOCID is the OCID of the sender tenancy (its root compartment): COMPARTMENT_OCID.
	// Optional: the tenancy of the function's principal.
	CompartmentOCID string

	// ResultTopicOCID is the Notifications topic of the result events: RESULT_TOPIC_OCID. Required, unless ResultStreamOCID is
	// set. "none" publishes no results; the failed events must have a topic, "none" or a stream of their own then.
	ResultTopicOCID string

	// DeadLetterTopicOCID is the Notifications topic of the failed events: DEAD_LETTER_TOPIC_OCID.
	// Optional: the topic or the stream of the results. With "none", failures are only logged.
	DeadLetterTopicOCID string

	// ResultStreamOCID and DeadLetterStreamOCID are streams of the Streaming service that take the place of the topics:
	// RESULT_STREAM_OCID, DEAD_LETTER_STREAM_OCID. Optional; not together with the topic that the stream replaces.
	ResultStreamOCID, DeadLetterStreamOCID string

	// ApprovalTopicOCID is the Notifications topic of the held events: APPROVAL_TOPIC_OCID. Optional: the topic or the stream of the
	// results.
	ApprovalTopicOCID string

	// StreamingEndpoint is the messages endpoint of the streams: STREAMING_ENDPOINT. A stream shows it as messagesEndpoint.
	// Required if a stream is set. Its form is that of the other endpoints.
	StreamingEndpoint string

	// EventTypePrefix begins the types of this function's own events: EVENT_TYPE_PREFIX. Letters and digits, with single
	// . - _ between them. Optional: "senderinvitation". Set a reverse-DNS name of your own, such as com.acme.senderinvitation.
	EventTypePrefix string

	// Auth is how the function authenticates to OCI: AUTH. One of resource_principal (on OCI Functions), config_file
	// and instance_principal. Optional: resource_principal.
	Auth string

	// OCIConfigFile and OCIConfigProfile are for AUTH=config_file: OCI_CONFIG_FILE, OCI_CLI_PROFILE.
	// Optional: ~/.oci/config, DEFAULT. ~ is the folder that HOME names.
	OCIConfigFile, OCIConfigProfile string

	// OrganizationsRegion is the region of the Organizations API, which is the tenancy's home region:
	// ORGANIZATIONS_REGION, such as us-ashburn-1. Optional: the principal's region.
	OrganizationsRegion string

	// OrganizationsEndpoint and NotificationsEndpoint replace the services' addresses: ORGANIZATIONS_ENDPOINT,
	// NOTIFICATIONS_ENDPOINT. https:// and a host, without a path; http:// for loopback hosts only.
	// Optional: the addresses of the region.
	OrganizationsEndpoint, NotificationsEndpoint string

	// ConnectTimeout and ReadTimeout bound one call to OCI: CONNECT_TIMEOUT (reaching the host), READ_TIMEOUT (the
	// whole call). Durations such as 10s, above 0 and at most 1h. Optional: 10s, 60s. No call outlasts the
	// invocation's deadline.
	ConnectTimeout, ReadTimeout time.Duration

	// MaxAttempts is the maximum number of attempts of one call to OCI: MAX_ATTEMPTS, 1 (no retry) to 20. Optional: 5.
	MaxAttempts int

	// Rules and RulesFile replace the built-in mapping rules: RULES (YAML), RULES_FILE (a file in the image).
	// Optional; not both.
	Rules, RulesFile string
	mapping          func() rules.Rules

	// HTTPBasePath is the path prefix of the API Gateway deployment, which is stripped from a request's path:
	// HTTP_BASE_PATH, such as /v1. Optional: none.
	HTTPBasePath string

	// Commands lists the operations that a delivery may ask for by name, with a command or an event of the type of one: COMMANDS.
	// Comma-separated; with "none", only rules decide. Optional: all.
	Commands []string

	command.Guardrails

	// ResendExpired is how many times in a row a poll sends an expired invitation again: RESEND_EXPIRED, 0 to 10. Optional: 0.
	ResendExpired int

	// ExpiringDays is how many days before its end a poll tells a pending invitation as expiring: EXPIRING_DAYS, 0 (never) to 29.
	// Optional: 0.
	ExpiringDays int

	// Mode is enforce; dry-run to decide and publish without writing; or hold to let every create wait for approval: MODE.
	// Optional: enforce.
	Mode string

	// Concurrency is how many records of one delivery are worked on at a time: CONCURRENCY, 1 to 64. Optional: 8.
	Concurrency int

	// LogLevel is the lowest level that is logged: LOG_LEVEL, one of debug, info, warn and error. Optional: info.
	LogLevel slog.Level

	// FunctionOCID is the source of the published events. The platform sets it: FN_FN_ID.
	// Optional: /sender-invitations.
	FunctionOCID string

	// Processors is how many threads may compute at a time: the function's share of CPUs, rounded up. The platform sets it:
	// FN_CPUS, in thousandths (100m) or as a number (0.1). Optional: 0, which leaves it to Go, whose choice is at least two.
	Processors int

	// Memory is the function's memory in bytes. The platform sets it: FN_MEMORY, in MB. Optional: 0, unknown.
	Memory int64
}

// The words that settings take as values.
const (
	None                  = "none" // instead of a topic, or of commands
	AuthResourcePrincipal = "resource_principal"
	AuthInstancePrincipal = "instance_principal"
	AuthConfigFile        = "config_file"
	ModeEnforce           = "enforce"
	ModeDryRun            = "dry-run"
	ModeHold              = "hold"
)

// Mapping returns the compiled mapping rules.
func (c Config) Mapping() rules.Rules { return c.mapping() }

// Allows reports whether a delivery may ask for the operation by name.
func (c Config) Allows(op *command.Operation) bool { return slices.Contains(c.Commands, op.Name) }

// DryRun reports whether nothing is written to Organizations.
func (c Config) DryRun() bool { return c.Mode == ModeDryRun }

// ApprovalStreamOCID returns the stream of the held events; "" if they go to a topic.
func (c Config) ApprovalStreamOCID() string {
	if c.ApprovalTopicOCID != "" {
		return ""
	}
	return c.ResultStreamOCID
}
