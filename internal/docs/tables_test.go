package docs_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/settings"
)

// names returns the first column of a table.
func names(t *testing.T, path, heading string) []string {
	t.Helper()
	names, found := read(t, path).Names(heading)
	if !found || len(names) == 0 {
		t.Fatalf("%s has no table %q", path, heading)
	}
	return names
}

// TestSettings checks that docs/settings.md lists each setting that the function reads, and no other.
func TestSettings(t *testing.T) {
	t.Chdir(root)
	unlisted := map[string]bool{}
	if _, err := settings.Parse(func(name string) string {
		unlisted[name] = true
		return map[string]string{"RESULT_TOPIC_OCID": "ocid1.onstopic.oc1.iad.aaaa"}[name]
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t, "docs/settings.md", "| setting | default |") {
		if !unlisted[name] {
			t.Errorf("docs/settings.md has %s, which is not read, or has it twice", name)
		}
		delete(unlisted, name)
	}
	for name := range unlisted {
		t.Errorf("docs/settings.md lacks %s", name)
	}
}

// TestOperations checks that docs/commands.md lists each operation that a command can ask for, in order, and docs/settings.md as the
// default of COMMANDS.
func TestOperations(t *testing.T) {
	t.Chdir(root)
	wanted := command.Names()
	if listed := names(t, "docs/commands.md", "| operation | fields"); !slices.Equal(listed, wanted) {
		t.Errorf("docs/commands.md lists %q; there are %q", listed, wanted)
	}
	settings, err := os.ReadFile("docs/settings.md")
	if row := "| `COMMANDS` | `" + strings.Join(wanted, ",") + "` |"; err != nil || !strings.Contains(string(settings), row) {
		t.Errorf("docs/settings.md lacks %s, %v", row, err)
	}
}

// TestRoutes checks that docs/http.md names each operation of the API, with its route.
func TestRoutes(t *testing.T) {
	t.Chdir(root)
	text, err := os.ReadFile("docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range command.Operations {
		if !op.IsCall() {
			continue
		}
		route := op.Method + " " + op.Path
		if !strings.Contains(string(text), op.API) || !strings.Contains(string(text), "`"+route+"`") {
			t.Errorf("docs/http.md lacks %s, `%s`", op.API, route)
		}
	}
}

// TestOutcomes checks that docs/failures.md has each outcome.
func TestOutcomes(t *testing.T) {
	t.Chdir(root)
	listed := names(t, "docs/failures.md", "| outcome | what to do |")
	for _, outcome := range events.Outcomes {
		if !slices.Contains(listed, string(outcome)) {
			t.Errorf("docs/failures.md lacks the outcome %s", outcome)
		}
	}
}

// codeInSource matches the error codes that the function gives.
var codeInSource = regexp.MustCompile(`(?s)(?:NewError\([^,]+, *|Invalid\(|return )"([A-Z][A-Za-z]+)"`)

// TestCodes checks that docs/failures.md has each error code.
func TestCodes(t *testing.T) {
	t.Chdir(root)
	listed := names(t, "docs/failures.md", "| code | status | what to do |")
	found := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "internal", "node_modules", "testdata"}, entry.Name()):
			return fs.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		for _, code := range codeInSource.FindAllSubmatch(source, -1) {
			found++
			if !slices.Contains(listed, string(code[1])) {
				t.Errorf("docs/failures.md lacks %s, which %s gives", code[1], path)
			}
		}
		return err
	})
	if err != nil || found < 40 {
		t.Errorf("only %d places with codes, %v", found, err)
	}
}

// TestRules checks that the rules in docs/rules.md are valid.
func TestRules(t *testing.T) {
	t.Chdir(root)
	blocks := read(t, "docs/rules.md").Of("yaml")
	if len(blocks) == 0 {
		t.Error("docs/rules.md shows no rule")
	}
	for _, b := range blocks {
		set := map[string]string{"RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none", "RULES": b.Text}
		if _, err := settings.Parse(func(name string) string { return set[name] }); err != nil {
			t.Errorf("docs/rules.md:%d: %v", b.Line, err)
		}
	}
}

// TestSignup checks that the README's signup is a part of the sample, and its answer a part of what the scenario expects.
func TestSignup(t *testing.T) {
	t.Chdir(root)
	blocks := read(t, "README.md").Of("json")
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of JSON", len(blocks))
	}
	sample, err := os.ReadFile("testdata/events/signup-cloudevent.json")
	if err != nil {
		t.Fatal(err)
	}
	if !isPart(value(t, blocks[0].Text), value(t, string(sample))) {
		t.Errorf("the sample is not\n%s", blocks[0].Text)
	}
	scenario, err := os.ReadFile("testdata/signup.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, wanted, _ := strings.Cut(string(scenario), "@testdata/events/signup-cloudevent.json\n")
	_, wanted, _ = strings.Cut(wanted, "\n\n")
	wanted, _, _ = strings.Cut(wanted, "\n\n")
	if !isPart(value(t, blocks[1].Text), value(t, wanted)) {
		t.Errorf("the scenario expects\n%s", wanted)
	}
}

// value decodes a JSON text.
func value(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}

// isPart reports whether a is a part of b. An object of a may lack members; a list may not lack elements.
func isPart(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		whole, ok := b.(map[string]any)
		for name, member := range a {
			other, has := whole[name]
			ok = ok && has && isPart(member, other)
		}
		return ok
	case []any:
		whole, ok := b.([]any)
		return ok && slices.EqualFunc(a, whole, isPart)
	}
	return reflect.DeepEqual(a, b)
}
