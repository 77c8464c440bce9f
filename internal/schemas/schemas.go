// Package schemas holds texts against the JSON Schemas in deploy. Only tests use it.
package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// Set has the schemas.
type Set struct {
	// Rules is the schema of mapping rules.
	Rules Schema
	// Result is that of the data of a result event, Event that of the event, Batch that of several in one message.
	Result, Event, Batch Schema
}

// Schema is a JSON Schema.
type Schema struct{ compiled *jsonschema.Schema }

// Read reads the schemas of a source tree.
func Read(root string) (set Set, err error) {
	folder, err := filepath.Abs(filepath.Join(root, "deploy"))
	if err != nil {
		return Set{}, err
	}
	compiler := jsonschema.NewCompiler() // it reads files, and nothing from a network
	compiler.AssertFormat()
	for name, schema := range map[string]*Schema{"rules": &set.Rules, "result": &set.Result, "result-event": &set.Event, "result-batch": &set.Batch} {
		if schema.compiled, err = compiler.Compile(filepath.Join(folder, name+".schema.json")); err != nil {
			return Set{}, err
		}
	}
	return set, nil
}

// JSON checks a text in JSON.
func (s Schema) JSON(text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.compiled.Validate(value)
}

// YAML checks a text in YAML. A date counts as text.
func (s Schema) YAML(text []byte) error {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return err
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.JSON(encoded)
}

// Message checks a message of a topic or a stream: a result event or, if it is a list, several.
func (s Set) Message(body string) error {
	schema := s.Event
	if len(body) > 0 && body[0] == '[' {
		schema = s.Batch
	}
	if err := schema.JSON([]byte(body)); err != nil {
		return fmt.Errorf("%w in the message %s", err, body)
	}
	return nil
}
