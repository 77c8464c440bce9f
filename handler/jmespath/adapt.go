package jmespath

import (
	"cmp"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// adapt rewrites the nodes that the library evaluates differently from the oci CLI:
//
//   - comparisons become calls that order strings, such as dates, as well as numbers;
//   - a multi-select of null is null, not a list or an object of nulls;
//   - a slice of a string is null, not a part of the string.
func adapt(node *parsing.ASTNode) {
	for index := range node.Children {
		adapt(&node.Children[index])
	}
	switch current := (parsing.ASTNode{NodeType: parsing.ASTCurrentNode}); node.NodeType {
	case parsing.ASTComparator:
		if operator := orderings[node.Value.(parsing.TokType)]; operator != "" {
			*node = callOf(operator, node.Children...)
		}
	case parsing.ASTMultiSelectHash, parsing.ASTMultiSelectList:
		*node = parsing.ASTNode{NodeType: parsing.ASTSubexpression, Children: []parsing.ASTNode{current, *node}}
	case parsing.ASTSlice:
		*node = parsing.ASTNode{NodeType: parsing.ASTSubexpression, Children: []parsing.ASTNode{callOf("list", current), *node}}
	}
}

// callOf returns the node of a call of one of the functions of [calls].
func callOf(function string, arguments ...parsing.ASTNode) parsing.ASTNode {
	return parsing.ASTNode{NodeType: parsing.ASTFunctionExpression, Value: function, Children: arguments}
}

// orderings are the operators that compare by order.
var orderings = map[parsing.TokType]string{parsing.TOKLT: "<", parsing.TOKLTE: "<=", parsing.TOKGT: ">", parsing.TOKGTE: ">="}

// ordered reports whether the operator holds between two numbers or two strings. For other values it returns null.
func ordered(operator string, left, right any) any {
	var order int
	switch left := left.(type) {
	case float64:
		right, ok := right.(float64)
		if !ok {
			return nil
		}
		order = cmp.Compare(left, right)
	case string:
		right, ok := right.(string)
		if !ok {
			return nil
		}
		order = cmp.Compare(left, right)
	default:
		return nil
	}
	return order < 0 && operator[0] == '<' || order > 0 && operator[0] == '>' || order == 0 && len(operator) == 2
}
