package jmespath

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// maxComparisons is the number of comparisons of a condition that are explained.
const maxComparisons = 10

// Remarks explains the value that a condition gives: comparisons between values of different kinds or with null, and, if the condition does
// not hold, those that do not hold; or why it is null. It quotes values.
func (e *Expression) Remarks(view, gives any) []string {
	texts := e.look(view).comparisons(e.tree, IsTrue(gives))
	if more := len(texts) - maxComparisons; more > 0 {
		texts = append(texts[:maxComparisons], fmt.Sprintf("and %d more comparisons", more))
	}
	if gives == nil && len(texts) == 0 {
		return []string{e.WhyEmpty(view)}
	}
	return texts
}

// comparisons explains the comparisons in the node that do not hold; if odd, only those between values of different kinds or with null.
// Those of a filter it shows for the first element of the list.
func (s seen) comparisons(node parsing.ASTNode, odd bool) (texts []string) {
	if !compares(node) {
		return nil
	}
	switch node.NodeType {
	case parsing.ASTSubexpression, parsing.ASTPipe, parsing.ASTIndexExpression, parsing.ASTProjection:
		texts = s.comparisons(node.Children[0], odd)
		if right := node.Children[1]; compares(right) {
			texts = append(texts, s.at(node.Children[0]).comparisons(right, odd)...)
		}
		return texts
	case parsing.ASTFilterProjection:
		texts = s.comparisons(node.Children[0], odd)
		left := s.at(node.Children[0])
		if list, _ := left.value.([]any); len(list) > 0 {
			element := seen{left.path + "[0]", list[0], s.left}
			texts = append(texts, element.comparisons(node.Children[2], odd)...)
		}
		return texts
	case parsing.ASTExpRef, parsing.ASTValueProjection:
		return nil
	}
	for _, child := range node.Children {
		texts = append(texts, s.comparisons(child, odd)...)
	}
	if isComparison(node) {
		if text := s.comparison(node, odd); text != "" && !s.tired() {
			texts = append(texts, text)
		}
	}
	return texts
}

// isComparison reports whether the node compares two values, isOrdering whether it asks which is greater.
func isComparison(node parsing.ASTNode) bool {
	return node.NodeType == parsing.ASTComparator || isOrdering(node)
}

func isOrdering(node parsing.ASTNode) bool {
	return node.NodeType == parsing.ASTFunctionExpression && strings.ContainsAny(node.Value.(string), "<>")
}

// compares reports whether there is a comparison in the node.
func compares(node parsing.ASTNode) bool {
	return isComparison(node) || slices.ContainsFunc(node.Children, compares)
}

// comparison explains the comparison of two values. For two values of one kind it is "" if odd, or if the comparison holds. It is "" for a
// comparison with a literal null, too.
func (s seen) comparison(node parsing.ASTNode, odd bool) string {
	left, right := node.Children[0], node.Children[1]
	known := func(side parsing.ASTNode) bool { return side.NodeType == parsing.ASTLiteral && side.Value == nil } // `null` is meant
	values := []any{s.at(left).value, s.at(right).value}
	kinds := []string{kindOf(values[0]), kindOf(values[1])}
	alike := kinds[0] == kinds[1] && kinds[0] != null
	if alike && (odd || s.at(node).value == true) || known(left) || known(right) {
		return ""
	}
	sides := s.described(left) + "; " + s.described(right)
	switch {
	case alike && isOrdering(node):
		return "the sides are: " + sides
	case alike && reflect.DeepEqual(values[0], values[1]):
		return "the sides are equal: " + sides
	case kinds[0] == kinds[1] && !alike:
		return "the sides are equal, both null: " + sides
	case isOrdering(node):
		return "the sides cannot be compared: " + sides
	}
	return "the sides are not equal: " + sides
}

// attributes are the members of an event that CloudEvents defines. Another word by itself may be meant as a text.
var attributes = []string{"id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time", dataMember}

// described tells the value of a side of a comparison and its kind, or why it is null.
func (s seen) described(side parsing.ASTNode) string {
	found := s.at(side)
	switch {
	case found.value != nil && side.NodeType == parsing.ASTLiteral:
		return fmt.Sprintf("%s is %s", found.path, kindOf(found.value))
	case found.value != nil:
		return fmt.Sprintf("%s is %s, %s", found.path, kindOf(found.value), literalText(found.value))
	}
	reason := s.why(side)
	if name, _ := side.Value.(string); side.NodeType == parsing.ASTField && s.path == "" && !slices.Contains(attributes, name) {
		return fmt.Sprintf("%s is null: %s. Write %s for the text", found.path, reason, asText(name))
	}
	return fmt.Sprintf("%s is null: %s", found.path, reason)
}
