package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readOption reads an option in the form in which oci.yaml describes it.
func readOption(word string) (o option) {
	word, o.filled = strings.CutSuffix(word, "!!")
	word, o.required = strings.CutSuffix(word, "!")
	o.required = o.required || o.filled
	if name, choices, found := strings.Cut(word, "="); found {
		choices, o.exact = strings.CutPrefix(choices, "=")
		o.name, o.choices = name, strings.Split(choices, "|")
		return o
	}
	o.name, o.kind, _ = strings.Cut(word, ":")
	return o
}

// checkOptions checks required options, and the kind of each value.
func checkOptions(known []option, given map[string][]string) error {
	for _, o := range known {
		values, ok := given[o.name]
		if _, filled := given["from-json"]; o.required && !ok && !filled {
			return fmt.Errorf("missing option --%s", o.name)
		}
		for _, value := range values {
			if err := o.check(value); err != nil {
				return fmt.Errorf("invalid value for --%s: %w", o.name, err)
			}
		}
	}
	return nil
}

var booleans = []string{"true", "t", "1", "yes", "y", "on", "false", "f", "0", "no", "n", "off"}

// check checks a value as the CLI does.
func (o option) check(value string) (err error) {
	switch {
	case o.filled && strings.TrimSpace(value) == "":
		return errors.New("it cannot be whitespace or an empty string")
	case len(o.choices) > 0:
		is := func(choice string) bool { return choice == value || !o.exact && strings.EqualFold(choice, value) }
		if !slices.ContainsFunc(o.choices, is) {
			return fmt.Errorf("%q is not one of %s", value, strings.Join(o.choices, ", "))
		}
	case o.kind == "int":
		_, err = strconv.Atoi(value)
	case o.kind == "float":
		_, err = strconv.ParseFloat(value, 64)
	case o.kind == "bool":
		if !slices.Contains(booleans, strings.ToLower(strings.TrimSpace(value))) {
			return fmt.Errorf("%q is not a valid boolean", value)
		}
	case o.kind == "time":
		return checkTime(value)
	case o.kind == "json":
		_, err = JSONValue(value)
	}
	return err
}

// times matches the times that src/oci_cli/custom_types/cli_datetime.py takes: a date, alone, with a time to the minute, or with a time
// and a zone; or the seconds since 1970.
var times = regexp.MustCompile(`^(\d+|\d{4}-\d\d-\d\d(T\d\d:\d\d((:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d))?)?)$`)

// checkTime checks a time. A space stands for the T, as in the CLI.
func checkTime(value string) error {
	text := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(value), " ", "T"))
	if !times.MatchString(text) {
		return fmt.Errorf("%q is not a time", value)
	}
	if day, _, dated := strings.Cut(text, "T"); dated || strings.Contains(day, "-") {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return fmt.Errorf("%q is not a time", value)
		}
	}
	return nil
}

// JSONValue returns the JSON of an option that takes it in place or as file://path.
func JSONValue(value string) ([]byte, error) {
	document := []byte(value)
	if file, ok := strings.CutPrefix(value, "file://"); ok {
		var err error
		if document, err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	if !json.Valid(document) {
		return nil, fmt.Errorf("this is not JSON: %.60s", document)
	}
	return document, nil
}
