package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// readsBackCompact is the word for an argument of JSON texts that the provider reads back in another spelling: compact, with sorted
// members.
const readsBackCompact = "json"

// readBack spells the JSON texts of all blocks as the provider reads them back.
func readBack(d *schema.ResourceData, described map[string]any) error {
	var failed error
	for name, words := range described {
		if block, ok := words.(map[string]any); ok {
			if value := d.Get(name); spell(block, value) {
				failed = errors.Join(failed, d.Set(name, value))
			}
		}
	}
	return failed
}

// spell spells the JSON texts within the value of an argument or a block, and reports whether there are any.
func spell(words, value any) bool {
	list, _ := value.([]any)
	found := false
	for i, one := range list {
		switch words := words.(type) {
		case string:
			if slices.Contains(strings.Fields(words), readsBackCompact) {
				list[i], found = compact(one.(string)), true
			}
		case map[string]any:
			element, _ := one.(map[string]any)
			for name := range element {
				found = spell(words[name], element[name]) || found
			}
		}
	}
	return found
}

func compact(text string) string {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	spelt, _ := json.Marshal(value)
	return string(spelt)
}
