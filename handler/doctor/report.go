package doctor

import (
	"slices"
	"strings"

	"sender-invitations/handler/command"
	"sender-invitations/handler/settings"
)

// Report is what [Examine] found: a check for each thing that the function needs.
type Report struct {
	// OK tells that all checks are OK.
	OK bool `json:"ok"`
	// Version is the program's version.
	Version string `json:"version"`
	// Settings covers the environment variables that no other check covers. Found is a [SettingsFound].
	Settings Check `json:"settings"`
	// Credentials tells which principal the function has, and whether OCI accepts its credentials. Found is a [CredentialsFound].
	Credentials Check `json:"credentials"`
	// Region tells where the function and Organizations are. Found is a [RegionFound].
	Region Check `json:"region"`
	// Organizations tells whether the sender tenancy's invitations can be listed. Found is a [ServiceFound].
	Organizations Check `json:"organizations"`
	// ResultTopic and DeadLetterTopic tell whether the topics can be read. Nothing is published to them, so a policy that allows
	// only reading goes unnoticed. Found is a [TopicFound].
	ResultTopic     *Check `json:"resultTopic,omitempty"`
	DeadLetterTopic *Check `json:"deadLetterTopic,omitempty"`
	// ApprovalTopic tells the same of the topic of held events, if APPROVAL_TOPIC_OCID sets one that is not the result topic.
	ApprovalTopic *Check `json:"approvalTopic,omitempty"`
	// ResultStream and DeadLetterStream take the place of the topics where a stream is set. Found is a [StreamFound].
	ResultStream     *Check `json:"resultStream,omitempty"`
	DeadLetterStream *Check `json:"deadLetterStream,omitempty"`
	// Rules tells which mapping rules were compiled. Found is a [RulesFound].
	Rules Check `json:"rules"`
	// Guardrails tells what restricts the writes. Found is a [GuardrailsFound].
	Guardrails Check `json:"guardrails"`
	// Tracing tells where the spans go; it is nil if tracing is off. Found is a [TracingFound].
	Tracing *Check `json:"tracing,omitempty"`
}

// Check is one check of a [Report].
type Check struct {
	// OK tells that the check was made and found no fault.
	OK bool `json:"ok"`
	// Skipped is the fault of another check that prevented this one.
	Skipped string `json:"skipped,omitempty"`
	// Found is what the check looked at.
	Found any `json:"found,omitempty"`
	// Fault says what is wrong. If OCI answered with an error, it has the status, the code and the message.
	Fault string `json:"fault,omitempty"`
	// Remedy is what to do about the fault: the setting to change, the policy to add, the command to run.
	Remedy string `json:"remedy,omitempty"`
	// Remarks point out what is not a fault, but may not be intended.
	Remarks []string `json:"remarks,omitempty"`
}

// SettingsFound holds the settings that no other check covers.
type SettingsFound struct {
	EventTypePrefix string `json:"eventTypePrefix"`
	FunctionOCID    string `json:"functionOcid"`
	HTTPBasePath    string `json:"httpBasePath,omitempty"`
	ConnectTimeout  string `json:"connectTimeout"`
	ReadTimeout     string `json:"readTimeout"`
	MaxAttempts     int    `json:"maxAttempts"`
	Concurrency     int    `json:"concurrency"`
	ExpiringDays    int    `json:"expiringDays,omitempty"`
	LogLevel        string `json:"logLevel"`
}

// CredentialsFound describes the function's principal. It holds claims of a session token, but never the token.
type CredentialsFound struct {
	// Auth is the setting AUTH.
	Auth string `json:"auth"`
	// Principal is the OCID of the function, or of the user of a configuration file.
	Principal string `json:"principal,omitempty"`
	// Tenancy and Compartment are the principal's.
	Tenancy     string `json:"tenancy,omitempty"`
	Compartment string `json:"compartment,omitempty"`
	// Expires is the expiry of the session token, in RFC 3339.
	Expires string `json:"expires,omitempty"`
	// ClockBehindSeconds is how far this clock is behind OCI's; negative if it is ahead, unset if OCI has not answered.
	ClockBehindSeconds *int `json:"clockBehindSeconds,omitempty"`
}

// RegionFound holds the regions of the function and of Organizations.
type RegionFound struct {
	// Principal is the region of the credentials. Notifications is called there.
	Principal string `json:"principal"`
	// Organizations is the region that Organizations is called in, unless ORGANIZATIONS_ENDPOINT is set.
	Organizations string `json:"organizations"`
}

