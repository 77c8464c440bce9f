package schemas_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
	"sender-invitations/internal/schemas"
)

// root is the root of the source tree. Each test works there.
const root = "../.."

// read returns the schemas, and changes to the root of the source tree.
func read(t *testing.T) schemas.Set {
	t.Helper()
	t.Chdir(root)
	set, err := schemas.Read(".")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documents returns all documents.
func documents(t *testing.T) []docs.Document {
	t.Helper()
	all, err := docs.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// files returns the files of a pattern, and fails the test if there are fewer than least.
func files(t *testing.T, pattern string, least int) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) < least {
		t.Fatalf("%s: %q %v", pattern, found, err)
	}
	return found
}

// rulesOfTree returns all rules in the source tree, by the place where they are.
func rulesOfTree(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range append(files(t, "deploy/examples/*/rules.yaml", 9), "handler/rules/rules.yaml", "deploy/terraform/rules-objects.yaml") {
		found[file] = content(t, file)
	}
	for _, file := range files(t, "testdata/*.txtar", 40) {
		for line := range strings.Lines(content(t, file)) {
			if rules, ok := strings.CutPrefix(line, "RULES="); ok {
				found[file] = rules
			}
		}
	}
	for _, document := range documents(t) {
		for _, block := range document.Of("yaml") {
			found[document.Path] += block.Text
		}
	}
	if len(found) < 20 {
		t.Fatalf("only %d places have rules", len(found))
	}
	return found
}
