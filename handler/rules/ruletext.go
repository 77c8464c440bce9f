package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// ruleText is a rule in YAML.
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

// ReadFile reads at most one byte more of the file than rules may have, so that [Parse] refuses a longer file.
func ReadFile(file string) ([]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, maxRulesSize+1))
}

// faultForm matches any error of the YAML library, kindForm the text of one about a value of the wrong kind.
var (
	faultForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`line (\d+): (.*?)(?: in type .*)?$`) })
	kindForm  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("^cannot unmarshal (!!\\w+)(?: `.*`)? into (.*)$")
	})
)

// ruleTexts decodes the rules. It refuses unknown fields.
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
	parts := faultForm().FindStringSubmatch(fault)
	if parts == nil {
		return nil, errors.New(fault)
	}
	line, _ := strconv.Atoi(parts[1]) // it has only digits
	name, at := "", nodes[0]
	for _, node := range nodes {
		if named := member(node, "name"); node.Line <= line && named != nil {
			name, at = named.Value, node
		}
	}
	fault = parts[2]
	if kinds := kindForm().FindStringSubmatch(fault); kinds != nil {
		fault = fmt.Sprintf("%s: must be %s, not %s", fieldOfKind(at, line, kinds[1], kinds[2]), yamlKind(kinds[2]), yamlKind(kinds[1]))
	}
	return nil, fmt.Errorf("rule %q, line %d: %s", name, line, fault)
}

// fieldOfKind returns the field on the line whose value has the YAML tag kind, such as !!seq, instead of the Go type wanted.
func fieldOfKind(node *yaml.Node, line int, kind, wanted string) string {
	if wanted == "map[string]string" {
		return "with"
	}
	if strings.HasPrefix(wanted, "struct") {
		return "match"
	}
	for index := 0; index+1 < len(node.Content); index += 2 {
		name, value := node.Content[index].Value, node.Content[index+1]
		if value.Kind == yaml.MappingNode && name != "set" {
			if inner := fieldOfKind(value, line, kind, wanted); inner != "" {
				return name + "." + inner
			}
		}
		if value.Line == line && value.ShortTag() == kind {
			return name
		}
	}
	return ""
}

// yamlKind returns the word for a YAML tag or a Go type.
func yamlKind(kind string) string {
	switch {
	case kind == "!!seq":
		return "a list"
	case kind == "!!map", strings.HasPrefix(kind, "map"), strings.HasPrefix(kind, "struct"):
		return "an object"
	case kind == "string", kind == "!!str":
		return "a string"
	}
	return "a value of the kind " + strings.TrimPrefix(kind, "!!")
}

// lineOf returns the line of a field of the rule, such as with.displayName, or that of the nearest node around it.
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

// member returns the value of a mapping's member; nil if there is none.
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

// literals decodes the literals of a rule. Dates stay strings.
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

// keepDates turns the dates in the node into strings.
func keepDates(node *yaml.Node) {
	if node.Tag == "!!timestamp" {
		node.Tag = "!!str"
	}
	for _, inner := range node.Content {
		keepDates(inner)
	}
}
