package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// published is a package like @pulumi/oci with one resource.
var published = map[string]string{
	"events/rule.d.ts": `
export declare class Rule extends pulumi.CustomResource {
    readonly actions: pulumi.Output<outputs.Events.RuleActions>;
    readonly condition: pulumi.Output<string>;
    readonly isEnabled: pulumi.Output<boolean | undefined>;
    readonly parts: pulumi.Output<string[]>;
    readonly state: pulumi.Output<string>;
}
export interface RuleState {
    state?: pulumi.Input<string | undefined>;
}
export interface RuleArgs {
    /**
     * (Updatable) What is done.
     */
    actions: pulumi.Input<inputs.Events.RuleActions>;
    condition?: pulumi.Input<string | undefined>;
    /** (Updatable) */
    isEnabled?: pulumi.Input<boolean | undefined>;
    /** (Updatable) */
    parts: pulumi.Input<pulumi.Input<string>[]>;
}
`,
	"types/input.d.ts": `
export declare namespace Events {
    interface RuleActions {
        /**
         * @deprecated Use action instead.
         */
        old?: pulumi.Input<string | undefined>;
        /** (Updatable) */
        state?: pulumi.Input<string | undefined>;
    }
}
`,
	"types/output.d.ts": `
export declare namespace Events {
    interface RuleActions {
        /**
         * @deprecated Use action instead.
         */
        old: string;
        state: string;
    }
}
`,
}

// TestCompareTellsTheDifferences checks that a description like the package has no differences, and what is told of others.
func TestCompareTellsTheDifferences(t *testing.T) {
	folder := t.TempDir()
	for name, text := range published {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	like := map[string]any{
		"actions": map[string]any{
			"_": "required list 1", "old": "optional computed string deprecated", "state": "computed string",
		},
		"condition":  "optional computed string replaces",
		"is_enabled": "optional bool",
		"part":       "required list(string)",
		"state":      "computed string",
	}
	other := map[string]any{
		"actions": map[string]any{
			"_": "required set", "old": "required string",
		},
		"condition":  "required string",
		"is_enabled": "optional computed bool",
		"part":       "required list(string) 1",
		"metadata":   "optional string",
	}
	for _, test := range []struct {
		described map[string]any
		partial   bool
		want      []string
	}{
		{like, false, nil},
		{other, false, []string{
			"rule.actions: required several; there required",
			"rule.actions.old: required; there optional computed deprecated",
			"rule.actions: has no state; there optional computed",
			"rule.condition: required; there optional computed replaces",
			"rule.is_enabled: optional computed; there optional",
			"rule.metadata: does not exist",
			"rule.part: required; there required several",
			"rule: has no state; there computed",
		}},
		{map[string]any{"metadata": "optional string"}, true, []string{"rule.metadata: does not exist"}},
	} {
		kinds := map[string]kind{"rule": {NPM: "events/rule", OCID: "rule", Schema: test.described, Partial: test.partial}}
		if got, err := compare(kinds, folder); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("told is\n%q, %v, not\n%q", got, err, test.want)
		}
	}
}
