//go:build clients

package e2e

import (
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// TestClientsAsyncAPI holds deploy/asyncapi.yaml against the schema of its format, which AsyncAPI publishes at npm. make test-clients installs it.
func TestClientsAsyncAPI(t *testing.T) {
	var document map[string]any
	if err := yaml.Unmarshal([]byte(readText(t, "deploy/asyncapi.yaml")), &document); err != nil {
		t.Fatal(err)
	}
	version, _ := document["asyncapi"].(string)
	format, err := jsonschema.NewCompiler().Compile(inTree("testdata/clients/node_modules/@asyncapi/specs/schemas/" + version + "-without-$id.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := format.Validate(document); err != nil {
		t.Error(err)
	}
	delete(document, "info")
	if format.Validate(document) == nil {
		t.Error("the schema takes a document without info")
	}
}
