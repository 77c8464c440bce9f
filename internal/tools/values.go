package tools

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readOption reads an option in the form in which oci.yaml describes it.
func readOption(word string) (o option) {
	word, o.required = strings.CutSuffix(word, "!")
	if name, choices, found := strings.Cut(word, "="); found {
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
	case len(o.choices) > 0:
		if !slices.ContainsFunc(o.choices, func(choice string) bool { return strings.EqualFold(choice, value) }) {
			return fmt.Errorf("%q is not one of %s", value, strings.Join(o.choices, ", "))
		}
	case o.kind == "int":
		_, err = strconv.Atoi(value)
	case o.kind == "float":
		_, err = strconv.ParseFloat(value, 64)
	case o.kind == "bool":
		if !slices.Contains(booleans, strings.ToLower(value)) {
			return fmt.Errorf("%q is not a valid boolean", value)
		}
	case o.kind == "time":
		return checkTime(value)
	case o.kind == "json":
		_, err = JSONValue(value)
	}
	return err
}

// checkTime accepts a time in the forms of custom_types/cli_datetime.py that the documents may use.
func checkTime(value string) error {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05",
		time.DateOnly} {
		if _, err := time.Parse(layout, value); err == nil {
			return nil
		}
	}
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return nil // seconds since 1970
	}
	return fmt.Errorf("%q is not a time", value)
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
