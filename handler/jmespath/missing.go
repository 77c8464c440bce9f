package jmespath

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"sender-invitations/handler/names"
)

// seen is a value of the event, with the path to it; "" for the event itself.
type seen struct {
	path  string
	value any
	left  *int // how many nodes may still be evaluated to explain the expression
}

// maxWork is how many times an expression may be evaluated as a whole to explain it. A chain of filters would be evaluated once for each.
const maxWork = 16

func (e *Expression) look(view any) seen {
	left := maxWork * size(e.tree)
	return seen{value: view, left: &left}
}

// tired reports whether no more nodes may be evaluated. Then what was explained last is wrong.
func (s seen) tired() bool { return *s.left < 0 }

// name returns the path in words.
func (s seen) name() string {
	if s.path == "" {
		return "the event"
	}
	return s.path
}

// at returns the value of a node, evaluated on s.
func (s seen) at(node parsing.ASTNode) seen {
	found := seen{s.pathOf(node), nil, s.left}
	if s.tired() {
		return found
	}
	if *s.left -= size(node); s.tired() {
		return found
	}
	if value, err := (&Expression{tree: node}).Search(s.value); err == nil {
		found.value = value
	}
	return found
}

// pathOf returns the path of the node's value as an expression has it.
func (s seen) pathOf(node parsing.ASTNode) string {
	switch node.NodeType {
	case parsing.ASTField:
		return strings.TrimPrefix(s.path+"."+names.Shown(node.Value.(string)), ".")
	case parsing.ASTIndex:
		return fmt.Sprintf("%s[%d]", s.path, node.Value)
	case parsing.ASTSubexpression, parsing.ASTPipe, parsing.ASTIndexExpression:
		return seen{path: s.pathOf(node.Children[0])}.pathOf(node.Children[1])
	case parsing.ASTCurrentNode, parsing.ASTIdentity:
		return s.path
	case parsing.ASTLiteral:
		return literalText(node.Value)
	case parsing.ASTProjection, parsing.ASTFilterProjection, parsing.ASTValueProjection:
		return seen{path: s.pathOf(node.Children[0]) + projectionSign(node)}.pathOf(node.Children[1])
	case parsing.ASTFlatten:
		return s.pathOf(node.Children[0]) + "[]"
	case parsing.ASTSlice:
		return s.path + "[:]"
	case parsing.ASTFunctionExpression:
		if node.Value == "list" { // of a slice
			return s.path
		}
		return node.Value.(string) + "(…)"
	}
	return "(…)"
}

// projectionSign returns what an expression has between the sides of a projection.
func projectionSign(node parsing.ASTNode) string {
	left := node.Children[0].NodeType
	switch {
	case node.NodeType == parsing.ASTFilterProjection:
		return "[?…]"
	case node.NodeType == parsing.ASTValueProjection:
		return ".*"
	case left == parsing.ASTFlatten || left == parsing.ASTIndexExpression: // [] and slices stand on the left
		return ""
	}
	return "[*]"
}

// why tells why the node gives null on s: where its path ends, and what there is in that place. It names members, and never quotes a
// value. It returns "" if that cannot be told.
func (s seen) why(node parsing.ASTNode) string {
	switch node.NodeType {
	case parsing.ASTField:
		return s.withoutMember(node.Value.(string))
	case parsing.ASTIndex:
		return s.withoutElement(node.Value.(int))
	case parsing.ASTSubexpression, parsing.ASTPipe, parsing.ASTIndexExpression:
		left := s.at(node.Children[0])
		if left.value == nil {
			return s.why(node.Children[0])
		}
		return left.why(node.Children[1])
	case parsing.ASTProjection, parsing.ASTFilterProjection, parsing.ASTValueProjection, parsing.ASTFlatten:
		left := s.at(node.Children[0])
		if left.value == nil {
			return s.why(node.Children[0])
		}
		return fmt.Sprintf("%s is %s, not a list", left.name(), kindOf(left.value))
	case parsing.ASTAndExpression:
		if left := s.at(node.Children[0]); left.value != nil {
			return s.why(node.Children[1])
		}
		return s.why(node.Children[0])
	case parsing.ASTOrExpression:
		return s.whyAll(node.Children)
	case parsing.ASTFunctionExpression:
		switch name := node.Value.(string); {
		case name == "not_null":
			return s.whyAll(node.Children)
		case name == "list": // of a slice
			return fmt.Sprintf("%s is %s, not a list", s.name(), kindOf(s.value))
		case slices.Contains(functionNames, name):
			return fmt.Sprintf("the function %s gives null", name)
		}
		left, right := s.at(node.Children[0]), s.at(node.Children[1])
		return fmt.Sprintf("%s and %s, the sides of %s, cannot be compared", kindOf(left.value), kindOf(right.value), node.Value)
	}
	return ""
}

