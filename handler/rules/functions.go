package rules

// argument is what a function is given.
type argument struct {
	extent
	elements  linear // of a list, those in it by themselves
	reference extent // of what a function evaluates itself, &x, on each element of a list
}

// function is one of JMESPath (https://jmespath.org/specification.html#built-in-functions): how many arguments it takes, or
// more, and what it makes of them, with the steps and the room beyond those of looking at each.
type function struct {
	arguments int
	more      bool
	reference int  // which of them, counted from one, is an &expression; 0: none
	anything  bool // nothing is done with an argument of a wrong type, for there is none, or it is small
	made      func([]argument) extent
}

var functions = map[string]function{
	"abs": {arguments: 1, made: aScalar}, "avg": {arguments: 1, made: aScalar}, "ceil": {arguments: 1, made: aScalar},
	"contains": {arguments: 2, made: aScalar}, "ends_with": {arguments: 2, made: aScalar}, "floor": {arguments: 1, made: aScalar},
	"starts_with": {arguments: 2, made: aScalar}, "sum": {arguments: 1, made: aScalar},

	"keys": {arguments: 1, made: aPart}, "max": {arguments: 1, made: aPart}, "min": {arguments: 1, made: aPart},
	"reverse": {arguments: 1, made: aPart}, "values": {arguments: 1, made: aPart},
	"sort": {arguments: 1, made: func(a []argument) extent { return aPart(a).taking(a[0].whole().times(perElement)) }},

	"map":     {arguments: 2, reference: 1, made: func(a []argument) extent { return a[1].made().each(a[0].reference) }},
	"max_by":  {arguments: 2, reference: 2, made: aBest},
	"min_by":  {arguments: 2, reference: 2, made: aBest},
	"sort_by": {arguments: 2, reference: 2, made: aSorted},

	"join": {arguments: 2, made: func(a []argument) extent {
		bytes := a[1].bytes.plus(a[0].bytes.product(a[1].elements)).plus(fixed(2))
		return extent{bytes: bytes, values: fixed(1), steps: bytes, room: bytes}
	}},

	// Only of a text are all bytes read; a number, which is no text, list or object, is written into an error.
	"length": {arguments: 1, anything: true, made: func(a []argument) extent {
		return aScalar(a).taking(a[0].bytes.times(0.2).plus(fixed(6 * visit)))
	}},
	"to_number": {arguments: 1, anything: true, made: func(a []argument) extent {
		return aScalar(a).taking(a[0].bytes.times(0.2))
	}},
	"type": {arguments: 1, anything: true, made: func([]argument) extent {
		return extent{bytes: fixed(float64(len(`"boolean"`))), values: fixed(1)}
	}},
	"merge":    {arguments: 1, more: true, anything: true, made: allOf},
	"not_null": {arguments: 1, more: true, anything: true, made: anyOf},
	"to_array": {arguments: 1, anything: true, made: func(a []argument) extent {
		return extent{bytes: a[0].bytes.plus(fixed(3)), values: a[0].values.plus(fixed(1))}
	}},
	// A character can become an escape of six, and a number that is written in four, 1e20, one of 24.
	"to_string": {arguments: 1, anything: true, made: func(a []argument) extent {
		bytes := a[0].bytes.times(6).plus(a[0].values.times(24)).plus(fixed(2))
		return extent{bytes: bytes, values: fixed(1), steps: a[0].whole().times(2), room: bytes.times(2)}
	}},
}

// How often sorting a list evaluates a reference: a number of times for each element, on the whole; on one of them, which may
// be the largest, more often. The most that were seen of 50,000 elements are 45 and 88.
const (
	perElement = 50
	onOne      = 120
)

func aScalar([]argument) extent { return scalar.made() }

func aPart(a []argument) extent { return a[0].made().in(a[0].bytes.times(4)) }

func aBest(a []argument) extent {
	list, by := a[0].made(), a[1].reference
	return list.taking(list.each(by.taking(by.bytes)).steps).in(by.room.of(list))
}

// aSorted counts a value once: as an element, or as a part of one that is evaluated more often than others.
func aSorted(a []argument) extent {
	list, by := a[0].made(), a[1].reference
	forValue := max((by.steps.fixed+by.steps.perValue+visit)*perElement, by.steps.perValue*onOne)
	compared := by.bytes.ofEach(list).times(perElement / 10.) // ten bytes in a step
	return list.taking(list.bytes.times(by.steps.perByte * onOne)).taking(list.values.times(forValue)).taking(compared).
		in(by.room.of(list).times(2))
}

// allOf bounds an object that has the members of all.
func allOf(a []argument) extent {
	all := extent{bytes: fixed(2), values: fixed(1), room: fixed(objectSize)}
	for _, one := range a {
		all = all.beside(one.made()).taking(one.values.times(2 * visit)).in(one.values.times(2 * valueSize))
	}
	return all
}

func anyOf(a []argument) extent {
	found := extent{}
	for _, one := range a {
		found = found.or(one.made())
	}
	return found
}
