package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
)

// root is the root of the source tree. Each test works there, as the commands of the documents do. It changes the folder by itself,
// for go test does not see what TestMain does and would repeat an old result although a document has changed.
const root = "../.."

// documents returns all documents, and fails if one of the known ones is missing.
func documents(t *testing.T) []docs.Document {
	t.Helper()
	all, err := docs.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/settings.md", "deploy/README.md",
		"deploy/terraform/README.md", "deploy/examples/alarm/README.md"} {
		if !slices.ContainsFunc(all, func(d docs.Document) bool { return d.Path == known }) {
			t.Errorf("%s is missing", known)
		}
	}
	return all
}

// read returns one document.
func read(t *testing.T, path string) docs.Document {
	t.Helper()
	d, err := docs.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	inlineCode = regexp.MustCompile("`[^`\n]*`")
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// TestLinks checks that each link into the source tree leads to a file or folder, and to a heading.
func TestLinks(t *testing.T) {
	t.Chdir(root)
	for _, d := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(inlineCode.ReplaceAllString(d.Prose, "code"), -1) {
			if strings.Contains(match[1], ":") {
				continue // another site
			}
			path, anchor, _ := strings.Cut(match[1], "#")
			target := d.Path
			if path != "" {
				target = filepath.Join(filepath.Dir(d.Path), path)
			}
			found, err := os.Stat(target)
			if err == nil && found.IsDir() && anchor != "" {
				target = filepath.Join(target, "README.md")
			}
			if err != nil {
				t.Errorf("%s links to %s, which does not exist", d.Path, match[1])
			} else if anchor != "" && !slices.Contains(read(t, target).Anchors(), anchor) {
				t.Errorf("%s links to %s: there is no such heading", d.Path, match[1])
			}
		}
	}
}

// TestHeadings checks that a document has one title and that no two of its headings have the same anchor.
func TestHeadings(t *testing.T) {
	t.Chdir(root)
	for _, d := range documents(t) {
		if titles := strings.Count("\n"+d.Prose, "\n# "); titles != 1 {
			t.Errorf("%s has %d titles", d.Path, titles)
		}
		anchors := d.Anchors()
		slices.Sort(anchors)
		for index, anchor := range anchors[1:] {
			if anchor == anchors[index] && d.Path != "CHANGELOG.md" {
				t.Errorf("%s has two headings #%s", d.Path, anchor)
			}
		}
	}
}

// TestBlocks checks that a block for people to run is a shell script, and that a JSON block is JSON.
func TestBlocks(t *testing.T) {
	t.Chdir(root)
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal("this test needs bash")
	}
	for _, d := range documents(t) {
		for _, b := range d.Of("sh") {
			check := exec.CommandContext(t.Context(), bash, "-n")
			check.Stdin = strings.NewReader(b.Text)
			if output, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %v: %s", d.Path, b.Line, err, output)
			}
		}
		for _, b := range d.Of("json") {
			if !json.Valid([]byte(b.Text)) {
				t.Errorf("%s:%d: this is not JSON:\n%s", d.Path, b.Line, b.Text)
			}
		}
	}
}

// TestReadmeIsShort checks that the README has at most 200 lines and 10 KB, and links to every document.
func TestReadmeIsShort(t *testing.T) {
	t.Chdir(root)
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 200 || len(text) > 10_000 {
		t.Errorf("the README has %d lines and %d bytes", lines, len(text))
	}
	files, err := filepath.Glob("docs/*.md")
	if err != nil || len(files) < 15 {
		t.Errorf("only these documents exist: %s %v", files, err)
	}
	for _, file := range append(files, "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md", "deploy/terraform/README.md") {
		if !strings.Contains(string(text), "]("+file+")") {
			t.Errorf("the README does not link to %s", file)
		}
	}
}

// TestChangelog checks that CHANGELOG.md has the form of Keep a Changelog.
func TestChangelog(t *testing.T) {
	t.Chdir(root)
	d := read(t, "CHANGELOG.md")
	version := regexp.MustCompile(`^(Unreleased|\[?\d+\.\d+\.\d+\]? - \d{4}-\d{2}-\d{2})$`)
	kinds := []string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
	for line := range strings.Lines(d.Prose) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "### "); ok && !slices.Contains(kinds, name) {
			t.Errorf("%q is not a kind of change", name)
		} else if name, ok := strings.CutPrefix(line, "## "); ok && !version.MatchString(name) {
			t.Errorf("%q is not a version", name)
		}
	}
	if !slices.Contains(d.Anchors(), "unreleased") {
		t.Error("there is no section Unreleased")
	}
}
