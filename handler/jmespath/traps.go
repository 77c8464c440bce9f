package jmespath

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"sender-invitations/handler/names"
)

// A trap is an expression that JMESPath accepts, and that can never do what its author wants. Without a word it gives null for every
// event, or always the same answer.

// Compile compiles an expression of a rule. It refuses traps, and what the additional checks refuse.
func Compile(text string, checks ...func(parsing.ASTNode) error) (*Expression, error) {
	tokens, tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	if err := checkWords(text, tokens); err != nil {
		return nil, err
	}
	for _, check := range append(checks, checkAlternatives, checkEventMembers, checkKinds) {
		if err := check(tree); err != nil {
			return nil, err
		}
	}
	return newExpression(text, tree), nil
}

// CompileCondition compiles a condition.
func CompileCondition(text string) (*Expression, error) {
	return Compile(text, checkOperands)
}

// checkOperands refuses a condition that a text or a number decides, as in data.plan == 'gold' || 'silver'. After && it decides nothing.
func checkOperands(node parsing.ASTNode) error {
	switch node.NodeType {
	case parsing.ASTAndExpression, parsing.ASTOrExpression, parsing.ASTNotExpression:
		for _, child := range node.Children {
			if node.NodeType == parsing.ASTAndExpression && child.NodeType == parsing.ASTLiteral {
				continue
			}
			if err := checkOperands(child); err != nil {
				return err
			}
		}
	case parsing.ASTLiteral:
		if kind := knownKind(node); (kind == aText || kind == aNumber) && IsTrue(node.Value) {
			literal := literalText(node.Value)
			if text, ok := node.Value.(string); ok {
				literal = asText(text)
			}
			return fmt.Errorf("%s is no condition by itself: compare it with a member, as in data.plan == %s", literal, literal)
		}
	}
	return nil
}

// checkAlternatives refuses an alternative that is never used because a text stands before it, as in 'Dear ' || data.name.
func checkAlternatives(node parsing.ASTNode) error {
	for _, child := range node.Children {
		if err := checkAlternatives(child); err != nil {
			return err
		}
	}
	if node.NodeType != parsing.ASTOrExpression {
		return nil
	}
	left := node.Children[0]
	if left.NodeType == parsing.ASTOrExpression {
		left = left.Children[1]
	}
	if text, _ := left.Value.(string); left.NodeType == parsing.ASTLiteral && text != "" {
		return fmt.Errorf("what follows %s || is never used, because a text is true: join('', [%s, data.x]) puts texts together", asText(text), asText(text))
	}
	return nil
}

// attributeName matches a name that an attribute of a CloudEvent can have, or its data in bytes.
var attributeName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([a-z0-9]+|data_base64)$`) })

// numberForm matches a number in JSON.
var numberForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`) })

// checkWords refuses names that stand alone where a value is meant: "trial" or "5" in double quotes, and true, false and null.
func checkWords(expression string, tokens []token) error {
	for _, p := range places(tokens) {
		if p.before.is(".", "&") || p.after.is(".", "[", "[]", "[?", "(", ":") { // a part of a path, a reference, a function, or the name of a new member
			continue
		}
		switch {
		case p.here.isQuoted('"') && names.IsPlain(p.here.inner()):
			name := p.here.inner()
			return atColumn(expression, p.here.start, fmt.Sprintf(
				"double quotes name a member: write %s for the text, or %s without quotes for the member", asText(name), names.Shortened(name)))
		case p.here.isQuoted('"') && numberForm().MatchString(p.here.inner()):
			return atColumn(expression, p.here.start, fmt.Sprintf("double quotes name a member: write `%s`, in backticks, for the number", p.here.inner()))
		case p.here.is("null"): // a member that is missing is null too
		case valueMeant(p.here.text) != "" && (p.here.is("true", "false") || p.before.is("==", "!=") || p.after.is("==", "!=")):
			return atColumn(expression, p.here.start, fmt.Sprintf("%s names a member: write `%s`, in backticks, for the value", p.here.text, valueMeant(p.here.text)))
		}
	}
	return nil
}

// checkEventMembers refuses names that no member of an event can have, and members of attributes, which have none. It follows the node as
// far as it is evaluated on the event itself.
func checkEventMembers(node parsing.ASTNode) error {
	switch node.NodeType {
	case parsing.ASTField:
		return checkEventMember(node.Value.(string))
	case parsing.ASTExpRef: // evaluated on elements of a list
		return nil
	case parsing.ASTSubexpression, parsing.ASTPipe, parsing.ASTIndexExpression, parsing.ASTProjection, parsing.ASTValueProjection,
		parsing.ASTFilterProjection, parsing.ASTFlatten:
		left := node.Children[0]
		if left.NodeType == parsing.ASTField && left.Value != "data" && node.NodeType != parsing.ASTPipe && !selects(node) {
			return notAnObject(left.Value.(string))
		}
		if err := checkEventMembers(left); err != nil {
			return err
		}
		if left.NodeType != parsing.ASTCurrentNode || node.NodeType != parsing.ASTSubexpression && node.NodeType != parsing.ASTPipe {
			return nil
		}
		return checkEventMembers(node.Children[1])
	}
	for _, child := range node.Children {
		if err := checkEventMembers(child); err != nil {
			return err
		}
	}
	return nil
}

