package main

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// console is schema.yaml, which Resource Manager's console reads.
type console struct {
	Title, Description, Version, Locale string

	InformationalText string `yaml:"informationalText"`
	SchemaVersion     string `yaml:"schemaVersion"`
	Groups            []struct {
		Title     string
		Visible   any
		Variables []string
	} `yaml:"variableGroups"`
	Variables    map[string]asked
	OutputGroups []struct {
		Title   string
		Outputs []string
	} `yaml:"outputGroups"`
	Outputs map[string]struct{ Type, Title string }
}

// asked is a variable that the console asks for. Its fields are those of Resource Manager's meta schema.
type asked struct {
	Type, Title, Description, Pattern string

	Default             any
	Required, Multiline bool
	Visible             any
	Enum                []string
	Items               map[string]string
	Minimum, Maximum    *float64
	MultipleOf          float64           `yaml:"multipleOf"`
	DependsOn           map[string]string `yaml:"dependsOn"`
}

func readConsole(t *testing.T) (read console) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(fileText(t, stackFolder+"/schema.yaml")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read
}
