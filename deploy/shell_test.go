package deploy_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
	"sender-invitations/internal/tools"
)

// standIn is a script that takes the place of a tool. It records where it was called, its name, arguments and input, and prints what the
// commands of the documents go on with.
const standIn = `#!/bin/sh
call=$(mktemp "$CALLS/XXXXXXXX")
case $0 in .ci/*) name=$0 ;; *) name=${0##*/} ;; esac
{ printf '%s' "$CALL_LINE"; for word in "$name" "$@"; do printf '\0%s' "$word"; done; } >"$call"
cat >"$call.input"
case "$name $*" in
fn\ invoke\ *) printf '{"ok":true,"results":[{"operation":"create","outcome":"created","dryRun":false}]}\n' ;;
oci\ *' message get '*) printf '{"type": "senderinvitation.failed"}' | base64 ;;
oci\ *lifecycle-state*' --raw-output'*) echo ACTIVE ;;
oci\ *' --query data.config'*) printf '{\n  "RESULT_TOPIC_OCID": "ocid1.onstopic.oc1..r"\n}\n' ;;
oci\ *source-details*image*) echo iad.ocir.io/namespace/sender-invitations:1.0.0 ;;
oci\ *' --raw-output'*) echo ocid1.example.oc1..aaaaaaaaexample ;;
curl\ * | jq\ *) printf '{"type": "senderinvitation.held"}\n' ;;
esac
`

// real lists the programs that the commands use and that run as they are. Every other one must have a parser and so a stand-in, or the
// commands fail: there is nothing else in their PATH.
var real = []string{"base64", "cat", "cp", "date", "grep", "head", "ls", "mktemp", "paste", "rm", "sed", "sh", "sha256sum", "tr", "wc"}

// readersFiles lists files that the reader makes, or make.
var readersFiles = []string{"token.jwt", "message.json", "event.json", "dead-letter.json", "bin/variables.json", "bin/sender-invitations"}

// A bench is a folder to run commands in. It looks like the root of the source tree, and the commands can write there.
type bench struct {
	folder, path string
}

// newBench makes a bench of the source tree in the working directory.
func newBench(t *testing.T) bench {
	t.Helper()
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	b := bench{t.TempDir(), t.TempDir()}
	entries, err := os.ReadDir(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		switch name := entry.Name(); {
		case name == "deploy":
			err = os.CopyFS(filepath.Join(b.folder, name), os.DirFS(filepath.Join(source, name)))
		case name == "bin" || name == ".ci" || slices.Contains(readersFiles, name):
		default:
			err = os.Symlink(filepath.Join(source, name), filepath.Join(b.folder, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"bin", ".ci"} {
		if err := os.Mkdir(filepath.Join(b.folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range readersFiles {
		if err := os.WriteFile(filepath.Join(b.folder, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range tools.Programs() {
		file := filepath.Join(b.path, name)
		if strings.Contains(name, "/") {
			file = filepath.Join(b.folder, name) // a script of the source tree
		}
		if err := os.WriteFile(file, []byte(standIn), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.path, "sleep"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range real {
		found, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(found, filepath.Join(b.path, name))
		}
		if err != nil {
			t.Fatal("these tests need ", name, ": ", err)
		}
	}
	return b
}

// shellCall is a call of a tool that a stand-in has recorded.
type shellCall struct {
	place place
	words []string
	input []byte
}

// place is a line of a document.
type place struct {
	document string
	line     int
}

func (p place) String() string { return fmt.Sprint(p.document, ":", p.line) }

// script is a text for the shell, with the place of each of its lines.
type script struct {
	lines  []string
	places []place
}

func (s *script) add(text string, at place) {
	for line := range strings.Lines(text) {
		s.lines = append(s.lines, strings.TrimSuffix(line, "\n"))
		s.places = append(s.places, at)
		at.line++
	}
}

// addDocument adds the blocks of a document that are for people to run.
func (s *script) addDocument(d docs.Document) {
	for _, b := range d.Of("sh") {
		s.add(b.Text, place{d.Path, b.Line})
	}
}

// run runs a script in bash with the stand-ins, and returns the calls in the order of the lines.
func (b bench) run(t *testing.T, s script) (calls []shellCall) {
	t.Helper()
	recorded := t.TempDir()
	const before = "set -T; trap 'CALL_LINE=$LINENO' DEBUG; export CALL_LINE\n"
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(before+strings.Join(s.lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), findBash(t), "-eu", "-o", "pipefail", file)
	shell.Dir = b.folder
	shell.Env = []string{"PATH=" + b.path, "CALLS=" + recorded, "TMPDIR=" + t.TempDir(), "HOME=" + b.folder, "CALL_LINE=1",
		"COMPARTMENT=ocid1.compartment.oc1..aaaaaaaaexample", "REGION=us-ashburn-1", "TOKEN=token", "GATEWAY_URL=https://gateway.example"}
	if output, err := shell.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	files, err := filepath.Glob(filepath.Join(recorded, "*.input"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		words, err := os.ReadFile(strings.TrimSuffix(file, ".input"))
		if err != nil {
			t.Fatal(err)
		}
		input, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line, rest, _ := bytes.Cut(words, []byte{0})
		number, err := strconv.Atoi(string(line))
		if err != nil || number < 2 || number > len(s.places)+1 {
			t.Fatalf("line %q, %v", line, err)
		}
		calls = append(calls, shellCall{s.places[number-2], strings.Split(string(rest), "\x00"), input})
	}
	slices.SortStableFunc(calls, func(a, b shellCall) int { return a.place.line - b.place.line })
	return calls
}