// maxReasons is the number of alternatives of an expression whose nulls are explained.
const maxReasons = 3

// whyAll tells why the nodes that give null do so.
func (s seen) whyAll(nodes []parsing.ASTNode) string {
	var reasons []string
	for _, node := range nodes[:min(len(nodes), maxReasons)] {
		if reason := s.why(node); s.at(node).value == nil && reason != "" {
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(reasons, "; ")
}

// withoutMember tells why the value has no such member.
func (s seen) withoutMember(name string) string {
	switch value := s.value.(type) {
	case nil:
		return s.name() + " is null"
	case map[string]any:
		if _, ok := value[name]; ok {
			return seen{path: s.path}.pathOf(parsing.ASTNode{NodeType: parsing.ASTField, Value: name}) + " is null"
		}
		return s.others(value, name)
	case string:
		fault := s.name() + " is text, not an object"
		if holdsJSON(value) {
			fault = s.name() + " is text that holds JSON, not an object: send the JSON itself, not as a text"
		}
		if s.path == dataMember {
			fault += "; JSON data has the datacontenttype application/json or none"
		}
		return fault
	case []any:
		return fmt.Sprintf("%s is a list: name an element, such as %s[0]", s.name(), s.path)
	}
	return fmt.Sprintf("%s is %s, not an object", s.name(), kindOf(s.value))
}

// others tells which members there are in place of the one with the name. Beside the event's own members it names those of its data.
func (s seen) others(members map[string]any, name string) string {
	own, inData := slices.Collect(maps.Keys(members)), []string{}
	if data, ok := members[dataMember].(map[string]any); ok && s.path == "" {
		inData = slices.Collect(maps.Keys(data))
	}
	own, near := names.Ranked(own, name)
	inData, nearInData := names.Ranked(inData, name)
	if name == "subject" && slices.Contains(inData, resourceMember) {
		nearInData = resourceMember
	}
	fault := fmt.Sprintf("%s has no member %s", s.name(), names.Shown(name))
	switch _, bytes := members["data_base64"]; {
	case bytes && s.path == "" && name == dataMember:
		return fault + " but data_base64, as its data is bytes: send it with datacontenttype application/json"
	case len(own) == 0:
		return s.name() + " is empty"
	case near != "":
		fault += fmt.Sprintf(" (did you mean %s?)", names.Shown(near))
	case nearInData != "":
		fault += fmt.Sprintf(" (did you mean %s.%s?)", dataMember, names.Shown(nearInData))
	}
	fault += "; it has " + names.Listed(own)
	if len(inData) > 0 {
		fault += "; its data has " + names.Listed(inData)
	}
	return fault
}

// dataMember is the event's member that holds what the source sent, resourceMember the member of the data of OCI events that other
// sources have as the subject.
const (
	dataMember     = "data"
	resourceMember = "resourceId"
)

// withoutElement tells why the value has no element with the index.
func (s seen) withoutElement(index int) string {
	list, ok := s.value.([]any)
	switch {
	case !ok:
		return fmt.Sprintf("%s is %s, not a list", s.name(), kindOf(s.value))
	case index >= -len(list) && index < len(list):
		return fmt.Sprintf("%s[%d] is null", s.path, index)
	}
	return fmt.Sprintf("%s has no element %d; its length is %d", s.name(), index, len(list))
}

// maxJSON is the size of the longest text that is read to see whether it holds JSON.
const maxJSON = 64 << 10

// holdsJSON reports whether a text holds a JSON object or list. Of a long text it reads only the ends.
func holdsJSON(text string) bool {
	text = strings.TrimSpace(text)
	isObject := strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}")
	isList := strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]")
	return (isObject || isList) && (len(text) > maxJSON || json.Valid([]byte(text)))
}

// maxExplained is the number of nodes of the longest expression whose null is explained. An event can be large, and each node is evaluated.
const maxExplained = 40

// size returns the number of nodes of a tree.
func size(node parsing.ASTNode) int {
	count := 1
	for _, child := range node.Children {
		count += size(child)
	}
	return count
}

// WhyEmpty tells why the expression gives null or an empty text for an event.
func (e *Expression) WhyEmpty(view any) string {
	written := e.String()
	if value, err := e.Search(view); err == nil && value == "" {
		return written + " gives an empty text"
	}
	reason := ""
	if size(e.tree) <= maxExplained {
		s := e.look(view)
		if reason = s.why(e.tree); s.tired() {
			reason = ""
		}
	}
	switch reason {
	case "":
		return written + " gives null"
	case written + " is null":
		return reason
	default:
		return written + " gives null: " + reason
	}
}
