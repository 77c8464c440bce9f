package rules

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"sender-invitations/handler/names"
)

// faults collects what is wrong with a rule.
type faults struct {
	node  *yaml.Node
	texts []string
}

// add adds an error about a field of the rule, such as with.displayName; "" is the rule itself.
func (f *faults) add(field string, err error) {
	place := fmt.Sprintf("rule %q, line %d: ", f.name(), lineOf(f.node, field))
	if field != "" {
		place += shownField(field) + ": "
	}
	f.texts = append(f.texts, place+err.Error())
}

func (f *faults) addIf(field string, err error) {
	if err != nil {
		f.add(field, err)
	}
}

func (f *faults) found() bool { return len(f.texts) > 0 }

// name returns the rule's name as far as it is known.
func (f *faults) name() string {
	if _, value := member(aliased(f.node), "name"); value != nil {
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

// maxFaults is the number of faults that an error tells.
const maxFaults = 10

// oneLine joins faults in one error.
func oneLine(texts []string) error {
	if more := len(texts) - maxFaults; more > 0 {
		texts = append(texts[:maxFaults:maxFaults], fmt.Sprintf("and %d more", more))
	}
	return errors.New(strings.Join(texts, "; "))
}
