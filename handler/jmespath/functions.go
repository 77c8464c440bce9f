package jmespath

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sender-invitations/handler/names"
)

// forms are the calls of all functions: those of the JMESPath specification (https://jmespath.org/specification.html#built-in-functions),
// and lower, replace, split, trim and upper.
var forms = map[string]string{
	"abs": "abs(number)", "avg": "avg(numbers)", "ceil": "ceil(number)", "contains": "contains(list, value) or contains(text, part)",
	"ends_with": "ends_with(text, end)", "floor": "floor(number)", "join": "join(separator, texts)", "keys": "keys(object)",
	"length": "length(value)", "lower": "lower(text)", "map": "map(&expression, list)", "max": "max(list)",
	"max_by": "max_by(list, &expression)", "merge": "merge(object, object)", "min": "min(list)", "min_by": "min_by(list, &expression)",
	"not_null": "not_null(value, value)", "replace": "replace(text, old, new)", "reverse": "reverse(list)", "sort": "sort(list)",
	"sort_by": "sort_by(list, &expression)", "split": "split(text, separator)", "starts_with": "starts_with(text, start)",
	"sum": "sum(numbers)", "to_array": "to_array(value)", "to_number": "to_number(value)", "to_string": "to_string(value)",
	"trim": "trim(text) or trim(text, characters)", "type": "type(value)", "upper": "upper(text)", "values": "values(object)",
}

var functionNames = slices.Sorted(maps.Keys(forms))

// otherNames are names that functions have in other languages, in lower case and without underscores.
var otherNames = map[string]string{"concat": "join", "count": "length", "len": "length", "size": "length", "has": "contains", "includes": "contains",
	"match": "contains", "coalesce": "not_null", "default": "not_null", "str": "to_string", "int": "to_number", "strip": "trim",
	"tolower": "lower", "lowercase": "lower", "toupper": "upper", "uppercase": "upper"}

// formMeant returns the call of the function that a name means; "" if none is like it.
func formMeant(name string) string {
	other := otherNames[strings.ReplaceAll(strings.ToLower(name), "_", "")]
	if other == "" {
		_, other = names.Ranked(slices.Clone(functionNames), name)
	}
	return forms[other]
}

// noFunction returns the error about a function that does not exist.
func noFunction(name string) error {
	fault := "there is no function " + names.Shown(name)
	if operator := operators[strings.ToLower(name)]; operator != "" {
		return fmt.Errorf("%s: write %s", fault, operator)
	}
	if form := formMeant(name); form != "" {
		return fmt.Errorf("%s: write %s", fault, form)
	}
	return fmt.Errorf("%s; there are %s", fault, strings.Join(functionNames, ", "))
}
