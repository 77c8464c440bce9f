package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// variable is a variable as the stack declares it.
type variable struct {
	Type        string // as written, such as list(string)
	Description string
	Default     any
	Required    bool
}

// declared reads the variables and the names of the outputs from the stack's files.
func declared(t *testing.T) (map[string]variable, map[string]bool) {
	t.Helper()
	files, _ := filepath.Glob(stackFolder + "/*.tf")
	if len(files) < 10 {
		t.Fatalf("only %d files in %s", len(files), stackFolder)
	}
	variables, outputs := map[string]variable{}, map[string]bool{}
	for _, path := range files {
		file, diagnostics := hclparse.NewParser().ParseHCLFile(path)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			switch block.Type {
			case "variable":
				if name := filepath.Base(path); !strings.HasPrefix(name, "variables") {
					t.Errorf("%s declares %s", name, block.Labels[0])
				}
				variables[block.Labels[0]] = declaration(t, block.Body, file.Bytes)
			case "output":
				outputs[block.Labels[0]] = true
			}
		}
	}
	return variables, outputs
}

func declaration(t *testing.T, body *hclsyntax.Body, text []byte) variable {
	t.Helper()
	read := variable{Required: true}
	for name, attribute := range body.Attributes {
		switch name {
		case "type":
			read.Type = string(attribute.Expr.Range().SliceBytes(text))
		case "description":
			read.Description = literal(t, attribute.Expr).(string)
		case "default":
			read.Default, read.Required = literal(t, attribute.Expr), false
		}
	}
	return read
}

// literal returns the value of a constant expression, in JSON's types.
func literal(t *testing.T, expression hcl.Expression) (said any) {
	t.Helper()
	value, diagnostics := expression.Value(nil)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	text, err := ctyjson.Marshal(value, cty.DynamicPseudoType)
	if err != nil {
		t.Fatal(err)
	}
	var typed struct{ Value any }
	if err := json.Unmarshal(text, &typed); err != nil {
		t.Fatal(err)
	}
	return typed.Value
}
