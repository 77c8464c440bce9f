package docs_test

import (
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
)

// code returns the text in backquotes, each on a line of its own, and the blocks.
func code(d docs.Document) string {
	text := strings.ReplaceAll(strings.Join(inlineCode.FindAllString(d.Prose, -1), "\n"), "`", "\n`")
	for _, b := range d.Blocks {
		text += "\n" + b.Text
	}
	return text
}

// inTree matches paths that begin with a folder of the source tree.
var inTree = regexp.MustCompile(`(?:^|[\s=@"'./` + "`" + `])((?:\.ci|deploy|docs|events|handler|internal|testdata)/[\w./*-]*)(.?)`)

// TestFiles checks that each file or folder that a document names in backquotes or in a block exists.
func TestFiles(t *testing.T) {
	t.Chdir(root)
	made := []string{"deploy/terraform/terraform.tfvars"} // a command of the documents copies it
	checked := 0
	for _, d := range documents(t) {
		for _, match := range inTree.FindAllStringSubmatch(code(d), -1) {
			name := strings.TrimRight(match[1], "./")
			if strings.ContainsAny(match[2], "<…$") || slices.Contains(made, name) {
				continue
			}
			checked++
			if found, err := filepath.Glob(name); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which does not exist", d.Path, name)
			}
		}
	}
	if checked < 80 {
		t.Errorf("only %d files were found", checked)
	}
}

// TestFileNames checks that the source tree has a file of each name that a document gives without a folder.
func TestFileNames(t *testing.T) {
	t.Chdir(root)
	list := exec.CommandContext(t.Context(), "git", "ls-files")
	output, err := list.Output()
	if err != nil {
		t.Skip("this is not a git checkout")
	}
	var names []string
	for file := range strings.FieldsSeq(string(output)) {
		names = append(names, path.Base(file))
	}
	bare := regexp.MustCompile("`([\\w.-]+\\.(?:go|md|mod|sum|yaml|tf|txtar|mjs|py|example))`")
	for _, d := range documents(t) {
		for _, match := range bare.FindAllStringSubmatch(d.Prose, -1) {
			if match[1] != "terraform.tfvars.example" && !slices.Contains(names, match[1]) {
				t.Errorf("%s names %s, which no folder has", d.Path, match[1])
			}
		}
	}
}
