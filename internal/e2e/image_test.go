package e2e

import (
	"debug/elf"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"sender-invitations/internal/ocitest"
)

// These tests need no container engine; make image-test checks the image itself.

// TestDockerfile checks that the image is built with the Go release that go.mod names, that both builders of Docker can build
// it, and that it starts from scratch.
func TestDockerfile(t *testing.T) {
	dockerfile := readText(t, "Dockerfile")
	release := regexp.MustCompile(`(?m)^toolchain go(.+)$`).FindStringSubmatch(readText(t, "go.mod"))
	image := regexp.MustCompile(`(?m)^ARG GO_IMAGE=golang:([^@\n]+)(@sha256:[0-9a-f]{64})?$`).FindStringSubmatch(dockerfile)
	if release == nil || image == nil || image[1] != release[1] {
		t.Errorf("ARG GO_IMAGE is %q, not the image of Go %q, with or without a digest (make pin)", image, release)
	}
	var instructions []string
	for line := range strings.Lines(strings.ReplaceAll(dockerfile, "\\\n", "")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			instructions = append(instructions, line)
		}
		if strings.HasPrefix(line, "# syntax=") || strings.Contains(line, "--mount") {
			t.Errorf("only BuildKit supports %q", line)
		}
	}
	stages := strings.Split(strings.Join(instructions, "\n"), "\nFROM ")
	last := stages[len(stages)-1]
	for _, wanted := range []string{"scratch\n", "\nCOPY --from=build /image /\n", "\nUSER 1000:1000\n",
		"\nENTRYPOINT [\"/sender-invitations\"]"} {
		if len(stages) != 3 || !strings.Contains(last, wanted) { // the first holds only the ARG
			t.Errorf("%q is not in the last stage: %s", wanted, last)
		}
	}
	if !strings.Contains(stages[1], "make function licenses BIN=/image/sender-invitations LICENSES=/image/licenses") {
		t.Error("the build does not use make function licenses")
	}
}

// buildShipped builds the function for Linux, as it ships.
func buildShipped(t *testing.T, file string) {
	t.Helper()
	build := exec.CommandContext(t.Context(), "make", "function", "BIN="+file)
	build.Env = append(os.Environ(), "GOOS=linux")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// TestFunctionIsStatic checks that the function needs no dynamic linker and no library.
func TestFunctionIsStatic(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "function")
	buildShipped(t, file)
	program, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, part := range program.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			t.Errorf("the function has %v", part.Type)
		}
	}
	if program.Section(".symtab") != nil {
		t.Error("the function is not stripped")
	}
}

// TestFunctionInEmptyRoot checks that the function works as user 1000 in a root folder that it cannot write to and that holds
// only the function, its credentials and its socket.
func TestFunctionInEmptyRoot(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("this test needs Linux, and root to change the root folder")
	}
	root := t.TempDir()
	buildShipped(t, filepath.Join(root, "function"))
	oci := &ocitest.Server{CredentialsAt: "/.oci-credentials"}
	server := httptest.NewServer(oci)
	t.Cleanup(server.Close)
	for _, name := range []string{"iofs", ".oci-credentials"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(root, "iofs"), 1000, 1000); err != nil {
		t.Fatal(err)
	}
	credentials, err := oci.IssueCredentials(filepath.Join(root, ".oci-credentials"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "function", "iofs", ".oci-credentials"} { // despite any umask
		if err := os.Chmod(filepath.Join(root, path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "/function")
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 1000, Gid: 1000}}
	command.Env = append(credentials, "FN_LISTENER=unix:/iofs/lsnr.sock", "FN_FORMAT=http-stream", "HOME=/home/fn",
		"RESULT_TOPIC_OCID="+resultTopic, "ORGANIZATIONS_ENDPOINT="+server.URL, "NOTIFICATIONS_ENDPOINT="+server.URL)
	p := startCommand(t, command, filepath.Join(root, "iofs", "lsnr.sock"))
	answer, err := p.invoke(t.Context(), "call", readText(t, "testdata/events/signup.json"))
	created := strings.Contains(answer, `"outcome":"created"`) && len(oci.Invitations()) == 1 && len(oci.Messages()) == 1
	if err != nil || !created {
		t.Errorf("%v %s %s", err, answer, p.stderr)
	}
}
