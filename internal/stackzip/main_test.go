package main

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
)

func names(t *testing.T, path string) (names []string) {
	t.Helper()
	packed, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	for _, file := range packed.File {
		names = append(names, file.Name)
	}
	return names
}

func TestOtherFilesAreLeftOut(t *testing.T) {
	from := fstest.MapFS{}
	for _, name := range []string{"main.tf", "schema.yaml", "terraform.tfstate", "terraform.tfvars", "README.md",
		".terraform.lock.hcl", "tests/all.tftest.hcl", ".terraform/modules/modules.json", "bin/other.tf"} {
		from[name] = &fstest.MapFile{Data: []byte(name)}
	}
	path := filepath.Join(t.TempDir(), "new", "stack.zip")
	if err := write(path, from); err != nil {
		t.Fatal(err)
	}
	if got := names(t, path); !slices.Equal(got, []string{"main.tf", "schema.yaml"}) {
		t.Errorf("the ZIP holds %v", got)
	}
	packed, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	if text, err := fs.ReadFile(packed, "main.tf"); string(text) != "main.tf" {
		t.Errorf("main.tf is %q, %v", text, err)
	}
}

// TestStackIsComplete checks that the ZIP holds every file that the stack's files read.
func TestStackIsComplete(t *testing.T) {
	t.Chdir("../..")
	path := filepath.Join(t.TempDir(), "stack.zip")
	if err := write(path, os.DirFS(stack)); err != nil {
		t.Fatal(err)
	}
	got := names(t, path)
	wanted := []string{"schema.yaml", "versions.tf"}
	read := regexp.MustCompile(`\$\{path\.module\}/([^"]+)`)
	files, err := filepath.Glob(stack + "/*.tf")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range read.FindAllStringSubmatch(string(text), -1) {
			wanted = append(wanted, match[1])
		}
	}
	if len(wanted) < 3 {
		t.Error("no file that the stack reads was found")
	}
	for _, name := range wanted {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not in the ZIP: %v", name, got)
		}
	}
}
