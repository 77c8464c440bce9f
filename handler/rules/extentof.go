package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmespath/go-jmespath"
)

// extentOf finds the extent of a parsed expression, and whether it sorts what it is given. The error says that a function is
// not known, or called with too few or too many arguments or those of another kind.
func extentOf(tree jmespath.ASTNode) (e extent, sorts bool, err error) {
	m := measure{}
	e = m.extent(asNode(tree))
	return e, m.sorts, m.err
}

// measure goes through a tree and keeps the first fault.
type measure struct {
	sorts bool
	// swallowed: what is measured is where the library drops an error, and goes on. Elsewhere the first error is the last.
	swallowed bool
	err       error
}

func (m *measure) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// swallowing measures a part whose errors are dropped.
func (m *measure) swallowing(n node) extent {
	before := m.swallowed
	m.swallowed = true
	e := m.extent(n)
	m.swallowed = before
	return e
}

func (m *measure) extent(n node) extent {
	switch n.kind() {
	case int64(jmespath.ASTIdentity), int64(jmespath.ASTCurrentNode), int64(jmespath.ASTField), int64(jmespath.ASTIndex):
		return given
	case int64(jmespath.ASTSlice):
		return given.taking(given.values.times(visit)).in(given.values.times(valueSize))
	case int64(jmespath.ASTLiteral):
		bytes, values := sizeOf(n.value())
		return extent{bytes: fixed(bytes), values: fixed(values), steps: fixed(visit)}
	case int64(jmespath.ASTNotExpression):
		return m.extent(n.child(0)).then(scalar)
	case int64(jmespath.ASTComparator):
		return m.comparison(m.extent(n.child(0)), m.extent(n.child(1)))
	case int64(jmespath.ASTOrExpression), int64(jmespath.ASTAndExpression):
		return m.extent(n.child(0)).or(m.extent(n.child(1)))
	case int64(jmespath.ASTPipe), int64(jmespath.ASTSubexpression), int64(jmespath.ASTIndexExpression):
		return m.extent(n.child(0)).then(m.extent(n.child(1)))
	case int64(jmespath.ASTFlatten):
		flat := m.swallowing(n.child(0))
		return flat.taking(flat.values.times(visit)).in(flat.values.times(valueSize))
	case int64(jmespath.ASTProjection):
		return m.extent(n.child(0)).each(m.extent(n.child(1)))
	case int64(jmespath.ASTFilterProjection):
		return m.filter(m.swallowing(n.child(0)), m.extent(n.child(1)), m.extent(n.child(2)))
	case int64(jmespath.ASTValueProjection):
		object := m.swallowing(n.child(0))
		nulls := object.values // the library looks at as many of them before it looks at the values
		object.bytes, object.values = object.bytes.plus(nulls), object.values.plus(nulls)
		return object.each(m.extent(n.child(1)))
	case int64(jmespath.ASTMultiSelectList):
		return m.selection(n.children())
	case int64(jmespath.ASTMultiSelectHash):
		return m.selection(n.children()).taking(fixed(3 * visit)).in(fixed(objectSize))
	case int64(jmespath.ASTKeyValPair):
		pair := m.extent(n.child(0))
		pair.bytes = pair.bytes.plus(fixed(float64(len(n.text()) + len(`"":`))))
		return pair
	case int64(jmespath.ASTFunctionExpression):
		return m.call(n)
	case int64(jmespath.ASTExpRef): // elsewhere it would be evaluated without having been measured
		m.fail(errors.New("an &expression stands only where map, max_by, min_by and sort_by take it"))
		return extent{}
	}
	m.fail(errors.New("is no JMESPath")) // the library's parser lets some faults pass
	return extent{}
}

// comparison goes through what is compared as far as the shorter of the two goes, slowly: it notes each pair of lists.
func (m *measure) comparison(left, right extent) extent {
	compared := left.whole().plus(right.whole())
	switch {
	case left.whole().isFixed():
		compared = left.whole()
	case right.whole().isFixed():
		compared = right.whole()
	}
	return left.beside(right).taking(compared.times(3)).in(left.values.plus(right.values).times(valueSize)).then(scalar)
}

func (m *measure) filter(list, then, condition extent) extent {
	return list.each(then).taking(condition.steps.ofEach(list)).taking(list.values.times(visit)).in(condition.room.of(list))
}

// selection is the extent of [a, b] and {a: b}. Members of what is given that are apart from each other are together no more
// than that.
func (m *measure) selection(members []node) extent {
	all := extent{bytes: fixed(2), values: fixed(1), steps: fixed(visit), room: fixed(valueSize)}
	var paths []string
	for _, member := range members {
		one := m.extent(member)
		if path := member.path(); path != "" {
			overlaps := func(other string) bool { return strings.HasPrefix(other, path) || strings.HasPrefix(path, other) }
			if len(paths) > 0 && !slices.ContainsFunc(paths, overlaps) {
				one.bytes.perByte, one.values.perValue = 0, 0
				one.bytes.fixed, one.values.fixed = one.bytes.fixed+1, one.values.fixed+1 // null, where there is none
			}
			paths = append(paths, path)
		}
		one.bytes = one.bytes.plus(fixed(1)) // the comma
		all = all.beside(one).taking(fixed(visit)).in(fixed(valueSize))
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
	looked := extent{steps: fixed(2 * visit), room: fixed(2 * valueSize)}
	for index, one := range arguments {
		if f.reference == index+1 {
			a[index].reference = m.reference(n.text(), one)
			continue
		}
		a[index].extent = m.extent(one)
		a[index].elements = a[index].values
		if one.kind() == int64(jmespath.ASTMultiSelectList) {
			a[index].elements = fixed(float64(len(one.children())))
		}
		looked = looked.beside(a[index].extent)
		if !f.anything {
			looked = looked.taking(m.checked(a[index].extent)).in(a[index].copied())
		}
	}
	made := f.made(a)
	return made.taking(looked.steps).in(looked.room)
}

// reference is the extent of what stands behind an &.
func (m *measure) reference(function string, n node) extent {
	switch {
	case n.kind() != int64(jmespath.ASTExpRef):
		m.fail(fmt.Errorf("the function %s takes an &expression", function))
		return extent{}
	case function == "sort_by":
		return m.swallowing(n.child(0))
	}
	return m.extent(n.child(0))
}

// checked are the steps of checking the type of an argument, for which a list is gone through. A wrong one is written out
// whole, into an error; where that is swallowed, it can happen again and again.
func (m *measure) checked(e extent) linear {
	if m.swallowed {
		return e.bytes.times(4).plus(e.values.times(2 * visit)).plus(fixed(6 * visit))
	}
	return e.whole()
}
