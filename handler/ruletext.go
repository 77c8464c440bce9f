package handler

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ruleText is a rule as it is written.
type ruleText struct {
	Name  string `yaml:"name"`
	Match struct {
		Type   string `yaml:"type"`
		Source string `yaml:"source"`
		When   string `yaml:"when"`
	} `yaml:"match"`
	Operation string            `yaml:"operation"`
	Retry     string            `yaml:"retry"`
	With      map[string]string `yaml:"with"`
	Set       yaml.Node         `yaml:"set"`
}

// unknownField is how the YAML library tells of a member that no rule has.
var unknownField = regexp.MustCompile(`line (\d+): (.*?)(?: in type .*)?$`)

// ruleTexts decodes the rules, and refuses members that no rule has.
func ruleTexts(text []byte, nodes []*yaml.Node) ([]ruleText, error) {
	var texts []ruleText
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	err := decoder.Decode(&texts)
	if err == nil {
		return texts, nil
	}
	fault := err.Error()
	if wrong, ok := errors.AsType[*yaml.TypeError](err); ok {
		fault = wrong.Errors[0]
	}
	parts := unknownField.FindStringSubmatch(fault)
	if parts == nil {
		return nil, errors.New(fault)
	}
	line, _ := strconv.Atoi(parts[1]) // of digits only
	name := ""
	for _, node := range nodes {
		if named := member(node, "name"); node.Line <= line && named != nil {
			name = named.Value
		}
	}
	return nil, fmt.Errorf("rule %q, line %d: %s", name, line, parts[2])
}

// lineOf is the line of a field such as with.displayName in a rule, as near as it can be told.
func lineOf(node *yaml.Node, field string) int {
	line := node.Line
	for name := range strings.SplitSeq(field, ".") {
		if node = member(node, name); node == nil {
			break
		}
		line = node.Line
	}
	return line
}

// member is the value of a mapping's member, or nil.
func member(node *yaml.Node, name string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for index := 0; index+1 < len(node.Content); index += 2 {
		if node.Content[index].Value == name {
			return node.Content[index+1]
		}
	}
	return nil
}

// literals decodes the literals of a rule. A date stays the text that it is.
func literals(node *yaml.Node) (map[string]any, error) {
	var set map[string]any
	if !node.IsZero() {
		keepDates(node)
		if err := node.Decode(&set); err != nil {
			return nil, errors.New("is not an object")
		}
	}
	if set == nil { // unset, null, or an alias of null
		set = map[string]any{}
	}
	return set, nil
}

func keepDates(node *yaml.Node) {
	if node.Tag == "!!timestamp" {
		node.Tag = "!!str"
	}
	for _, inner := range node.Content {
		keepDates(inner)
	}
}
