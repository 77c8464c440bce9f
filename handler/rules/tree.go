package rules

import (
	"reflect"

	"github.com/jmespath/go-jmespath"
)

// node is a part of a parsed expression. The library shows its tree to nobody, so that reflection has to look; what it finds
// is the same for as long as the library's version is.
type node struct{ reflect.Value }

func asNode(tree jmespath.ASTNode) node { return node{reflect.ValueOf(tree)} }

func (n node) kind() int64 { return n.FieldByName("nodeType").Int() }

func (n node) child(index int) node { return node{n.FieldByName("children").Index(index)} }

func (n node) children() []node {
	all := make([]node, n.FieldByName("children").Len())
	for index := range all {
		all[index] = n.child(index)
	}
	return all
}

// value is what the node holds, such as the name of a field; not valid if nothing.
func (n node) value() reflect.Value { return n.FieldByName("value").Elem() }

// text is the same if it is a text, else "".
func (n node) text() string {
	if value := n.value(); value.Kind() == reflect.String {
		return value.String()
	}
	return ""
}

// path is the way to a member of what is given, such as a.b.c, each name closed, so that a is a beginning of a.b but not of ab;
// "" if the node is something else.
func (n node) path() string {
	switch n.kind() {
	case int64(jmespath.ASTField):
		return n.text() + "\x00"
	case int64(jmespath.ASTKeyValPair):
		return n.child(0).path()
	case int64(jmespath.ASTSubexpression):
		if left, right := n.child(0).path(), n.child(1).path(); left != "" && right != "" {
			return left + right
		}
	}
	return ""
}

// sizeOf is the size of a literal in the terms of an extent.
func sizeOf(value reflect.Value) (bytes, values float64) {
	switch value.Kind() {
	case reflect.Interface:
		return sizeOf(value.Elem())
	case reflect.String:
		return float64(value.Len() + 2), 1
	case reflect.Slice:
		bytes, values = 2, 1
		for index := range value.Len() {
			b, v := sizeOf(value.Index(index))
			bytes, values = bytes+b+1, values+v
		}
		return bytes, values
	case reflect.Map:
		bytes, values = 2, 1
		for members := value.MapRange(); members.Next(); {
			b, v := sizeOf(members.Value())
			bytes, values = bytes+b+float64(members.Key().Len()+len(`"":,`)), values+v
		}
		return bytes, values
	}
	return 1, 1
}
