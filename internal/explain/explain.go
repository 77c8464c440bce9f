// Package explain tells what the function would do with a delivery. It makes no call. rules-check and the console of the local stack print
// what it tells.
//
// An explanation quotes the event, so it is only for the eyes of the author.
package explain

import (
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
	"sender-invitations/handler"
	"sender-invitations/handler/rules"
	"sender-invitations/handler/settings"
)

// Explained tells what the function would do with a delivery, or why it would not start.
type Explained struct {
	Faults  []Fault  `json:"faults,omitempty"` // of the settings; then there are no records
	Records []Record `json:"records"`          // never nil
}

// Fault tells what is wrong with a setting, or with a rule in it.
type Fault struct {
	Setting string `json:"setting,omitempty"` // such as RULES
	Rule    string `json:"rule,omitempty"`    // its name
	Line    int    `json:"line,omitempty"`    // in the YAML, from 1
	Field   string `json:"field,omitempty"`   // such as with.displayName
	Text    string `json:"text"`
}

// Record tells what the function would do with a record of the delivery.
type Record struct {
	Event     json.RawMessage `json:"event,omitempty"` // in its CloudEvents JSON form; absent if the record cannot be decoded
	Rules     []Rule          `json:"rules,omitempty"` // every rule, in order; absent if the rules are not asked
	Rule      string          `json:"rule,omitempty"`  // the one that matches, or whose condition cannot be evaluated
	Operation string          `json:"operation,omitempty"`
	Command   json.RawMessage `json:"command,omitempty"`
	Remarks   []Remark        `json:"remarks,omitempty"` // on the command that the rule makes
	Ignored   string          `json:"ignored,omitempty"` // why
	Error     *events.Error   `json:"error,omitempty"`   // why it would fail
}

// Rule tells whether a rule matches an event, and what differs.
type Rule struct {
	Name    string   `json:"name"`
	Matches bool     `json:"matches"`
	Tried   bool     `json:"tried"`             // false for a rule behind the one that matches
	Field   string   `json:"field,omitempty"`   // what differs: type, source or when
	Wanted  string   `json:"wanted,omitempty"`  // the pattern, or the condition as written
	Has     string   `json:"has,omitempty"`     // the event's type or source; for when what it gives, as JSON
	Remarks []string `json:"remarks,omitempty"` // such as: the sides are not equal: data.plan is 'trial'; 'gold' is a text
}

// Remark tells what the author should know of a field of the rule that matches, such as why it stays unset.
type Remark struct {
	Rule  string `json:"rule"`
	Field string `json:"field"`
	Text  string `json:"text"`
}

// Delivery explains a delivery under the settings that decide about it: RULES, RULES_FILE, COMMANDS, COMPARTMENT_OCID, EVENT_TYPE_PREFIX
// and MODE. It leaves out what only a call can show.
func Delivery(getenv func(string) string, delivery events.Delivery) Explained {
	config, err := settings.Parse(deciding(getenv))
	if err != nil {
		return Explained{Faults: []Fault{{Text: err.Error()}}, Records: []Record{}}
	}
	records, err := handler.New(config, noCredentials, "", slog.New(slog.DiscardHandler)).Explain(delivery)
	if err != nil {
		return Explained{Faults: []Fault{{Text: err.Error()}}, Records: []Record{}}
	}
	explained := Explained{Records: []Record{}}
	for _, record := range records {
		explained.Records = append(explained.Records, recordOf(record))
	}
	return explained
}

func recordOf(e handler.Explanation) Record {
	record := Record{Event: e.Event, Rule: e.Rule, Operation: e.Operation, Command: e.Command, Ignored: e.Ignored, Error: e.Err}
	for _, differs := range e.Differs {
		record.Rules = append(record.Rules, Rule{Name: differs.Rule, Tried: true, Field: differs.Field})
	}
	if e.Rule != "" {
		record.Rules = append(record.Rules, Rule{Name: e.Rule, Tried: true, Matches: e.Operation != ""})
	}
	for _, remark := range e.Remarks {
		record.Remarks = append(record.Remarks, remarkOf(remark))
	}
	return record
}

func remarkOf(r rules.Remark) Remark { return Remark{r.Rule, r.Field, r.Text} }

// deciding returns a getenv that gives only the settings that decide about a delivery.
func deciding(getenv func(string) string) func(string) string {
	return func(name string) string {
		switch name {
		case "RULES", "RULES_FILE", "COMMANDS", "COMPARTMENT_OCID", "EVENT_TYPE_PREFIX", "MODE":
			return getenv(name)
		case "RESULT_TOPIC_OCID": // a topic, so that rules may hold; nothing is published
			return "ocid1.onstopic.oc1..explained"
		}
		return ""
	}
}

func noCredentials() (common.ConfigurationProvider, error) {
	return nil, errors.New("an explanation makes no calls")
}
