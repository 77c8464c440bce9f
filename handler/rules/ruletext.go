package rules

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sender-invitations/handler/names"
)

// ruleText is a rule in YAML.
type ruleText struct {
	Name      string            `yaml:"name"`
	Match     matchText         `yaml:"match"`
	Operation string            `yaml:"operation"`
	Retry     string            `yaml:"retry"`
	Wait      bool              `yaml:"wait"`
	Hold      bool              `yaml:"hold"`
	With      map[string]string `yaml:"with"`
	Set       yaml.Node         `yaml:"set"`
}

// matchText is what a rule has under match.
type matchText struct {
	Type   string `yaml:"type"`
	Source string `yaml:"source"`
	When   string `yaml:"when"`
}

// ReadFile reads at most one byte more of the file than rules may have, so that [Parse] refuses a longer file.
func ReadFile(file string) ([]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, maxRulesSize+1))
}

// ruleMembers are the members of a rule, matchMembers those of its match.
var (
	ruleMembers  = []string{"name", "match", "operation", "retry", "wait", "hold", "with", "set"}
	matchMembers = []string{"type", "source", "when"}
)

// textOf decodes a rule. It tells every member that is unknown, or whose value is not of the kind that it takes.
func textOf(node *yaml.Node, wrong *inRule) (text ruleText) {
	for name, value := range wrong.members(node, "") {
		switch {
		case !slices.Contains(ruleMembers, name):
			wrong.add(name, unknownMember(name, "a rule", ruleMembers))
		case name == "match":
			for name, value := range wrong.members(&value, "match") {
				wrong.checkMatchMember(name, &value)
			}
		case name == "with":
			for name, value := range wrong.members(&value, "with") {
				wrong.addIf("with."+name, checkExpressionNode(&value, "write a literal under set"))
			}
		case name == "set":
			wrong.addIf(name, checkTags(&value))
		case name == "wait" || name == "hold":
			wrong.addIf(name, checkBoolNode(&value))
		default:
			wrong.addIf(name, checkTextNode(&value))
		}
	}
	if wrong.found() {
		return text
	}
	if err := node.Decode(&text); err != nil { // such as an anchor that holds itself
		wrong.add("", yamlFault(err))
	}
	return text
}

func (r *inRule) checkMatchMember(name string, value *yaml.Node) {
	switch field := "match." + name; {
	case !slices.Contains(matchMembers, name):
		r.add(field, unknownMember(name, "match", matchMembers))
	case name == "when":
		r.addIf(field, checkExpressionNode(value, "a rule without when always applies"))
	case aliased(value).Kind == yaml.SequenceNode:
		r.add(field, errors.New("must be text, not a list: write one rule for each, or * for any text"))
	default:
		r.addIf(field, checkTextNode(value))
	}
}

// members returns the members of a mapping in the order of their names, with those that it merges (<<).
func (r *inRule) members(node *yaml.Node, field string) iter.Seq2[string, yaml.Node] {
	members := map[string]yaml.Node{}
	if target := aliased(node); target.Kind == yaml.MappingNode {
		if err := node.Decode(&members); err != nil {
			r.add(field, yamlFault(err))
		}
	} else if target.ShortTag() != "!!null" {
		r.add(field, fmt.Errorf("must be an object, not %s", yamlKind(target)))
	}
	return func(yield func(string, yaml.Node) bool) {
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if !yield(name, members[name]) {
				return
			}
		}
	}
}

// unknownMember returns the error about a member that the rule, or its match, does not take.
func unknownMember(name, of string, members []string) error {
	fault := fmt.Sprintf("%s has no member %s%s; it takes %s", of, names.Shown(name), names.Meant(members, name), strings.Join(members, ", "))
	if of == "match" {
		fault += "; when takes a condition on any member of the event"
	}
	return errors.New(fault)
}

// checkTextNode refuses a value that is no text.
func checkTextNode(node *yaml.Node) error {
	node = aliased(node)
	if err := checkTags(node); err != nil {
		return err
	}
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("must be text, not %s", yamlKind(node))
	}
	return nil
}

// checkBoolNode refuses a value that is neither true nor false.
func checkBoolNode(node *yaml.Node) error {
	if node = aliased(node); node.ShortTag() != "!!bool" {
		return errors.New("must be true or false; an expression stands under with")
	}
	return nil
}

// checkTags refuses a value that begins with ! or &, such as !data.trial. YAML takes it for a tag or an anchor of an empty value.
func checkTags(node *yaml.Node) error {
	tagged := strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!")
	if tagged || node.Kind == yaml.ScalarNode && node.Anchor != "" && node.Value == "" && node.Style == 0 {
		return errors.New("YAML drops a value that begins with ! or &: put the whole value in double quotes")
	}
	for _, inner := range node.Content {
		if err := checkTags(inner); err != nil {
			return err
		}
	}
	return nil
}

// checkExpressionNode refuses a value that is no text, or that YAML takes for a boolean or a number. The remedy is for a literal.
func checkExpressionNode(node *yaml.Node, remedy string) error {
	if err := checkTextNode(node); err != nil {
		if aliased(node).Kind != yaml.ScalarNode {
			err = fmt.Errorf("%w: put an expression in quotes; %s", err, remedy)
		}
		return err
	}
	switch node = aliased(node); node.ShortTag() {
	case "!!bool", "!!int", "!!float":
		return fmt.Errorf("%s is %s of YAML, not an expression: %s; the expression for it is \"`%s`\", with both quotes",
			names.Shortened(node.Value), yamlKind(node), remedy, names.Shortened(node.Value))
	}
	return nil
}

// aliased returns the node, or the one that it is an alias of.
func aliased(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// yamlKind returns the word for the kind of a node.
func yamlKind(node *yaml.Node) string {
	switch node.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "an object"
	}
	switch node.ShortTag() {
	case "!!bool":
		return "a boolean"
	case "!!int", "!!float":
		return "a number"
	}
	return "text"
}

// lineOf returns the line of a field of the rule, such as with.displayName, or that of the nearest node around it.
func lineOf(node *yaml.Node, field string) int {
	if key, _ := member(node, field); key != nil { // a member of the rule, whatever its name
		return key.Line
	}
	group, name, _ := strings.Cut(field, ".")
	key, value := member(node, group)
	if key == nil {
		return node.Line
	}
	if inner, _ := member(value, name); inner != nil {
		return inner.Line
	}
	return key.Line
}

// member returns the key and the value of a mapping's member; nil if there is none.
func member(node *yaml.Node, name string) (key, value *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for index := 0; index+1 < len(node.Content); index += 2 {
		if node.Content[index].Value == name {
			return node.Content[index], node.Content[index+1]
		}
	}
	return nil, nil
}

// literals decodes the literals of a rule. Dates stay strings.
func literals(node *yaml.Node) (map[string]any, error) {
	var set map[string]any
	if !node.IsZero() {
		keepDates(node)
		if err := node.Decode(&set); err != nil {
			return map[string]any{}, errors.New("is not an object")
		}
	}
	if set == nil { // unset, null, or an alias of null
		set = map[string]any{}
	}
	return set, nil
}

// keepDates turns the dates in the node into strings.
func keepDates(node *yaml.Node) {
	if node.Tag == "!!timestamp" {
		node.Tag = "!!str"
	}
	for _, inner := range node.Content {
		keepDates(inner)
	}
}