// ServiceFound describes one call and its answer.
type ServiceFound struct {
	Endpoint string `json:"endpoint"`
	// Status is the answer's status; unset if there was no answer.
	Status       int     `json:"status,omitempty"`
	OpcRequestID string  `json:"opcRequestId,omitempty"`
	DurationMs   float64 `json:"durationMs"`
}

// TopicFound describes a topic and the call that read it.
type TopicFound struct {
	Topic string `json:"topic"`
	// Region is the region key in the topic's OCID, such as iad.
	Region         string `json:"region,omitempty"`
	Name           string `json:"name,omitempty"`
	LifecycleState string `json:"lifecycleState,omitempty"`
	// ServiceFound is nil if no call was made.
	*ServiceFound
}

// StreamFound describes a stream and the call that read it.
type StreamFound struct {
	Stream string `json:"stream"`
	// Region is the region key in the stream's OCID, such as iad.
	Region         string `json:"region,omitempty"`
	Name           string `json:"name,omitempty"`
	LifecycleState string `json:"lifecycleState,omitempty"`
	Partitions     int    `json:"partitions,omitempty"`
	// MessagesEndpoint is the address that takes the stream's messages.
	MessagesEndpoint string `json:"messagesEndpoint,omitempty"`
	// ServiceFound is nil if no call was made.
	*ServiceFound
}

// RulesFound holds the names of the mapping rules.
type RulesFound struct {
	// Source is RULES, RULES_FILE or "built-in".
	Source string   `json:"source"`
	Names  []string `json:"names"`
}

// GuardrailsFound holds the settings that restrict the writes.
type GuardrailsFound struct {
	Mode string `json:"mode"`
	// Commands lists the operations that a delivery may ask for by name.
	Commands []string `json:"commands"`
	// ResendExpired is how many times in a row a poll sends an expired invitation again.
	ResendExpired int `json:"resendExpired,omitempty"`
	command.Guardrails
}

// TracingFound tells where the spans go.
type TracingFound struct {
	// Collector is the address of the collector, without the key.
	Collector   string `json:"collector,omitempty"`
	ServiceName string `json:"serviceName"`
	// Sampled tells whether the spans of this invocation are wanted.
	Sampled bool `json:"sampled"`
}

func (c *Check) fail(fault, remedy string) { c.Fault, c.Remedy = fault, remedy }

func (c *Check) skip(why string) { c.Skipped = why }

func (c *Check) remark(text string) { c.Remarks = append(c.Remarks, text) }

// namedCheck is a check with the name of its member in the report.
type namedCheck struct {
	name string
	*Check
}

func (r *Report) checks() []namedCheck {
	checks := []namedCheck{
		{"settings", &r.Settings}, {"credentials", &r.Credentials}, {"region", &r.Region}, {"organizations", &r.Organizations},
		{"resultTopic", r.ResultTopic}, {"resultStream", r.ResultStream},
		{"deadLetterTopic", r.DeadLetterTopic}, {"deadLetterStream", r.DeadLetterStream}, {"approvalTopic", r.ApprovalTopic},
		{"rules", &r.Rules}, {"guardrails", &r.Guardrails}, {"tracing", r.Tracing},
	}
	return slices.DeleteFunc(checks, func(check namedCheck) bool { return check.Check == nil })
}

// skip skips the checks that have found nothing yet.
func (r *Report) skip(why string) {
	for _, check := range r.checks() {
		if check.Found == nil && check.Fault == "" {
			check.skip(why)
		}
	}
}

// settle sets OK of each check and of the report.
func (r *Report) settle() {
	r.OK = true
	for _, check := range r.checks() {
		check.OK = check.Fault == "" && check.Skipped == ""
		r.OK = r.OK && check.OK
	}
}

// faults returns the names of the checks with a fault, separated by commas.
func (r *Report) faults() string {
	var names []string
	for _, check := range r.checks() {
		if check.Fault != "" {
			names = append(names, check.name)
		}
	}
	return strings.Join(names, ",")
}

// WrongSettings returns the report of a program that cannot start because its settings are wrong: c and err are those of [settings.Parse].
func WrongSettings(version string, c settings.Config, err error) Report {
	r := Report{Version: version}
	r.destinations(c)
	r.Settings.fail(err.Error(), "correct each of these environment variables (on OCI: "+
		"fn config function <app> <function> <setting> <value>); docs/settings.md describes them")
	r.skip("the settings are wrong")
	r.settle()
	return r
}
