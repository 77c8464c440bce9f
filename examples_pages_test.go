package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The client for Python is at least Python; its SDK cannot be had everywhere.
func TestExamplesPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	file := filepath.Join(examples, "api-gateway", "client.py")
	const parse = "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())"
	output, err := exec.CommandContext(t.Context(), python, "-c", parse, file).CombinedOutput()
	if err != nil {
		t.Errorf("%v %s", err, output)
	}
}

// Every folder is in the table of the first page, and every link of the pages leads somewhere.
func TestExamplesLinks(t *testing.T) {
	first, err := os.ReadFile(filepath.Join(examples, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(examples, "*", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range slices.Concat(folders, []string{filepath.Join(examples, "README.md")}) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Base(filepath.Dir(page))
		if folder != "examples" && !strings.Contains(string(first), "["+folder+"]("+folder+") |") {
			t.Errorf("%s is not in the table", folder)
		}
		for _, link := range strings.Split(string(text), "](")[1:] {
			target, _, _ := strings.Cut(link, ")")
			target, _, _ = strings.Cut(target, "#")
			if strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), target)); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}
