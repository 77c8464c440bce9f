package layout_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// explains matches what makes an explanation, which quotes the event.
var explains = regexp.MustCompile(`\bExplain\(|\bExplanation\b`)

// Explanations quote the event. So nothing that ships makes one, but for the files that hold the code for rules-check and the local stack.
func TestNoDoorExplains(t *testing.T) {
	allowed := []string{"handler/explain.go", "handler/rules/explain.go"}
	files := []string{filepath.Join(root, "func.go")}
	for _, pattern := range []string{"events/*.go", "events/*/*.go", "handler/*.go", "handler/*/*.go"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	seen := 0
	for _, file := range files {
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		if isTest, _ := filepath.Match("*_test.go", filepath.Base(file)); isTest {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch found := explains.Find(text); {
		case found == nil:
		case slices.Contains(allowed, filepath.ToSlash(name)):
			seen++
		default:
			t.Errorf("%s has %s", name, found)
		}
	}
	if seen != len(allowed) {
		t.Errorf("%d of %q explain", seen, allowed)
	}
}
