package jmespath

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jmespath-community/go-jmespath/pkg/functions"
	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// literalArguments are the arguments that must be literals, counted from 0. If the event could set them, the result of join and
// replace, or the time that replace, split and trim take, could grow with the square of the event's size.
var literalArguments = map[string][]int{"join": {0}, "replace": {1, 2}, "split": {1}, "trim": {1}}

// parameters are the parameters of all functions of the library.
var parameters = sync.OnceValue(func() map[string][]functions.ArgSpec {
	all := map[string][]functions.ArgSpec{}
	for _, function := range functions.GetDefaultFunctions() {
		all[function.Name] = function.Arguments
	}
	return all
})

// errOtherLanguage stands for what the library accepts and the oci CLI does not: arithmetic, $ and let.
var errOtherLanguage = errors.New("is not JMESPath as the oci CLI accepts it: there is no arithmetic, no $ and no let")

var errReference = errors.New("an &expression can only be an argument of map, max_by, min_by and sort_by")

// checkBounds refuses an expression whose time, memory or result can grow faster than the event. It also refuses an expression that
// the oci CLI does not accept, except for the additional functions, and one that can never be evaluated.
func checkBounds(node parsing.ASTNode) error {
	switch node.NodeType {
	case parsing.ASTFunctionExpression:
		return checkCall(node.Value.(string), node.Children)
	case parsing.ASTExpRef:
		return errReference
	case parsing.ASTAndExpression, parsing.ASTComparator, parsing.ASTCurrentNode, parsing.ASTField, parsing.ASTFilterProjection,
		parsing.ASTFlatten, parsing.ASTIdentity, parsing.ASTIndex, parsing.ASTIndexExpression, parsing.ASTKeyValPair, parsing.ASTLiteral,
		parsing.ASTMultiSelectHash, parsing.ASTMultiSelectList, parsing.ASTNotExpression, parsing.ASTOrExpression, parsing.ASTPipe,
		parsing.ASTProjection, parsing.ASTSlice, parsing.ASTSubexpression, parsing.ASTValueProjection:
		return checkAll(node.Children)
	}
	return errOtherLanguage
}

func checkAll(nodes []parsing.ASTNode) error {
	for _, node := range nodes {
		if err := checkBounds(node); err != nil {
			return err
		}
	}
	return nil
}

// checkCall checks the call of a function.
func checkCall(name string, arguments []parsing.ASTNode) error {
	if !slices.Contains(functionNames, name) {
		return noFunction(name)
	}
	wanted := parameters()[name]
	required, last := len(wanted), wanted[len(wanted)-1]
	for required > 0 && wanted[required-1].Optional {
		required--
	}
	if len(arguments) < required || len(arguments) > len(wanted) && !last.Variadic {
		return fmt.Errorf("the function %s takes another number of arguments: write %s", name, forms[name])
	}
	for index, argument := range arguments {
		reference := wanted[min(index, len(wanted)-1)].Types[0] == functions.JpExpref
		if slices.Contains(literalArguments[name], index) && argument.NodeType != parsing.ASTLiteral {
			return fmt.Errorf("the function %s takes only a literal such as ', ' as its argument %d: write %s", name, index+1, forms[name])
		}
		if reference && argument.NodeType != parsing.ASTExpRef {
			return fmt.Errorf("the function %s takes an &expression as its argument %d: write %s", name, index+1, forms[name])
		}
		if reference { // check the expression that it refers to
			argument = argument.Children[0]
		}
		if err := checkBounds(argument); err != nil {
			return err
		}
	}
	return nil
}
