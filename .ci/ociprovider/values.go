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

// values returns a check that refuses values which one-of does not list. The SDK's own validation skips every block with an
// unknown value, and so most of a stack.
func values(described map[string]any) schema.ValidateRawResourceConfigFunc {
	return func(_ context.Context, given schema.ValidateResourceConfigFuncRequest,
		answer *schema.ValidateResourceConfigFuncResponse) {
		check(described, given.RawConfig, nil, &answer.Diagnostics)
	}
}

func check(described map[string]any, given cty.Value, path cty.Path, found *diag.Diagnostics) {
	for name, words := range described {
		if name == "_" {
			continue
		}
		path := append(path[:len(path):len(path)], cty.GetAttrStep{Name: name})
		for _, one := range each(given.GetAttr(name)) {
			switch words := words.(type) {
			case string:
				if allowed := allowed(words); allowed != nil && !slices.Contains(allowed, one.AsString()) {
					*found = append(*found, diag.Diagnostic{
						Severity: diag.Error, AttributePath: path, Summary: "Unknown value",
						Detail: fmt.Sprintf("%s is none of %s: %s", name, strings.Join(allowed, ", "), one.AsString()),
					})
				}
			case map[string]any:
				check(words, one, path, found)
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
