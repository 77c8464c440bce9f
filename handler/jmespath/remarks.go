package jmespath

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// maxComparisons is the number of comparisons of a condition that are explained.
const maxComparisons = 10

// Remarks explains the value that a condition gives: comparisons between values of different kinds or with null, or why it is null. It
// quotes values.
func (e *Expression) Remarks(view, gives any) []string {
	texts := e.look(view).comparisons(e.tree)
	if more := len(texts) - maxComparisons; more > 0 {
		texts = append(texts[:maxComparisons], fmt.Sprintf("and %d more comparisons", more))
	}
	if gives == nil && len(texts) == 0 {
		return []string{e.WhyEmpty(view)}
	}
	return texts
}

// comparisons explains the comparisons in the node between values of different kinds or with null. Those of a filter it shows for the
// first element of the list.
func (s seen) comparisons(node parsing.ASTNode) (texts []string) {
	if !compares(node) {
		return nil
	}
	switch node.NodeType {
	case parsing.ASTSubexpression, parsing.ASTPipe, parsing.ASTIndexExpression, parsing.ASTProjection:
		texts = s.comparisons(node.Children[0])
		if right := node.Children[1]; compares(right) {
			texts = append(texts, s.at(node.Children[0]).comparisons(right)...)
		}
		return texts
	case parsing.ASTFilterProjection:
		texts = s.comparisons(node.Children[0])
		left := s.at(node.Children[0])
		if list, _ := left.value.([]any); len(list) > 0 {
			element := seen{left.path + "[0]", list[0], s.left}
			texts = append(texts, element.comparisons(node.Children[2])...)
		}
		return texts
	case parsing.ASTExpRef, parsing.ASTValueProjection:
		return nil
	}
	for _, child := range node.Children {
		texts = append(texts, s.comparisons(child)...)
	}
	if isComparison(node) {
		if text := s.comparison(node.Children[0], node.Children[1], isOrdering(node)); text != "" && !s.tired() {
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

// comparison explains the comparison of two values; "" if both are of one kind and none is null.
func (s seen) comparison(left, right parsing.ASTNode, ordering bool) string {
	kinds := []string{kindOf(s.at(left).value), kindOf(s.at(right).value)}
	known := func(side parsing.ASTNode) bool { return side.NodeType == parsing.ASTLiteral && side.Value == nil } // `null` is meant
	if kinds[0] == kinds[1] && kinds[0] != null || known(left) || known(right) {
		return ""
	}
	sides := s.described(left) + "; " + s.described(right)
	switch {
	case kinds[0] == kinds[1]:
		return "the sides are equal, both null: " + sides
	case ordering:
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
