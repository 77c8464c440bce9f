package doctor

import (
	"strings"

	"sender-invitations/handler/command"
)

// Report is what [Examine] found: a check for each thing that the function needs.
type Report struct {
	// OK tells that all checks are.
	OK bool `json:"ok"`
	// Version is that of the program.
	Version string `json:"version"`
	// Settings tells of the environment variables what no other check does. Found is a [SettingsFound].
	Settings Check `json:"settings"`
	// Credentials tells as whom the function acts, and whether OCI takes it for that. Found is a [CredentialsFound].
	Credentials Check `json:"credentials"`
	// Region tells where the function and Organizations are. Found is a [RegionFound].
	Region Check `json:"region"`
	// Organizations tells whether the sender tenancy's invitations can be listed. Found is a [ServiceFound].
	Organizations Check `json:"organizations"`
	// ResultTopic and DeadLetterTopic tell whether the topics can be read. Nothing is published to them, so a policy that lets
	// the function read them only is not seen. Found is a [TopicFound].
	ResultTopic     Check `json:"resultTopic"`
	DeadLetterTopic Check `json:"deadLetterTopic"`
	// Rules tells which mapping rules were compiled. Found is a [RulesFound].
	Rules Check `json:"rules"`
	// Guardrails tells what restricts the writes. Found is a [GuardrailsFound].
	Guardrails Check `json:"guardrails"`
	// Tracing tells where the spans go; unset where tracing is off. Found is a [TracingFound].
	Tracing *Check `json:"tracing,omitempty"`
}

// Check is one thing that was looked at.
type Check struct {
	// OK tells that there is neither a fault nor a reason why it could not be looked at.
	OK bool `json:"ok"`
	// Skipped tells which other fault kept it from being looked at.
	Skipped string `json:"skipped,omitempty"`
	// Found is what there is.
	Found any `json:"found,omitempty"`
	// Fault is what is wrong. Of an answer of OCI's it has status, code and message.
	Fault string `json:"fault,omitempty"`
	// Remedy is what to do about the fault: the setting to change, the policy to add, the command to run.
	Remedy string `json:"remedy,omitempty"`
	// Remarks are what is no fault, but may not be meant.
	Remarks []string `json:"remarks,omitempty"`
}

// SettingsFound are the settings that no other check tells of.
type SettingsFound struct {
	EventTypePrefix string `json:"eventTypePrefix"`
	FunctionOCID    string `json:"functionOcid"`
	HTTPBasePath    string `json:"httpBasePath,omitempty"`
	ConnectTimeout  string `json:"connectTimeout"`
	ReadTimeout     string `json:"readTimeout"`
	MaxAttempts     int    `json:"maxAttempts"`
	Concurrency     int    `json:"concurrency"`
	LogLevel        string `json:"logLevel"`
}

// CredentialsFound is as whom the function acts. Of a session token it has what the token says, never the token.
type CredentialsFound struct {
	// Auth is the setting AUTH.
	Auth string `json:"auth"`
	// Principal is the OCID of the function, or of the user of a configuration file.
	Principal string `json:"principal,omitempty"`
	// Tenancy and Compartment are those that the principal is in.
	Tenancy     string `json:"tenancy,omitempty"`
	Compartment string `json:"compartment,omitempty"`
	// Expires is when the session token does, in RFC 3339.
	Expires string `json:"expires,omitempty"`
	// ClockBehindSeconds is by how much this clock is behind OCI's; less than 0: ahead of it. Unset: OCI has not answered.
	ClockBehindSeconds *int `json:"clockBehindSeconds,omitempty"`
}

// RegionFound is where the function and Organizations are.
type RegionFound struct {
	// Principal is the region of the credentials, where Notifications is called too.
	Principal string `json:"principal"`
	// Organizations is the region that Organizations is called in, unless ORGANIZATIONS_ENDPOINT is set.
	Organizations string `json:"organizations"`
}

// ServiceFound is what came of one call.
type ServiceFound struct {
	Endpoint string `json:"endpoint"`
	// Status is that of the answer; unset: there was none.
	Status       int     `json:"status,omitempty"`
	OpcRequestID string  `json:"opcRequestId,omitempty"`
	DurationMs   float64 `json:"durationMs"`
}

// TopicFound is a topic, and what came of reading it.
type TopicFound struct {
	Topic string `json:"topic"`
	// Region is the key that stands in the topic's OCID, such as iad.
	Region         string `json:"region,omitempty"`
	Name           string `json:"name,omitempty"`
	LifecycleState string `json:"lifecycleState,omitempty"`
	// ServiceFound is unset where no call was made.
	*ServiceFound
}

// RulesFound are the mapping rules.
type RulesFound struct {
	// Source is RULES, RULES_FILE or "built-in".
	Source string   `json:"source"`
	Names  []string `json:"names"`
}

// GuardrailsFound are the settings that restrict the writes.
type GuardrailsFound struct {
	Mode string `json:"mode"`
	command.Guardrails
}

// TracingFound is where the spans go.
type TracingFound struct {
	// Collector is the address that takes them, without the key.
	Collector   string `json:"collector,omitempty"`
	ServiceName string `json:"serviceName"`
	// Sampled tells whether spans are wanted of this invocation.
	Sampled bool `json:"sampled"`
}

func (c *Check) fail(fault, remedy string) { c.Fault, c.Remedy = fault, remedy }

func (c *Check) skip(why string) { c.Skipped = why }

func (c *Check) remark(text string) { c.Remarks = append(c.Remarks, text) }

// namedCheck is a check and the name of its member.
type namedCheck struct {
	name string
	*Check
}

func (r *Report) checks() []namedCheck {
	checks := []namedCheck{
		{"settings", &r.Settings}, {"credentials", &r.Credentials}, {"region", &r.Region}, {"organizations", &r.Organizations},
		{"resultTopic", &r.ResultTopic}, {"deadLetterTopic", &r.DeadLetterTopic}, {"rules", &r.Rules}, {"guardrails", &r.Guardrails},
	}
	if r.Tracing != nil {
		checks = append(checks, namedCheck{"tracing", r.Tracing})
	}
	return checks
}

// skip skips the checks that have found nothing yet.
func (r *Report) skip(why string) {
	for _, check := range r.checks() {
		if check.Found == nil && check.Fault == "" {
			check.skip(why)
		}
	}
}

// settle tells of each check, and of all, whether it is ok.
func (r *Report) settle() {
	r.OK = true
	for _, check := range r.checks() {
		check.OK = check.Fault == "" && check.Skipped == ""
		r.OK = r.OK && check.OK
	}
}

// faults are the names of the checks with a fault.
func (r *Report) faults() string {
	var names []string
	for _, check := range r.checks() {
		if check.Fault != "" {
			names = append(names, check.name)
		}
	}
	return strings.Join(names, ",")
}

// WrongSettings is the report of a program that cannot start for its settings: err is the error of [settings.Parse].
func WrongSettings(version string, err error) Report {
	r := Report{Version: version}
	r.Settings.fail(err.Error(), "set each of these environment variables to what it takes (on OCI: "+
		"fn config function <app> <function> <setting> <value>); docs/settings.md lists them")
	r.skip("the settings are wrong")
	r.settle()
	return r
}