// selects reports whether the node uses the value on its left as a whole, as in id.[@, 'x'] and type.split(@, '.')[0].
func selects(node parsing.ASTNode) bool {
	if node.NodeType != parsing.ASTSubexpression {
		return false
	}
	first := node.Children[1] // what is evaluated first on the right
	for first.NodeType == parsing.ASTSubexpression || first.NodeType == parsing.ASTIndexExpression || first.NodeType == parsing.ASTProjection {
		first = first.Children[0]
	}
	switch first.NodeType {
	case parsing.ASTMultiSelectHash, parsing.ASTMultiSelectList, parsing.ASTFunctionExpression:
		return true
	}
	return false
}

// renamed are names of the forms in which events arrive, with the attributes that they become.
var renamed = map[string]string{"eventID": "id", "eventType": "type", "eventTime": "time", "eventTypeVersion": "eventtypeversion",
	"cloudEventsVersion": "specversion", "contentType": "datacontenttype"}

func checkEventMember(name string) error {
	switch instead := renamed[name]; {
	case attributeName().MatchString(name):
		return nil
	case instead != "":
		return fmt.Errorf("the event has %s as %s: write %s", name, instead, instead)
	case names.Shortened(name) != name:
		return errors.New("double quotes name a member; put a text in single quotes")
	}
	return fmt.Errorf("the event has no member %s: its attributes are in lower case, such as id, source, type and subject. "+
		"Write data.%s for a member of its data, or %s for the text", names.Shown(name), names.Shown(name), asText(name))
}

// notAnObject returns the error about a path that goes through an attribute.
func notAnObject(name string) error {
	switch {
	case name == "extensions":
		return errors.New("an extension attribute is a member of the event itself, in lower case: " +
			"write compartmentid for extensions.compartmentId")
	case name == "oracle":
		return errors.New("an extension attribute is a member of the event itself, in lower case: write tenantid for oracle.tenantid")
	case strings.EqualFold(name, dataMember):
		return fmt.Errorf("the member data is in lower case: write data.x, not %s.x", name)
	}
	name = names.Shown(name)
	return fmt.Errorf("an expression starts at the event itself, and only data has members: write data.x, not %s.data.x or %s.x", name, name)
}

// kinds are the kinds of values that functions return.
var kinds = map[string]string{"abs": aNumber, "avg": aNumber, "ceil": aNumber, "floor": aNumber, "length": aNumber, "sum": aNumber, "to_number": aNumber,
	"join": aText, "lower": aText, "replace": aText, "to_string": aText, "trim": aText, "type": aText, "upper": aText,
	"contains": aBoolean, "ends_with": aBoolean, "starts_with": aBoolean}

// checkKinds refuses members of values that have none, and comparisons of values whose kinds are known to differ.
func checkKinds(node parsing.ASTNode) error {
	for _, child := range node.Children {
		if err := checkKinds(child); err != nil {
			return err
		}
	}
	switch node.NodeType {
	case parsing.ASTSubexpression, parsing.ASTIndexExpression, parsing.ASTProjection, parsing.ASTValueProjection, parsing.ASTFilterProjection:
		return checkMember(node)
	case parsing.ASTComparator:
		return checkComparison(node)
	}
	return nil
}

// checkMember refuses a path that goes on after a text, a number or a boolean. JMESPath reads !data.trial as (!data).trial.
func checkMember(node parsing.ASTNode) error {
	left := node.Children[0]
	kind := knownKind(left)
	if kind != aText && kind != aNumber && kind != aBoolean || selects(node) {
		return nil
	}
	if left.NodeType == parsing.ASTNotExpression {
		name := seen{}.pathOf(left.Children[0])
		path := seen{path: name}.pathOf(node.Children[1])
		return fmt.Errorf("! applies to %s alone: put what it is to apply to in parentheses, as in !(%s)", name, path)
	}
	return fmt.Errorf("takes a member of %s, which has none", kind)
}

func checkComparison(node parsing.ASTNode) error {
	sides := []string{knownKind(node.Children[0]), knownKind(node.Children[1])}
	ordering := orderings[node.Value.(parsing.TokType)] != ""
	if ordering {
		for _, side := range sides {
			if side != "" && side != aNumber && side != aText {
				return fmt.Errorf("compares %s by order, which only numbers and texts have", side)
			}
		}
	}
	if sides[0] == "" || sides[1] == "" || sides[0] == sides[1] {
		return nil
	}
	return fmt.Errorf("compares %s with %s, which are never equal and cannot be compared with < or >%s", sides[0], sides[1], inBackticks(node.Children))
}

// knownKind returns the kind of the node's value; "" if it depends on the event, or is null.
func knownKind(node parsing.ASTNode) string {
	switch node.NodeType {
	case parsing.ASTLiteral:
		if node.Value != nil {
			return kindOf(node.Value)
		}
	case parsing.ASTFunctionExpression:
		return kinds[node.Value.(string)]
	case parsing.ASTNotExpression, parsing.ASTComparator:
		return aBoolean
	}
	return ""
}

// inBackticks says how to write the literal text of a comparison that is a number.
func inBackticks(sides []parsing.ASTNode) string {
	index := slices.IndexFunc(sides, func(side parsing.ASTNode) bool {
		literal, ok := side.Value.(string)
		_, err := strconv.ParseFloat(literal, 64)
		return side.NodeType == parsing.ASTLiteral && ok && err == nil
	})
	if index < 0 {
		return ""
	}
	return fmt.Sprintf(": write the number as `%s`, in backticks", sides[index].Value)
}
