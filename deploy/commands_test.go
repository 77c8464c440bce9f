package deploy_test

import (
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
	"sender-invitations/internal/tools"
)

// TestCommands runs the commands in the blocks of kind sh of each document, unchanged and in order, with stand-ins for the tools, and has
// each call parsed as the real tool parses it. With -v it lists the calls.
func TestCommands(t *testing.T) {
	t.Chdir(root)
	all, err := docs.All()
	if err != nil {
		t.Fatal(err)
	}
	examples := readDocument(t, "deploy/examples/README.md")
	for _, d := range all {
		if len(d.Of("sh")) > 0 {
			t.Run(d.Path, func(t *testing.T) {
				var s script
				if isExample(d.Path) {
					s.addDocument(examples)
				}
				s.addDocument(d)
				bench := newBench(t)
				calls := bench.run(t, s)
				t.Chdir(bench.folder)
				for _, call := range calls {
					call.check(t)
				}
			})
		}
	}
}

// TestCommandsByHand runs the examples after the commands of deploy/README.md, as a reader would, and then those that remove it all.
func TestCommandsByHand(t *testing.T) {
	t.Chdir(root)
	paths, err := filepath.Glob("deploy/examples/*/README.md")
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples: ", err)
	}
	hand := readDocument(t, byHand)
	blocks := hand.Of("sh")
	var s script
	for _, b := range blocks[:len(blocks)-1] {
		s.add(b.Text, place{byHand, b.Line})
	}
	for _, path := range paths {
		s.add("(\n", place{path, 0})
		s.addDocument(readDocument(t, path))
		s.add(")\n", place{path, 0})
	}
	last := blocks[len(blocks)-1]
	s.add(last.Text, place{byHand, last.Line})
	bench := newBench(t)
	calls := bench.run(t, s)
	t.Chdir(bench.folder)
	for _, call := range calls {
		call.check(t)
	}
	if len(calls) < 150 {
		t.Errorf("only %d calls", len(calls))
	}
}

func isExample(path string) bool {
	return strings.HasPrefix(path, "deploy/examples/") && path != "deploy/examples/README.md"
}

// check parses a call, and checks what it says.
func (c shellCall) check(t *testing.T) {
	t.Helper()
	call, err := tools.Parse(c.words)
	if err == nil {
		err = checkMeaning(call, c)
	}
	if err != nil {
		t.Errorf("%v: %q: %v", c.place, c.words, err)
		return
	}
	t.Logf("%v: %s: %s", c.place, call.Command, call.Parser)
}

// TestCommandsRefused checks that commands that the real tools refuse do not pass: they have stood in the documents.
func TestCommandsRefused(t *testing.T) {
	t.Chdir(root)
	bench := newBench(t)
	t.Chdir(bench.folder)
	for _, line := range []string{
		`fn config function sender-invitations sender-invitations RULES "$(printf '%s\n' '- name: signup')"`,
		`oci streaming admin stream create --compartment-id "$COMPARTMENT" --name n --partitions 1 --wait-for-state ACTIVE`,
	} {
		var s script
		s.add(line, place{"a line", 1})
		calls := bench.run(t, s)
		if len(calls) != 1 {
			t.Fatalf("%s: %d calls", line, len(calls))
		}
		if call, err := tools.Parse(calls[0].words); err == nil {
			t.Errorf("%s is accepted as %+v", line, call)
		}
	}
}

// shellOf returns the commands in the shell blocks of a page.
func shellOf(t *testing.T, page string) string {
	t.Helper()
	var text strings.Builder
	for _, b := range readDocument(t, page).Of("sh") {
		text.WriteString(b.Text)
	}
	if text.Len() == 0 {
		t.Errorf("%s has no commands", page)
	}
	return text.String()
}
