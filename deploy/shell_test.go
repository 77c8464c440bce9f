package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// standIn is a script that records its name, arguments and input. It prints a message of a stream, or with --raw-output an OCID.
const standIn = `#!/bin/sh
call="$CALLS/$(ls "$CALLS" | wc -l)"
{ printf '%s' "${0##*/}"; for argument; do printf '\0%s' "$argument"; done; } >"$call.args"
cat >"$call.input"
case " $* " in
*' message get '*) printf '{"type": "senderinvitation.failed"}' | base64 ;;
*' --raw-output '*) echo ocid1.example.oc1..aaaaaaaaexample ;;
esac
`

// programs are those that a stand-in takes the place of.
var programs = []string{"oci", "fn", "make", "kcat", "kafka-console-consumer.sh"}

// TestExamplesCommands runs the commands of the pages, unchanged, in a shell with stand-ins for the programs. It checks the
// calls that the stand-ins record.
func TestExamplesCommands(t *testing.T) {
	t.Chdir(root)
	pages, err := filepath.Glob(filepath.Join(examples, "*", "README.md"))
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages: ", err)
	}
	before := shellOf(t, filepath.Join(examples, "README.md"))
	used := map[string]bool{}
	for _, page := range pages {
		t.Run(filepath.Base(filepath.Dir(page)), func(t *testing.T) {
			for _, call := range runShell(t, before+shellOf(t, page)) {
				if err := call.check(filepath.Dir(page)); err != nil {
					t.Errorf("%q: %v", call.args, err)
				}
				used[call.command()] = true
			}
		})
	}
	for command := range commands {
		if !used[command] {
			t.Errorf("%s is on no page", command)
		}
	}
}

// shellOf returns the commands in the shell blocks of a page.
func shellOf(t *testing.T, page string) string {
	t.Helper()
	var script strings.Builder
	for _, b := range readDocument(t, page).Of("sh") {
		script.WriteString(b.Text)
	}
	if script.Len() == 0 {
		t.Errorf("%s has no commands", page)
	}
	return script.String()
}

type shellCall struct {
	args  []string
	input []byte
}

func runShell(t *testing.T, script string) (calls []shellCall) {
	t.Helper()
	folder, recorded := t.TempDir(), t.TempDir()
	for _, name := range programs {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(standIn), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	shell := exec.CommandContext(t.Context(), findBash(t), "-eu", "-o", "pipefail", "-c", script)
	shell.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "CALLS=" + recorded, "TMPDIR=" + t.TempDir(),
		"COMPARTMENT=ocid1.compartment.oc1..aaaaaaaaexample", "REGION=us-ashburn-1"}
	if output, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, output, script)
	}
	for {
		file := filepath.Join(recorded, fmt.Sprint(2*len(calls))) // each call has two files
		args, err := os.ReadFile(file + ".args")
		if err != nil {
			return calls
		}
		input, err := os.ReadFile(file + ".input")
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, shellCall{strings.Split(string(args), "\x00"), input})
	}
}

// command returns the words before the first option.
func (c shellCall) command() string {
	words := c.args
	if end := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(word, "--") }); end >= 0 {
		words = words[:end]
	}
	return strings.Join(words, " ")
}
