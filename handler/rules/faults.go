package rules

import (
	"cmp"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"sender-invitations/handler/names"
)

// Fault tells what is wrong with rules, and where.
type Fault struct {
	Rule  string `json:"rule,omitempty"`  // the rule's name; "" if it has none, or if the fault is in no rule
	Line  int    `json:"line,omitempty"`  // of the YAML, from 1; 0 if the fault is in no line
	Field string `json:"field,omitempty"` // such as with.displayName; "" if the fault is in no field
	Text  string `json:"text"`

	told string // the fault with its place; "" if Text says all
}

// String returns the fault with its place, in one line.
func (f Fault) String() string { return cmp.Or(f.told, f.Text) }

// Faults is the error about rules. It has at most [maxFaults] faults, and behind them one that tells how many more there are.
type Faults []Fault

// Error returns all faults in one line.
func (f Faults) Error() string {
	var told []string
	for _, fault := range f {
		told = append(told, fault.String())
	}
	return strings.Join(told, "; ")
}

// oneFault returns the error about rules whose fault is in no rule.
func oneFault(line int, text string) Faults { return Faults{{Line: line, Text: text}} }

// maxFaults is the number of faults that an error tells.
const maxFaults = 10

// shortened leaves out the faults beyond [maxFaults].
func (f Faults) shortened() Faults {
	if more := len(f) - maxFaults; more > 0 {
		return append(f[:maxFaults:maxFaults], Fault{Text: fmt.Sprintf("and %d more", more)})
	}
	return f
}

// inRule collects the faults of a rule.
type inRule struct {
	node   *yaml.Node
	faults Faults
}

// add adds an error about a field of the rule, such as with.displayName; "" is the rule itself.
func (r *inRule) add(field string, err error) {
	if len(r.faults) >= maxFaults { // it is only counted, for the place takes time
		r.faults = append(r.faults, Fault{})
		return
	}
	fault := Fault{Rule: r.name(), Line: lineOf(r.node, field), Text: err.Error()}
	fault.told = fmt.Sprintf("rule %q, line %d: ", fault.Rule, fault.Line)
	if field != "" {
		fault.Field = shownField(field)
		fault.told += fault.Field + ": "
	}
	fault.told += fault.Text
	r.faults = append(r.faults, fault)
}

func (r *inRule) addIf(field string, err error) {
	if err != nil {
		r.add(field, err)
	}
}

func (r *inRule) found() bool { return len(r.faults) > 0 }

// name returns the rule's name as far as it is known.
func (r *inRule) name() string {
	if _, value := member(aliased(r.node), "name"); value != nil {
		return aliased(value).Value
	}
	return ""
}

// shownField shortens a field, whose name may be anything.
func shownField(field string) string {
	group, name, ok := strings.Cut(field, ".")
	if !ok {
		return names.Shown(field)
	}
	return group + "." + names.Shown(name)
}
