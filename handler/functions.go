package handler

// argument is what a function is given.
type argument struct {
	extent
	elements  linear // of a list, those in it by themselves
	reference extent // of what a function evaluates itself, &x, on each element of a list
}

// function is one of JMESPath (https://jmespath.org/specification.html#built-in-functions): how many arguments it takes, or
// more, and what it makes of them, with the steps beyond those of looking at each.
type function struct {
	arguments int
	more      bool
	made      func([]argument) extent
}

var functions = map[string]function{
	"abs": {1, false, aScalar}, "avg": {1, false, aScalar}, "ceil": {1, false, aScalar}, "contains": {2, false, aScalar},
	"ends_with": {2, false, aScalar}, "floor": {1, false, aScalar}, "length": {1, false, aScalar}, "starts_with": {2, false, aScalar},
	"sum": {1, false, aScalar}, "to_number": {1, false, aScalar},

	"keys": {1, false, aPart}, "max": {1, false, aPart}, "min": {1, false, aPart}, "reverse": {1, false, aPart}, "values": {1, false, aPart},

	"type": {1, false, func([]argument) extent { return extent{fixed(float64(len(`"boolean"`))), fixed(1), fixed(0)} }},
	"sort": {1, false, func(a []argument) extent { return aPart(a).taking(a[0].whole().times(perElement)) }},

	"map":     {2, false, func(a []argument) extent { return withoutSteps(a[1].extent).each(a[0].reference) }},
	"max_by":  {2, false, aBest},
	"min_by":  {2, false, aBest},
	"sort_by": {2, false, aSorted},

	"merge":    {1, true, allOf},
	"not_null": {1, true, anyOf},
	"to_array": {1, false, func(a []argument) extent {
		return extent{bytes: a[0].bytes.plus(fixed(3)), values: a[0].values.plus(fixed(1))}
	}},
	"join": {2, false, func(a []argument) extent {
		bytes := a[1].bytes.plus(a[0].bytes.product(a[1].elements)).plus(fixed(2))
		return extent{bytes, fixed(1), bytes}
	}},
	// A character can become an escape of six, and a number that is written in four, 1e20, one of 24.
	"to_string": {1, false, func(a []argument) extent {
		bytes := a[0].bytes.times(6).plus(a[0].values.times(24)).plus(fixed(2))
		return extent{bytes, fixed(1), bytes}
	}},
}

// How often sorting a list evaluates a reference: a number of times for each element, on the whole; on one of them, which may
// be the largest, much more often.
const (
	perElement = 40
	onOne      = 500
)

func aScalar([]argument) extent { return withoutSteps(scalar) }

func aPart(a []argument) extent { return withoutSteps(a[0].extent) }

// withoutSteps leaves out what is counted elsewhere: the steps of making an argument.
func withoutSteps(e extent) extent {
	e.steps = linear{}
	return e
}

func aBest(a []argument) extent {
	list := withoutSteps(a[0].extent)
	return list.taking(list.each(a[1].reference.taking(a[1].reference.bytes)).steps)
}

func aSorted(a []argument) extent {
	list, by := withoutSteps(a[0].extent), a[1].reference
	varying := linear{perByte: by.steps.perByte, perValue: by.steps.perValue}
	return list.taking(varying.ofEach(list).times(onOne)).
		taking(fixed(by.steps.fixed + visit).ofEach(list).times(perElement)).
		taking(by.bytes.ofEach(list).times(perElement)).
		taking(list.whole()) // the event is copied before
}

// allOf bounds an object that has the members of all.
func allOf(a []argument) extent {
	all := extent{bytes: fixed(2), values: fixed(1)}
	for _, one := range a {
		all = all.beside(withoutSteps(one.extent))
	}
	return all
}

func anyOf(a []argument) extent {
	found := extent{}
	for _, one := range a {
		found = found.or(withoutSteps(one.extent))
	}
	return found
}
