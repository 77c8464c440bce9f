package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const digest = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// tree copies what the scripts for releases read into a folder.
func tree(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{".ci/pin", ".ci/release", "go.mod", "func.yaml", "Dockerfile", "CHANGELOG.md"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// replace replaces what a pattern matches in a file, and requires that it matches.
func replace(t *testing.T, file, pattern, by string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile("(?m)" + pattern)
	if !lines.Match(text) {
		t.Fatalf("%s has no %s", file, pattern)
	}
	if err := os.WriteFile(file, lines.ReplaceAll(text, []byte(by)), 0o755); err != nil {
		t.Fatal(err)
	}
}

// runScript runs a script, and returns all that it prints.
func runScript(t *testing.T, folder, environment string, words ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(folder, words[0]), words[1:]...)
	command.Env = append(os.Environ(), environment)
	printed, err := command.CombinedOutput()
	return string(printed), err
}

// TestPin checks that make pin writes a digest into the Dockerfile, beside the release of Go that go.mod names.
func TestPin(t *testing.T) {
	folder := tree(t)
	dockerfile := filepath.Join(folder, "Dockerfile")
	replace(t, filepath.Join(folder, "go.mod"), "^toolchain .*", "toolchain go1.99.7")
	read := func() string {
		text, err := os.ReadFile(dockerfile)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := read()
	for _, wrong := range []string{"latest", digest[:70], digest + "0", strings.ToUpper(digest)} {
		if printed, err := runScript(t, folder, "DIGEST="+wrong, ".ci/pin"); err == nil || !strings.Contains(printed, wrong+" is not a digest") {
			t.Errorf("%s: %v %s", wrong, err, printed)
		}
	}
	if printed, err := runScript(t, folder, "MIRROR=127.0.0.1:1/library", ".ci/pin"); err == nil ||
		!strings.Contains(printed, "pin: 127.0.0.1:1/library/golang:1.99.7 was not found, for the reason above: ") {
		t.Errorf("%v %s", err, printed)
	}
	if read() != before {
		t.Error("a wrong digest changes the Dockerfile")
	}
	for range 2 { // the second time over an older digest
		printed, err := runScript(t, folder, "DIGEST="+digest, ".ci/pin")
		if want := "ARG GO_IMAGE=golang:1.99.7@" + digest + "\n"; err != nil || printed != want {
			t.Errorf("%v %s", err, printed)
		}
	}
	line := regexp.MustCompile("(?m)^ARG GO_IMAGE=.*")
	if line.ReplaceAllString(read(), "") != line.ReplaceAllString(before, "") {
		t.Error("pin changes more than the line")
	}
	replace(t, dockerfile, "^ARG GO_IMAGE=.*", "ARG BASE=golang")
	if printed, err := runScript(t, folder, "DIGEST="+digest, ".ci/pin"); err == nil {
		t.Error("pin succeeds without a line to change: " + printed)
	}
}

// TestReleaseCheck checks that no tag is released under another version, with an image that is not pinned, or without changes.
func TestReleaseCheck(t *testing.T) {
	folder := tree(t)
	replace(t, filepath.Join(folder, "func.yaml"), "^version: .*", "version: 1.4.2")
	unpinned, unnamed := "GO_IMAGE has no digest: run make pin", "CHANGELOG.md has no section 1.4.2"
	replace(t, filepath.Join(folder, "Dockerfile"), "^ARG GO_IMAGE=.*", "ARG GO_IMAGE=golang:1.26.11")
	replace(t, filepath.Join(folder, "CHANGELOG.md"), "^## Unreleased", "## Unreleased\n\n## 1.4.20 - 2030-01-02")
	expect := func(tag string, faults ...string) {
		t.Helper()
		printed, err := runScript(t, folder, "A=", ".ci/release", "check", tag)
		if (err == nil) != (len(faults) == 0) || strings.Count(printed, "\n") != len(faults) {
			t.Errorf("%v\n%s", err, printed)
		}
		for _, fault := range faults {
			if !strings.Contains(printed, fault) {
				t.Errorf("%q is not in %s", fault, printed)
			}
		}
	}
	expect("v1.4.3", "the tag is v1.4.3, but func.yaml has version 1.4.2", unpinned, unnamed)
	expect("1.4.2", "the tag is 1.4.2", unpinned, unnamed)
	expect("v1.4.2", unpinned, unnamed)
	if printed, err := runScript(t, folder, "A=", ".ci/release", "publish", "none.example/none"); err == nil || !strings.Contains(printed, unpinned) {
		t.Errorf("publish goes on with an image that is not pinned: %v %s", err, printed)
	}
	replace(t, filepath.Join(folder, "CHANGELOG.md"), "^## 1.4.20", "## 1.4.2")
	expect("v1.4.2", unpinned)
	if printed, err := runScript(t, folder, "DIGEST="+digest, ".ci/pin"); err != nil {
		t.Fatal(err, printed)
	}
	expect("v1.4.2")
	if _, err := runScript(t, folder, "A=", ".ci/release", "check"); err == nil {
		t.Error("check takes no tag")
	}
}
