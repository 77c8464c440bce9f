package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

const oneOf = " one-of("

// refused returns an error for each value that one-of does not list. terraform validate and plan accept such a value, as with the
// provider: its own checks skip every block with an unknown value, and so most of a stack.
func refused(described map[string]any, given cty.Value) (found diag.Diagnostics) {
	visit(described, given, nil, func(name, words string, path cty.Path, value cty.Value) {
		if allowed := allowed(words); allowed != nil && !slices.Contains(allowed, value.AsString()) {
			found = append(found, diag.Diagnostic{
				Severity: diag.Error, AttributePath: path, Summary: "Unknown value",
				Detail: fmt.Sprintf("%s is none of %s: %s", name, strings.Join(allowed, ", "), value.AsString()),
			})
		}
	})
	return found
}

// warn returns a check that warns of every deprecated argument and block. The SDK's own warning skips blocks with unknown values.
func warn(described map[string]any) schema.ValidateRawResourceConfigFunc {
	return func(_ context.Context, given schema.ValidateResourceConfigFuncRequest,
		answer *schema.ValidateResourceConfigFuncResponse) {
		visit(described, given.RawConfig, nil, func(name, words string, path cty.Path, _ cty.Value) {
			if slices.Contains(strings.Fields(words), "deprecated") {
				answer.Diagnostics = append(answer.Diagnostics, diag.Diagnostic{
					Severity: diag.Warning, AttributePath: path, Summary: "Argument is deprecated",
					Detail: name + " is deprecated: see the provider's page.",
				})
			}
		})
	}
}

// visit calls a function for each given argument and block, with its words.
func visit(described map[string]any, given cty.Value, path cty.Path, call func(name, words string, path cty.Path, value cty.Value)) {
	for name, words := range described {
		if name == "_" {
			continue
		}
		path := append(path[:len(path):len(path)], cty.GetAttrStep{Name: name})
		for _, one := range each(given.GetAttr(name)) {
			switch words := words.(type) {
			case string:
				call(name, words, path, one)
			case map[string]any:
				call(name, words["_"].(string), path, one)
				visit(words, one, path, call)
			}
		}
	}
}

// each returns a value or, for a list or set, its elements, except those that are unknown or null.
func each(value cty.Value) (known []cty.Value) {
	all := []cty.Value{value}
	if value.IsKnown() && !value.IsNull() && (value.Type().IsListType() || value.Type().IsSetType()) {
		all = value.AsValueSlice()
	}
	for _, one := range all {
		if one.IsKnown() && !one.IsNull() {
			known = append(known, one)
		}
	}
	return known
}

// allowed returns the values in one-of, or nil if the words have none.
func allowed(words string) []string {
	_, values, found := strings.Cut(words, oneOf)
	if !found {
		return nil
	}
	values, _, _ = strings.Cut(values, ")")
	return strings.Split(values, "|")
}
