package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// TestConsoleAsksForEachVariable checks that schema.yaml has each variable of the stack, with the stack's type and default.
func TestConsoleAsksForEachVariable(t *testing.T) {
	t.Parallel()
	console := readConsole(t)
	variables, _ := declared(t)
	for name := range console.Variables {
		if _, ok := variables[name]; !ok {
			t.Errorf("schema.yaml asks for %s, which the stack does not have", name)
		}
	}
	for name, declared := range variables {
		asked, ok := console.Variables[name]
		if !ok {
			t.Errorf("schema.yaml does not ask for %s", name)
			continue
		}
		if asked.Title == "" || declared.Description == "" {
			t.Errorf("%s: no title or no description", name)
		}
		if want := consoleTypes[declared.Type]; !slices.ContainsFunc(want, asked.is) {
			t.Errorf("%s has type %s in the stack, %s in schema.yaml", name, declared.Type, asked.Type)
		}
		if asked.Required && asked.Default == nil != declared.Required || !asked.Required && declared.Required {
			t.Errorf("%s: required is %v in schema.yaml, %v in the stack", name, asked.Required, declared.Required)
		}
		if got, want := asDefault(t, declared.Type, asked.Default), declared.Default; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the default is %#v in schema.yaml, %#v in the stack", name, got, want)
		}
	}
}

// consoleTypes maps a type of Terraform to the matching types of the console. The console has no maps: a variable of type any
// accepts JSON text instead.
var consoleTypes = map[string][]string{
	"string":       {"string", "text", "enum", "oci:identity:compartment:id", "oci:identity:region:name", "oci:apm:domain:id"},
	"number":       {"integer", "number", "enum"},
	"bool":         {"boolean"},
	"list(string)": {"array"},
	"any":          {"text"},
}

func (a asked) is(name string) bool { return a.Type == name }

// asDefault converts a default of the console as Terraform does, to JSON's types.
func asDefault(t *testing.T, declared string, value any) any {
	t.Helper()
	text, isText := value.(string)
	if isText && declared == "number" {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Error(err)
		}
		return number
	}
	encoded, err := json.Marshal(value)
	if isText && declared == "any" {
		encoded = []byte(text)
	}
	var read any
	if err == nil {
		err = json.Unmarshal(encoded, &read)
	}
	if err != nil {
		t.Error(err)
	}
	return read
}

// TestConsoleIsConsistent checks that each variable is in one group, that references are to existing variables, and that the
// members of each variable fit its type.
func TestConsoleIsConsistent(t *testing.T) {
	t.Parallel()
	console := readConsole(t)
	grouped := map[string]int{}
	for _, group := range console.Groups {
		for _, name := range group.Variables {
			grouped[name]++
		}
		refers(t, console, group.Title, group.Visible)
	}
	for name, asked := range console.Variables {
		if grouped[name] != 1 {
			t.Errorf("%s is in %d groups", name, grouped[name])
		}
		delete(grouped, name)
		refers(t, console, name, asked.Visible)
		refers(t, console, name, asked.DependsOn)
		asked.fits(t, name)
	}
	for name := range grouped {
		t.Errorf("a group has %s, which is not asked for", name)
	}
}

var reference = regexp.MustCompile(`\$\{([^}]*)\}`)

func refers(t *testing.T, console console, name string, to any) {
	t.Helper()
	for _, found := range reference.FindAllStringSubmatch(fmt.Sprint(to), -1) {
		if _, ok := console.Variables[found[1]]; !ok {
			t.Errorf("%s refers to %s, which is not asked for", name, found[1])
		}
	}
}

// fits checks that the members of a variable fit its type.
func (a asked) fits(t *testing.T, name string) {
	t.Helper()
	number := a.Type == "integer" || a.Type == "number"
	limited := a.Minimum != nil || a.Maximum != nil || a.MultipleOf != 0
	switch {
	case (a.Type == "enum") != (a.Enum != nil), (a.Type == "array") != (a.Items["type"] == "string"):
		t.Errorf("%s: type %s with enum %v and items %v", name, a.Type, a.Enum, a.Items)
	case a.Type == "enum" && !slices.Contains(a.Enum, fmt.Sprint(a.Default)):
		t.Errorf("%s: its default %v is not one of %v", name, a.Default, a.Enum)
	case a.Multiline && a.Type != "text", a.Pattern != "" && a.Type != "string", limited && !number:
		t.Errorf("%s: has a member that does not fit type %s", name, a.Type)
	}
}

// TestConsoleShowsEachOutput checks that schema.yaml has a title and a group for each output.
func TestConsoleShowsEachOutput(t *testing.T) {
	t.Parallel()
	console := readConsole(t)
	_, outputs := declared(t)
	var grouped []string
	for _, group := range console.OutputGroups {
		grouped = append(grouped, group.Outputs...)
	}
	if len(grouped) != len(outputs) || len(console.Outputs) != len(outputs) {
		t.Errorf("%d outputs; schema.yaml has %d, its groups %d", len(outputs), len(console.Outputs), len(grouped))
	}
	for name := range outputs {
		if console.Outputs[name].Title == "" || !slices.Contains(grouped, name) {
			t.Errorf("schema.yaml does not show %s", name)
		}
	}
}
