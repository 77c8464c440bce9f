package jmespath

import "slices"

// The kinds of JSON values, with their articles.
const (
	aText    = "a text"
	aNumber  = "a number"
	aBoolean = "a boolean"
	null     = "null"
)

// kindOf returns the kind of a JSON value.
func kindOf(value any) string {
	switch value.(type) {
	case string:
		return aText
	case float64:
		return aNumber
	case bool:
		return aBoolean
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return null
}

// kindsOf returns the kinds of the elements of a list, each once.
func kindsOf(list []any) (kinds []string) {
	for _, element := range list {
		if kind := kindOf(element); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
