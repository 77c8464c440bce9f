package handler

import (
	"bytes"
	_ "embed" // rules.yaml
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/jmespath/go-jmespath"
	"go.yaml.in/yaml/v3"

	"sender-invitations/events"
)

// builtInRules are the rules where none are set.
//
//go:embed rules.yaml
var builtInRules []byte

// rule maps one kind of event to a command.
type rule struct {
	name         string
	kind, source *regexp.Regexp // of the event's type and source
	when         *jmespath.JMESPath
	operation    *operation
	with         map[string]*jmespath.JMESPath
	set          map[string]any
}

// ruleText is a rule as it is written.
type ruleText struct {
	Name  string `yaml:"name"`
	Match struct {
		Type   string `yaml:"type"`
		Source string `yaml:"source"`
		When   string `yaml:"when"`
	} `yaml:"match"`
	Operation string            `yaml:"operation"`
	With      map[string]string `yaml:"with"`
	Set       map[string]any    `yaml:"set"`
}

// compileRules reads rules in YAML. Its error names the rule, the line and the field.
func compileRules(text []byte) ([]rule, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var nodes []yaml.Node
	if err := decoder.Decode(&nodes); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the rules are not a YAML list: %w", err)
	}
	var rules []rule
	names := map[string]bool{}
	for _, node := range nodes {
		compiled, err := compileRule(&node)
		if err == nil && names[compiled.name] {
			err = errors.New("name: another rule has it")
		}
		if err != nil {
			return nil, fmt.Errorf("rule %q, line %d: %w", nameOf(&node), node.Line, err)
		}
		names[compiled.name] = true
		rules = append(rules, compiled)
	}
	return rules, nil
}

// nameOf is the name of a rule that may be wrong in every other way.
func nameOf(node *yaml.Node) string {
	var named struct {
		Name string `yaml:"name"`
	}
	if node.Decode(&named) != nil {
		return ""
	}
	return named.Name
}

func compileRule(node *yaml.Node) (rule, error) {
	var text ruleText
	if err := decodeStrictly(node, &text); err != nil {
		return rule{}, err
	}
	r := rule{name: text.Name, operation: commandNamed(text.Operation), set: text.Set, with: map[string]*jmespath.JMESPath{}}
	switch {
	case text.Name == "":
		return r, errors.New("name: is required")
	case text.Match.Type == "":
		return r, errors.New("match.type: is required")
	case r.operation == nil || !r.operation.writes():
		return r, fmt.Errorf("operation: %q is not create, update or cancel", text.Operation)
	}
	r.kind, r.source = compilePattern(text.Match.Type), compilePattern(text.Match.Source)
	var err error
	if text.Match.When != "" {
		if r.when, err = jmespath.Compile(text.Match.When); err != nil {
			return r, fmt.Errorf("match.when: %w", err)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(text.With)) {
		if r.with[field], err = jmespath.Compile(text.With[field]); err != nil {
			return r, fmt.Errorf("with.%s: %w", field, err)
		}
	}
	return r, r.checkFields()
}

// decodeStrictly decodes what stands at node, and refuses a member that out has not.
func decodeStrictly(node *yaml.Node, out any) error {
	text, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	return decoder.Decode(out)
}

// checkFields sees that the operation takes every field that the rule sets, each once, and the literals as they are.
func (r rule) checkFields() error {
	unknown := func(where, field string) error {
		return fmt.Errorf("%s.%s: %s has no such field; it takes %s", where, field, r.operation.name, strings.Join(r.operation.fields(), ", "))
	}
	for _, field := range slices.Sorted(maps.Keys(r.with)) {
		if !r.operation.takes(field) {
			return unknown("with", field)
		}
		if _, twice := r.set[field]; twice {
			return fmt.Errorf("set.%s: stands under with too", field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(r.set)) {
		if !r.operation.takes(field) {
			return unknown("set", field)
		}
	}
	literals, err := json.Marshal(r.set)
	if err != nil {
		return errors.New("set: has a key that is not a text")
	}
	if _, err := parseCommand(r.operation, literals); err != nil {
		return fmt.Errorf("set: %s", events.AsError(err).Message)
	}
	return nil
}

// compilePattern makes an expression of a pattern in which * stands for any text and letter case does not matter. An
// empty pattern matches everything.
func compilePattern(pattern string) *regexp.Regexp {
	if pattern == "" {
		pattern = "*"
	}
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`)
	return regexp.MustCompile(`(?is)^` + quoted + `$`)
}

// match returns the first rule for the event, and the event as the rules' expressions see it: in its CloudEvents JSON
// form. No rule: nil.
func match(rules []rule, e event.Event) (*rule, any, error) {
	encoded, err := e.MarshalJSON()
	if err != nil {
		return nil, nil, err
	}
	var view any
	if err := json.Unmarshal(encoded, &view); err != nil {
		return nil, nil, err
	}
	for index := range rules {
		r := &rules[index]
		if !r.kind.MatchString(e.Type()) || !r.source.MatchString(e.Source()) {
			continue
		}
		applies, err := r.applies(view)
		if err != nil {
			return nil, nil, err
		}
		if applies {
			return r, view, nil
		}
	}
	return nil, nil, nil
}

func (r *rule) applies(view any) (bool, error) {
	if r.when == nil {
		return true, nil
	}
	value, err := search(r.when, view)
	if err != nil {
		return false, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: match.when: %s", r.name, err))
	}
	return value == true, nil
}

// command is what the rule makes of the event. A field whose expression yields null is unset.
func (r *rule) command(view any) (Command, error) {
	fields := maps.Clone(r.set)
	if fields == nil {
		fields = map[string]any{}
	}
	for field, expression := range r.with {
		value, err := search(expression, view)
		if err != nil {
			return Command{}, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: with.%s: %s", r.name, field, err))
		}
		if value != nil {
			fields[field] = value
		}
	}
	encoded, err := json.Marshal(fields)
	if err != nil {
		return Command{}, err
	}
	return parseCommand(r.operation, encoded)
}

// search evaluates an expression. The library panics where it compares what cannot be compared; and its own texts can
// quote the event, which may hold personal data, so the error is one of ours.
func search(expression *jmespath.JMESPath, view any) (value any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("the expression does not fit the event")
		}
	}()
	if value, err = expression.Search(view); err != nil {
		return nil, errors.New("the expression does not fit the event")
	}
	return value, nil
}
