package rules

import (
	"bytes"
	_ "embed" // rules.yaml
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/wildcard"
)

// builtInRules are the rules that apply if no others are set.
//
//go:embed rules.yaml
var builtInRules []byte

// BuiltIn returns the compiled built-in rules.
var BuiltIn = sync.OnceValue(func() Rules {
	rules, err := Parse(builtInRules)
	if err != nil {
		panic(err) // tests compile them
	}
	return rules
})

// Limits of rules.
const (
	maxRules     = 256
	maxRulesSize = 256 << 10 // bytes of the YAML
	maxPattern   = 512       // bytes of a name or a pattern
)

// Parse compiles rules in YAML. Its error names the rule, the line and the field.
func Parse(text []byte) (Rules, error) {
	nodes, err := ruleNodes(text)
	if err != nil {
		return nil, err
	}
	texts, err := ruleTexts(text, nodes)
	if err != nil {
		return nil, err
	}
	rules := make(Rules, len(texts))
	for index, text := range texts {
		r, field, err := compileRule(text)
		if err == nil && slices.ContainsFunc(texts[:index], func(other ruleText) bool { return other.Name == text.Name }) {
			field, err = "name", errors.New("another rule has the same name")
		}
		if err != nil {
			return nil, fmt.Errorf("rule %q, line %d: %s: %w", text.Name, lineOf(nodes[index], field), field, err)
		}
		rules[index] = r
	}
	return rules, nil
}

// ruleNodes returns the nodes of the YAML list of rules. Each is a mapping, or an alias of one.
func ruleNodes(text []byte) ([]*yaml.Node, error) {
	if len(text) > maxRulesSize {
		return nil, fmt.Errorf("the rules are longer than %d bytes", maxRulesSize)
	}
	var list yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the rules are not YAML: %w", err)
	}
	if len(list.Content) != 1 || list.Content[0].Kind != yaml.SequenceNode {
		return nil, errors.New("the rules are not a YAML list; [] is a list without rules")
	}
	if !errors.Is(decoder.Decode(new(yaml.Node)), io.EOF) {
		return nil, errors.New("the rules are more than one YAML document")
	}
	nodes := list.Content[0].Content
	if len(nodes) > maxRules {
		return nil, fmt.Errorf("there are %d rules; the maximum is %d", len(nodes), maxRules)
	}
	for _, node := range nodes {
		if node.Kind == yaml.ScalarNode || node.Kind == yaml.SequenceNode { // the decoder would drop a null
			return nil, fmt.Errorf(`rule "", line %d: a rule is a mapping with name, match and operation`, node.Line)
		}
	}
	return nodes, nil
}

// compileRule compiles a rule. If it returns an error, field is the one that is wrong.
func compileRule(text ruleText) (r rule, field string, err error) {
	r = rule{name: text.Name, operation: command.Named(text.Operation), with: map[string]*expression{}}
	switch {
	case text.Name == "":
		return r, "name", errors.New("is required")
	case text.Match.Type == "":
		return r, "match.type", errors.New("is required")
	case len(text.Name) > maxPattern:
		return r, "name", errTooLong
	case len(text.Match.Type) > maxPattern:
		return r, "match.type", errTooLong
	case len(text.Match.Source) > maxPattern:
		return r, "match.source", errTooLong
	case r.operation == nil || !r.operation.Writes():
		return r, "operation", fmt.Errorf("%q is not create, update or cancel", text.Operation)
	case text.Retry != "" && text.Retry != "none":
		return r, "retry", fmt.Errorf("%q is not none", text.Retry)
	}
	r.kind, r.source = wildcard.Compile(text.Match.Type), wildcard.Compile(text.Match.Source)
	if text.Match.When != "" {
		if r.when, err = compileExpression(text.Match.When); err != nil {
			return r, "match.when", err
		}
	}
	for _, field := range slices.Sorted(maps.Keys(text.With)) {
		if r.with[field], err = compileExpression(text.With[field]); err != nil {
			return r, "with." + field, err
		}
	}
	if r.set, err = literals(&text.Set); err != nil {
		return r, "set", err
	}
	if text.Retry != "" {
		r.set["retry"] = text.Retry
	}
	field, err = r.checkFields()
	return r, field, err
}

var errTooLong = fmt.Errorf("is longer than %d bytes", maxPattern)

// checkFields checks that the operation takes every field of the rule, that no field is set twice, that the required fields
// are there, and that the literals are valid.
func (r rule) checkFields() (field string, err error) {
	for _, name := range slices.Sorted(maps.Keys(r.with)) {
		if !r.operation.Takes(name) {
			return "with." + name, r.unknown()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.set)) {
		switch {
		case !r.operation.Takes(name):
			return "set." + name, r.unknown()
		case r.with[name] != nil:
			return "set." + name, errors.New("is also set under with")
		}
	}
	if r.operation.NamesInvitation && !r.gives("senderInvitationId") && !r.gives("recipientTenancyId") {
		return "with", fmt.Errorf("%s requires senderInvitationId or recipientTenancyId", r.operation.Name)
	}
	for _, name := range r.operation.Required {
		if !r.gives(name) {
			return "with", fmt.Errorf("%s requires %s", r.operation.Name, name)
		}
	}
	return "set", r.checkLiterals()
}

func (r rule) unknown() error {
	return fmt.Errorf("%s has no such field; it takes %s", r.operation.Name, strings.Join(r.operation.Fields(), ", "))
}

// gives reports whether the rule sets the field.
func (r rule) gives(field string) bool {
	literal := r.set[field]
	return literal != nil && literal != "" || r.with[field] != nil
}

// checkLiterals checks the literals like the fields of a command.
func (r rule) checkLiterals() error {
	text, err := json.Marshal(r.set)
	if err != nil {
		return errors.New("has a value without a JSON form")
	}
	if len(r.set) == 0 {
		return nil
	}
	parsed, err := command.Parse(r.operation, text)
	if err == nil {
		err = parsed.CheckForms()
	}
	if err != nil {
		return errors.New(events.AsError(err).Message)
	}
	return nil
}
