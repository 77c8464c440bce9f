package invitations

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Only run.send and Executor.Probe call Organizations, and no other package makes a client of it.
func TestOnlyWayToOrganizations(t *testing.T) {
	var calls []string
	for _, file := range sources(t, ".") {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(function, func(n ast.Node) bool {
				if selector, ok := n.(*ast.SelectorExpr); ok && selector.Sel.Name == "organizations" {
					calls = append(calls, function.Name.Name)
				}
				return true
			})
		}
	}
	slices.Sort(calls)
	if want := []string{"Probe", "Probe", "send", "send"}; !slices.Equal(calls, want) {
		t.Errorf("the field organizations is used in %q, want %q", calls, want)
	}
	for _, file := range sources(t, filepath.Join("..", "..")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		inHere := filepath.Base(filepath.Dir(file)) == "invitations"
		ships := strings.HasPrefix(file, filepath.Join("..", "..", "handler")) || strings.HasPrefix(file, filepath.Join("..", "..", "events")) || filepath.Base(file) == "func.go"
		if made := strings.Contains(string(text), "tenantmanagercontrolplane.New"); ships && made != (inHere && filepath.Base(file) == "executor.go") {
			t.Errorf("%s: makes a client of Organizations: %v", file, made)
		}
	}
}

// sources returns the Go files below the folder, without tests.
func sources(t *testing.T, folder string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}
