package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

//go:embed provider.yaml
var description []byte

// described reads provider.yaml.
func described() (read all, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(description))
	decoder.KnownFields(true)
	return read, decoder.Decode(&read)
}

// kind is the description of a resource or a data source in provider.yaml.
type kind struct {
	Page   string         // where the provider documents it, below website/docs
	NPM    string         // where the npm package @pulumi/oci declares it
	OCID   string         // its type in an OCID
	Schema map[string]any // words of an argument, or a block
	Answer map[string]any // the answer of a data source

	Partial bool // whether arguments that are not in use are left out
}

// all is a description such as provider.yaml.
type all struct {
	Provider  map[string]any
	Resources map[string]kind
	Data      map[string]kind
}

// newProvider makes a provider from its description.
func newProvider(all all) (*schema.Provider, error) {
	made := &schema.Provider{ResourcesMap: map[string]*schema.Resource{}, DataSourcesMap: map[string]*schema.Resource{}}
	var err error
	if made.Schema, err = fields(all.Provider); err != nil {
		return nil, err
	}
	for name, kind := range all.Resources {
		if made.ResourcesMap[name], err = kind.resource(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, kind := range all.Data {
		if made.DataSourcesMap[name], err = kind.dataSource(); err != nil {
			return nil, fmt.Errorf("data %s: %w", name, err)
		}
	}
	return made, made.InternalValidate()
}

// fields reads the arguments and blocks of one level.
func fields(described map[string]any) (map[string]*schema.Schema, error) {
	read := map[string]*schema.Schema{}
	for name, value := range described {
		var field *schema.Schema
		var err error
		switch value := value.(type) {
		case string:
			field, err = argument(value)
		case map[string]any:
			field, err = block(value)
		default:
			err = fmt.Errorf("neither words nor a block: %v", value)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		read[name] = field
	}
	return read, nil
}

var types = map[string]schema.ValueType{
	"string": schema.TypeString, "number": schema.TypeInt, "float": schema.TypeFloat, "bool": schema.TypeBool,
	"list": schema.TypeList, "set": schema.TypeSet, "map": schema.TypeMap,
}

// argument reads words such as "required list(string) replaces".
func argument(words string) (*schema.Schema, error) {
	words, _, _ = strings.Cut(words, " = ")
	words, _, _ = strings.Cut(words, oneOf)
	field := &schema.Schema{}
	for _, word := range strings.Fields(words) {
		outer, inner, nested := strings.Cut(strings.TrimSuffix(word, ")"), "(")
		var err error
		if known, ok := types[outer]; ok {
			field.Type = known
			if nested {
				field.Elem = &schema.Schema{Type: types[inner]}
			}
		} else if outer == "default" {
			err = yaml.Unmarshal([]byte(inner), &field.Default)
		} else if word != readsBackCompact {
			err = mode(field, word)
		}
		if err != nil {
			return nil, err
		}
	}
	if field.Type == schema.TypeInvalid {
		return nil, fmt.Errorf("no type in %q", words)
	}
	return field, nil
}

// block reads a nested block. Its member _ holds the words of the block itself.
func block(described map[string]any) (*schema.Schema, error) {
	words, ok := described["_"].(string)
	if !ok {
		return nil, fmt.Errorf("a block without _")
	}
	inner := map[string]any{}
	for name, value := range described {
		if name != "_" {
			inner[name] = value
		}
	}
	nested, err := fields(inner)
	if err != nil {
		return nil, err
	}
	field := &schema.Schema{Elem: &schema.Resource{Schema: nested}}
	for _, word := range strings.Fields(words) {
		if known, ok := types[word]; ok {
			field.Type = known
		} else if err := mode(field, word); err != nil {
			return nil, err
		}
	}
	return field, nil
}

// mode sets what a word says of an argument or block besides its type.
func mode(field *schema.Schema, word string) error {
	switch word {
	case "required":
		field.Required = true
	case "optional":
		field.Optional = true
	case "computed":
		field.Computed = true
	case "replaces":
		field.ForceNew = true
	case "deprecated":
		field.Deprecated = "The provider deprecates it."
	case "1":
		field.MaxItems = 1
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}
