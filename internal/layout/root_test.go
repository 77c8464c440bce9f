// Package layout_test holds the root of the source tree to what it is meant to have.
package layout_test

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// inRoot are the files and folders that may stand in the root. Names that begin with a dot may stand there too.
var inRoot = []string{
	"CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile", "LICENSE", "Makefile", "README.md",
	"func.go", "func.yaml", "func_test.go", "go.mod", "go.sum",
	"deploy/", "docs/", "events/", "handler/", "internal/", "testdata/",
}

// What does not ship has its place in internal, docs, deploy or testdata, not in the root.
func TestRoot(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	ignored := ignoredPatterns(t)
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() {
			name += "/"
		}
		if !strings.HasPrefix(name, ".") && !slices.Contains(inRoot, name) && !matches(ignored, name) {
			t.Errorf("%s stands in the root", name)
		}
	}
}

// ignoredPatterns returns the patterns of .gitignore. It needs no git: a source tree may come without it.
func ignoredPatterns(t *testing.T) (patterns []string) {
	t.Helper()
	text, err := os.ReadFile(root + "/.gitignore")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, line)
		}
	}
	return patterns
}

// matches reports whether a pattern is for a file, or a folder with a slash at its end, in the root.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = strings.TrimPrefix(pattern, "/")
		matched, _ := path.Match(strings.TrimSuffix(pattern, "/"), strings.TrimSuffix(name, "/"))
		return matched && (!strings.HasSuffix(pattern, "/") || strings.HasSuffix(name, "/"))
	})
}
