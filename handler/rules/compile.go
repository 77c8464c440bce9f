package rules

import (
	"bytes"
	_ "embed" // rules.yaml
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"sender-invitations/handler/command"
	"sender-invitations/handler/jmespath"
	"sender-invitations/handler/wildcard"
)

// BuiltInText is the YAML of the rules that apply if no others are set.
//
//go:embed rules.yaml
var BuiltInText string

// BuiltIn returns the compiled built-in rules.
var BuiltIn = sync.OnceValue(func() Rules {
	rules, err := Parse([]byte(BuiltInText))
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

// Parse compiles rules in YAML. Its error is [Faults].
func Parse(text []byte) (Rules, error) {
	rules, wrong := compileAll(text)
	if len(wrong) == 0 {
		return rules, nil
	}
	if hint := lineEndsHint(text); hint != nil {
		wrong = hint
	}
	return nil, wrong.shortened()
}

func compileAll(text []byte) (rules Rules, wrong Faults) {
	nodes, wrong := ruleNodes(text)
	for _, node := range nodes {
		found := inRule{node: node}
		r := compileRule(textOf(node, &found), &found)
		if slices.ContainsFunc(rules, func(other rule) bool { return r.name != "" && other.name == r.name }) {
			found.add("name", errors.New("another rule has the same name"))
		}
		rules, wrong = append(rules, r), append(wrong, found.faults...)
	}
	return rules, wrong
}

// ruleNodes returns the nodes of the YAML list of rules. Each is a mapping, or an alias of one.
func ruleNodes(text []byte) ([]*yaml.Node, Faults) {
	if len(text) > maxRulesSize {
		return nil, oneFault(0, fmt.Sprintf("the rules are longer than %d bytes", maxRulesSize))
	}
	var list, next yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, notYAML(text, err)
	}
	if len(list.Content) != 1 || list.Content[0].Kind != yaml.SequenceNode {
		return nil, notAList(list.Content)
	}
	if !errors.Is(decoder.Decode(&next), io.EOF) {
		return nil, oneFault(next.Line, "the rules are more than one YAML document")
	}
	nodes := list.Content[0].Content
	if len(nodes) > maxRules {
		return nil, oneFault(nodes[maxRules].Line, fmt.Sprintf("there are %d rules; the maximum is %d", len(nodes), maxRules))
	}
	for _, node := range nodes {
		if node.Kind == yaml.ScalarNode || node.Kind == yaml.SequenceNode { // the decoder would drop a null
			found := inRule{node: node}
			found.add("", errors.New("a rule is a mapping with name, match and operation"))
			return nil, found.faults
		}
	}
	return nodes, nil
}

// notAList returns the error about rules that are no YAML list.
func notAList(content []*yaml.Node) Faults {
	if len(content) != 1 || content[0].ShortTag() == "!!null" {
		return oneFault(0, "the rules are empty; [] is a list without rules")
	}
	line := content[0].Line
	if content[0].Kind == yaml.ScalarNode {
		return oneFault(line, "the rules are text, not a YAML list: RULES holds the rules themselves, RULES_FILE names a file")
	}
	if key, _ := member(content[0], "rules"); key != nil {
		return oneFault(line, "the rules are not a YAML list: leave out rules: and begin with the first - name")
	}
	return oneFault(line, "the rules are not a YAML list: begin with - name")
}

// compileRule compiles a rule, and adds what is wrong with it to the faults. A rule whose YAML is wrong is not compiled.
func compileRule(text ruleText, wrong *inRule) rule {
	r := rule{name: text.Name, text: text.Match, operation: command.Named(text.Operation), with: map[string]*jmespath.Expression{}}
	if wrong.found() {
		return r
	}
	wrong.addIf("name", checkName(text.Name))
	wrong.addIf("match.type", checkName(text.Match.Type))
	if len(text.Match.Source) > maxPattern {
		wrong.add("match.source", errTooLong)
	}
	if text.Retry != "" && text.Retry != "none" {
		wrong.add("retry", fmt.Errorf("%q is not none", text.Retry))
	}
	r.kind, r.source = wildcard.Compile(text.Match.Type), wildcard.Compile(text.Match.Source)
	if text.Match.When != "" {
		var err error
		r.when, err = jmespath.CompileCondition(text.Match.When)
		wrong.addIf("match.when", err)
	}
	if r.operation == nil || !r.operation.IsCall() || !r.operation.Writes() {
		wrong.add("operation", fmt.Errorf("%q is not create, update or cancel", text.Operation))
		return r
	}
	r.required = requiredBy(r.operation)
	r.compileFields(text, wrong)
	return r
}

// checkName checks a name or a pattern that a rule must have.
func checkName(text string) error {
	switch {
	case text == "":
		return errors.New("is required")
	case len(text) > maxPattern:
		return errTooLong
	}
	return nil
}

var errTooLong = fmt.Errorf("is longer than %d bytes", maxPattern)
