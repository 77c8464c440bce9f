// Package explain tells what the function would do with a delivery. It makes no call. rules-check and the console of the local stack show
// what it tells.
//
// An explanation quotes the event, so it is only for the author of the rules.
package explain

import (
	"cmp"
	"errors"
	"slices"
	"strings"

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
	rules.Fault
}

// String returns the fault with its place, in one line. The text about a setting that holds no rules begins with its name.
func (f Fault) String() string {
	if strings.HasPrefix(f.Text, f.Setting) {
		return f.Text
	}
	return f.Setting + ": " + f.Fault.String()
}

// Record tells what the function would do with a record of the delivery.
type Record = handler.Explanation

// Rule tells whether a rule matches an event, and what differs.
type Rule = rules.Explanation

// Remark tells what the author of the rules should know of a field of the command.
type Remark = rules.Remark

// Delivery explains a delivery under the settings that decide about it: RULES, RULES_FILE, COMMANDS, COMPARTMENT_OCID, EVENT_TYPE_PREFIX
// and MODE. It leaves out what only a call can show. Set delivery.Direct if it does not come over HTTP. A delivery without a CallID gets one.
func Delivery(getenv func(string) string, delivery events.Delivery) Explained {
	config, err := settings.Parse(deciding(getenv))
	if err != nil {
		return Explained{Faults: faultsOf(err), Records: []Record{}}
	}
	delivery.CallID = cmp.Or(delivery.CallID, "the-call-id")
	return Explained{Records: append([]Record{}, handler.Explain(config, delivery)...)}
}

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

// faultsOf returns what is wrong with the settings: each fault of rules by itself, in the order of their lines.
func faultsOf(err error) (faults []Fault) {
	wrong, _ := errors.AsType[settings.Faults](err)
	for _, setting := range wrong {
		slices.SortStableFunc(setting.Rules, func(a, b rules.Fault) int {
			if a.Line == 0 || b.Line == 0 { // how many more there are stands last
				return 0
			}
			return a.Line - b.Line
		})
		for _, fault := range setting.Rules {
			faults = append(faults, Fault{setting.Setting, fault})
		}
		if setting.Rules == nil {
			faults = append(faults, Fault{setting.Setting, rules.Fault{Text: setting.Text}})
		}
	}
	return faults
}
