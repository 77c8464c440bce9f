package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoEngine checks that a script can tell from the exit status that no image was built, and that the reasons are on stderr.
func TestNoEngine(t *testing.T) {
	if _, err := os.ReadFile("../../.ci/image"); err != nil { // so that go test runs this again when the script changes
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, engine := range []string{"docker", "podman"} {
		stub := "#!/bin/sh\necho " + engine + " is not running >&2\nexit 1\n"
		if err := os.WriteFile(filepath.Join(folder, engine), []byte(stub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		command, engine string
		status          int
		reasons         []string
	}{
		{".ci/image build", "", 3, []string{"docker: docker is not running", "podman: podman is not running"}},
		{".ci/image test", "podman", 3, []string{"podman: podman is not running"}},
		{".ci/image build", "no-such-engine", 3, []string{"\n  no-such-engine: command not found\n"}},
		{"make image", "", 2, []string{"docker: docker is not running", "podman: podman is not running"}},
		{"make image-test", "docker", 2, []string{"docker: docker is not running"}},
	} {
		words := strings.Fields(c.command)
		command := exec.CommandContext(t.Context(), words[0], words[1:]...)
		command.Dir = "../.."
		// Under make test, make would tell its own make of folders and of variables.
		command.Env = append(os.Environ(), "MAKELEVEL=0", "MAKEFLAGS=", "PATH="+folder+":"+os.Getenv("PATH"), "VERSION=dev", "IMAGE=none:dev", "ENGINE="+c.engine)
		var out, problems strings.Builder
		command.Stdout, command.Stderr = &out, &problems
		var ended *exec.ExitError
		if err := command.Run(); !errors.As(err, &ended) || ended.ExitCode() != c.status {
			t.Errorf("%s: %v, not exit status %d", c.command, err, c.status)
		}
		for _, reason := range append(c.reasons, "no image was built") {
			if !strings.Contains(problems.String(), reason) {
				t.Errorf("%s does not say %q on stderr: %s", c.command, reason, &problems)
			}
		}
		if out.Len() > 0 {
			t.Errorf("%s writes to stdout: %s", c.command, &out)
		}
	}
}
