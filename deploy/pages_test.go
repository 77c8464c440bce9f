package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExamplesPython checks the syntax of the client for Python. It does not run the client, which needs the SDK for Python.
func TestExamplesPython(t *testing.T) {
	t.Chdir(root)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("this test needs python3")
	}
	file := filepath.Join(examples, "api-gateway", "client.py")
	const parse = "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())"
	output, err := exec.CommandContext(t.Context(), python, "-c", parse, file).CombinedOutput()
	if err != nil {
		t.Errorf("%v %s", err, output)
	}
}

// TestExamplesFirstPage checks that the first page links to every folder.
func TestExamplesFirstPage(t *testing.T) {
	t.Chdir(root)
	first, err := os.ReadFile(filepath.Join(examples, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(examples, "*", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range folders {
		folder := filepath.Base(filepath.Dir(page))
		if !strings.Contains(string(first), "["+folder+"]("+folder+")") {
			t.Errorf("the first page does not link to %s", folder)
		}
	}
}
