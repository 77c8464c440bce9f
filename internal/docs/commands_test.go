package docs_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
)

var (
	makeTarget = regexp.MustCompile("(?m)(?:^|`)(?:[A-Z_]+=\\S* )*make ([a-z][a-z-]*)")
	defined    = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
)

// TestTargets checks that the Makefile has each target that a document names.
func TestTargets(t *testing.T) {
	t.Chdir(root)
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, match := range defined.FindAllStringSubmatch(string(makefile), -1) {
		targets = append(targets, match[1])
	}
	checked := 0
	for _, d := range documents(t) {
		for _, match := range makeTarget.FindAllStringSubmatch(code(d), -1) {
			checked++
			if !slices.Contains(targets, match[1]) {
				t.Errorf("%s names make %s, which the Makefile lacks", d.Path, match[1])
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d targets were found", checked)
	}
}

// TestVariables checks that the Makefile names each variable that a document gives to make.
func TestVariables(t *testing.T) {
	t.Chdir(root)
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`(?m)make [a-z-]+((?: [A-Z]+=(?:"[^"]*"|\S*))+)`)
	for _, d := range documents(t) {
		for _, match := range variable.FindAllStringSubmatch(code(d), -1) {
			for _, name := range regexp.MustCompile(`([A-Z]+)=`).FindAllStringSubmatch(match[1], -1) {
				if !regexp.MustCompile(`\b` + name[1] + `\b`).Match(makefile) {
					t.Errorf("%s gives make%s, but the Makefile has no %s", d.Path, match[1], name[1])
				}
			}
		}
	}
}

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
