package schemas_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/command"
)

// object is a JSON Schema of an object.
type object struct {
	ID          string `json:"$id"`
	Required    []string
	Enum        []string
	Const       any
	Properties  map[string]object
	Definitions map[string]object
}

func parsed(t *testing.T, file string) (schema object) {
	t.Helper()
	if err := json.Unmarshal([]byte(content(t, file)), &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// notPublished are the members of results that only answers have.
var notPublished = []string{"invitations", "opcNextPage", "counts", "told", "resent", "more"}

// TestResultMembers compares the schema with the structs that results are made of.
func TestResultMembers(t *testing.T) {
	read(t)
	schema := parsed(t, "deploy/result.schema.json")
	result := append(members(reflect.TypeFor[events.Result]()), members(reflect.TypeFor[events.Original]())...)
	result = slices.DeleteFunc(result, func(name string) bool { return slices.Contains(notPublished, name) })
	held := []string{}
	for _, operation := range []*command.Operation{command.Create, command.Update, command.Cancel} {
		held = append(held, operation.Fields()...)
	}
	for name, c := range map[string]struct {
		schema  object
		members []string
	}{
		"result":      {schema, result},
		"error":       {schema.Definitions["error"], members(reflect.TypeFor[events.Error]())},
		"trigger":     {schema.Definitions["trigger"], members(reflect.TypeFor[events.Trigger]())},
		"workRequest": {schema.Definitions["workRequest"], members(reflect.TypeFor[events.WorkRequest]())},
		"command":     {schema.Definitions["command"], held},
	} {
		if got, want := keys(c.schema.Properties), slices.Compact(sorted(c.members)); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has\n%q, results have\n%q", name, got, want)
		}
	}
	told := []events.Outcome{events.Accepted, events.Expired, events.Expiring}
	outcomes := []string{}
	for _, outcome := range append(slices.Clone(events.Outcomes), told...) {
		if !slices.Contains([]events.Outcome{events.Retrieved, events.Listed, events.Polled, events.Ignored}, outcome) {
			outcomes = append(outcomes, string(outcome))
		}
	}
	if got, want := sorted(schema.Properties["outcome"].Enum), sorted(outcomes); !slices.Equal(got, want) {
		t.Errorf("the schema has the outcomes %q, want %q", got, want)
	}
	if got, want := sorted(schema.Properties["operation"].Enum), sorted(command.Names()); !slices.Equal(got, want) {
		t.Errorf("the schema has the operations %q, want %q", got, want)
	}
}

// members returns the names that the fields of a struct have in JSON.
func members(of reflect.Type) (names []string) {
	for _, field := range reflect.VisibleFields(of) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// TestDataSchema checks that events name the schema of their data.
func TestDataSchema(t *testing.T) {
	read(t)
	if id := parsed(t, "deploy/result.schema.json").ID; id != emit.DataSchema {
		t.Errorf("the schema is %s, events name %s", id, emit.DataSchema)
	}
	if named := parsed(t, "deploy/result-event.schema.json").Properties["dataschema"].Const; named != emit.DataSchema {
		t.Errorf("the schema of events wants %s, events name %s", named, emit.DataSchema)
	}
}
