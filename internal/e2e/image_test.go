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

// What is held of the container image here needs no container engine; make image-test looks at the image itself.

func readText(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(inTree(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// The image is built by the Go release that go.mod names, by both of docker's builders, and holds nothing but what is copied
// to it.
func TestDockerfile(t *testing.T) {
	dockerfile := readText(t, "Dockerfile")
	release := regexp.MustCompile(`(?m)^toolchain go(.+)$`).FindStringSubmatch(readText(t, "go.mod"))
	if release == nil || !strings.Contains(dockerfile, "\nARG GO_IMAGE=golang:"+release[1]+"\n") {
		t.Errorf("ARG GO_IMAGE is not the image of %q", release)
	}
	var instructions []string
	for line := range strings.Lines(strings.ReplaceAll(dockerfile, "\\\n", "")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			instructions = append(instructions, line)
		}
		if strings.HasPrefix(line, "# syntax=") || strings.Contains(line, "--mount") {
			t.Errorf("only BuildKit takes %q", line)
		}
	}
	stages := strings.Split(strings.Join(instructions, "\n"), "\nFROM ")
	last := stages[len(stages)-1]
	for _, wanted := range []string{"scratch\n", "\nCOPY --from=build /image /\n", "\nUSER 1000:1000\n",
		"\nENTRYPOINT [\"/sender-invitations\"]"} {
		if len(stages) != 3 || !strings.Contains(last, wanted) { // the first has the ARG alone
			t.Errorf("%q is not in the last stage: %s", wanted, last)
		}
	}
	if !strings.Contains(stages[1], "make function BIN=/image/sender-invitations") {
		t.Error("the build is not that of make function")
	}
}

// shipped builds the function as it is shipped, for Linux.
func shipped(t *testing.T, file string) {
	t.Helper()
	build := exec.CommandContext(t.Context(), "make", "function", "BIN="+file)
	build.Env = append(os.Environ(), "GOOS=linux")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// The function runs where there is nothing else: no dynamic linker and no library.
func TestShippedIsStatic(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "function")
	shipped(t, file)
	program, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, part := range program.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			t.Errorf("it has %v", part.Type)
		}
	}
	if program.Section(".symtab") != nil {
		t.Error("it is not stripped")
	}
}

// As the user 1000, with a root folder that has the function, its credentials and its socket in it and that it cannot write
// to, the function works: it needs no other file.
func TestShippedInBareRoot(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("what is shipped runs on Linux, and only root can change what the root folder is")
	}
	root := t.TempDir()
	shipped(t, filepath.Join(root, "function"))
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
	for _, path := range []string{"", "function", "iofs", ".oci-credentials"} { // whatever the umask left of it
		if err := os.Chmod(filepath.Join(root, path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "/function")
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 1000, Gid: 1000}}
	command.Env = append(credentials, "FN_LISTENER=unix:/iofs/lsnr.sock", "FN_FORMAT=http-stream", "HOME=/home/fn",
		"RESULT_TOPIC_OCID="+resultTopic, "ORGANIZATIONS_ENDPOINT="+server.URL, "NOTIFICATIONS_ENDPOINT="+server.URL)
	l := startLonelyBy(t, command, filepath.Join(root, "iofs", "lsnr.sock"))
	answer, err := l.invoke(t.Context(), "call", readText(t, "testdata/events/signup.json"))
	made := strings.Contains(answer, `"outcome":"created"`) && len(oci.Invitations()) == 1 && len(oci.Messages()) == 1
	if err != nil || !made {
		t.Errorf("%v %s %s", err, answer, l.stderr)
	}
}
