package handler

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

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

// extentOf finds the extent of a parsed expression, and whether it sorts what it is given. The error says that a function is
// not known, or called with too few or too many arguments.
func extentOf(tree jmespath.ASTNode) (e extent, sorts bool, err error) {
	m := measure{}
	e = m.extent(asNode(tree))
	return e, m.sorts, m.err
}

// measure goes through a tree and keeps the first fault.
type measure struct {
	sorts bool
	err   error
}

func (m *measure) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

func (m *measure) extent(n node) extent {
	switch n.kind() {
	case int64(jmespath.ASTIdentity), int64(jmespath.ASTCurrentNode), int64(jmespath.ASTField), int64(jmespath.ASTIndex):
		return given
	case int64(jmespath.ASTSlice):
		return given.taking(given.values.times(visit))
	case int64(jmespath.ASTLiteral):
		bytes, values := sizeOf(n.value())
		return extent{fixed(bytes), fixed(values), fixed(visit)}
	case int64(jmespath.ASTExpRef): // by itself it is nothing; a function that takes one looks into it
		m.extent(n.child(0))
		return scalar
	case int64(jmespath.ASTNotExpression):
		return m.extent(n.child(0)).then(scalar)
	case int64(jmespath.ASTComparator):
		return m.comparison(m.extent(n.child(0)), m.extent(n.child(1)))
	case int64(jmespath.ASTOrExpression), int64(jmespath.ASTAndExpression):
		return m.extent(n.child(0)).or(m.extent(n.child(1)))
	case int64(jmespath.ASTPipe), int64(jmespath.ASTSubexpression), int64(jmespath.ASTIndexExpression):
		return m.extent(n.child(0)).then(m.extent(n.child(1)))
	case int64(jmespath.ASTFlatten):
		flat := m.extent(n.child(0))
		return flat.taking(flat.values.times(visit))
	case int64(jmespath.ASTProjection):
		return m.extent(n.child(0)).each(m.extent(n.child(1)))
	case int64(jmespath.ASTFilterProjection):
		return m.filter(m.extent(n.child(0)), m.extent(n.child(1)), m.extent(n.child(2)))
	case int64(jmespath.ASTValueProjection):
		object := m.extent(n.child(0))
		nulls := object.values // the library looks at as many of them before it looks at the values
		object.bytes, object.values = object.bytes.plus(nulls), object.values.plus(nulls)
		return object.each(m.extent(n.child(1)))
	case int64(jmespath.ASTMultiSelectList), int64(jmespath.ASTMultiSelectHash):
		return m.selection(n.children())
	case int64(jmespath.ASTKeyValPair):
		pair := m.extent(n.child(0))
		pair.bytes = pair.bytes.plus(fixed(float64(len(n.text()) + len(`"":`))))
		return pair
	case int64(jmespath.ASTFunctionExpression):
		return m.call(n)
	}
	m.fail(errors.New("is no JMESPath")) // the library's parser lets some faults pass
	return extent{}
}

// comparison goes through what is compared as far as the shorter of the two goes.
func (m *measure) comparison(left, right extent) extent {
	compared := left.whole().plus(right.whole())
	switch {
	case left.whole().isFixed():
		compared = left.whole()
	case right.whole().isFixed():
		compared = right.whole()
	}
	return left.beside(right).taking(compared).then(scalar)
}

func (m *measure) filter(list, then, condition extent) extent {
	return list.each(then).taking(condition.steps.ofEach(list)).taking(list.values.times(visit))
}

// selection is the extent of [a, b] and {a: b}.
func (m *measure) selection(members []node) extent {
	all := extent{fixed(2), fixed(1), fixed(visit)}
	for _, member := range members {
		one := m.extent(member)
		one.bytes = one.bytes.plus(fixed(1)) // the comma
		all = all.beside(one).taking(fixed(visit))
	}
	return all
}

func (m *measure) call(n node) extent {
	f, known := functions[n.text()]
	if !known {
		m.fail(fmt.Errorf("JMESPath has no function %s; it has %s", n.text(), strings.Join(slices.Sorted(maps.Keys(functions)), ", ")))
		return extent{}
	}
	arguments := n.children()
	if len(arguments) != f.arguments && (!f.more || len(arguments) < f.arguments) {
		m.fail(fmt.Errorf("the function %s takes %d arguments, not %d", n.text(), f.arguments, len(arguments)))
		return extent{}
	}
	m.sorts = m.sorts || n.text() == "sort_by"
	a := make([]argument, len(arguments))
	looked := extent{steps: fixed(2 * visit)}
	for index, one := range arguments {
		a[index].extent = m.extent(one)
		a[index].elements = a[index].values
		switch one.kind() {
		case int64(jmespath.ASTExpRef):
			a[index].reference = m.extent(one.child(0))
		case int64(jmespath.ASTMultiSelectList):
			a[index].elements = fixed(float64(len(one.children())))
		}
		// Their types are checked, for which a list is gone through; a wrong one is written out, into an error.
		looked = looked.beside(a[index].extent).taking(a[index].whole())
	}
	made := f.made(a)
	made.steps = made.steps.plus(looked.steps)
	return made
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
