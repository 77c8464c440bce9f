package deploy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/docs"
	"sender-invitations/internal/tools"
)

// TestCommandsInText has each command parsed that stands elsewhere: in backquotes, in blocks of no kind, in the outputs of the stack, in
// make help, in the doctor's remedies, and in comments of func.yaml and the Dockerfile.
func TestCommandsInText(t *testing.T) {
	t.Chdir(root)
	found := slices.Concat(inDocuments(t), inOutputs(t), inHelp(t), inRemedies(t), inComments(t))
	if len(found) < 200 {
		t.Errorf("only %d commands", len(found))
	}
	bench := newBench(t)
	t.Chdir(bench.folder)
	for _, written := range found {
		for _, words := range written.words(t, bench) {
			call, err := tools.Parse(words)
			if err != nil && isName(words) {
				call, err = tools.Call{Command: strings.Join(words, " "), Parser: "the names of commands and options"}, tools.Knows(words)
			}
			if err != nil {
				t.Errorf("%v: %s: %v", written.place, written.text, err)
				continue
			}
			t.Logf("%v: %s: %s", written.place, call.Command, call.Parser)
		}
	}
}

// written is a command in a text.
type written struct {
	place place
	text  string
}

var (
	// blank matches what the reader fills in, but not the < before a file.
	blank = regexp.MustCompile(`<[A-Za-z][^<>"'|&;\n]*[\w.)]>|\$\{[^}]*\}|…`)
	// assignments match the variables before a command.
	assignments = regexp.MustCompile(`^(?:[A-Z][A-Z_]*=(?:"[^"]*"|\S*) +)*`)
	// name matches the name of a command or an option, and inFile a file that a command reads.
	name   = regexp.MustCompile(`^(?:--?|\.ci/)?[a-z][a-z.-]*$`)
	inFile = regexp.MustCompile(`(?:<\s*|file://)([\w./-]+\.json)`)
)

// isName reports whether words do no more than name a command or an option.
func isName(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !name.MatchString(word) })
}

// words has the shell divide a command, with "something" for what the reader fills in. What consists of names only, or of names before …,
// is no whole command: its words are the names.
func (w written) words(t *testing.T, b bench) (calls [][]string) {
	t.Helper()
	plain := strings.TrimSuffix(assignments.ReplaceAllString(w.text, ""), " …")
	if fields := strings.Fields(plain); isName(fields) {
		return [][]string{fields}
	}
	for _, match := range inFile.FindAllStringSubmatch(w.text, -1) {
		if _, err := os.Stat(match[1]); err != nil {
			if err := os.WriteFile(match[1], []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var s script
	s.add("set +u\n"+blank.ReplaceAllString(w.text, "something"), place{w.place.document, w.place.line - 1})
	for _, call := range b.run(t, s) {
		calls = append(calls, call.words)
	}
	if len(calls) == 0 {
		t.Errorf("%v: %s calls no tool", w.place, w.text)
	}
	return calls
}

// begins reports whether a text begins with a command of a tool. The tool may stand behind a prompt, sudo or a pipe.
func begins(text string) bool {
	for part := range strings.SplitSeq(text, "| ") {
		part = assignments.ReplaceAllString(prompt.ReplaceAllString(part, ""), "")
		if first := strings.Fields(part + " -")[0]; slices.Contains(tools.Programs(), first) {
			return true
		}
	}
	return false
}

// prompt matches what some write before a command. Nobody can run a line with a prompt, so it fails.
var prompt = regexp.MustCompile(`^(?:\$ |sudo )`)

// inBackquotes matches code in a paragraph.
var inBackquotes = regexp.MustCompile("`([^`]+)`")

// noCommands are the beginnings of blocks of no kind that are no commands.
var noCommands = regexp.MustCompile(`^(?:Allow |any \{|search "| OCI |  rule |                    \||# yaml-language-server)`)

// otherBlock matches lines that make another block than a fence of backquotes does.
var otherBlock = regexp.MustCompile(`^ *(?:~~~|<pre|<code)|^(?: {4}|\t) *(?:fn|oci|terraform|docker) `)

// inDocuments returns the commands in backquotes, and those in blocks of no kind.
func inDocuments(t *testing.T) (found []written) {
	t.Helper()
	all, err := docs.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		for _, b := range d.Blocks {
			switch {
			case slices.Contains([]string{"sh", "json", "yaml"}, b.Info): // other tests read them
			case b.Info != "" && !strings.HasPrefix(b.Info, "text"):
				t.Errorf("%s:%d: no test reads blocks of kind %s", d.Path, b.Line, b.Info)
			case begins(b.Text):
				found = append(found, written{place{d.Path, b.Line}, b.Text})
			case !noCommands.MatchString(b.Text):
				t.Errorf("%s:%d: a block of no kind is neither commands nor a known text", d.Path, b.Line)
			case slices.ContainsFunc(strings.Split(b.Text, "\n"), begins):
				t.Errorf("%s:%d: commands in a block of text: give them a block of their own", d.Path, b.Line)
			}
		}
		if place := slices.IndexFunc(strings.Split(d.Prose, "\n"), otherBlock.MatchString); place >= 0 {
			t.Errorf("%s:%d: no test reads such a block: use a fence of three backquotes", d.Path, place+1)
		}
		line := 1
		for paragraph := range strings.SplitSeq(d.Prose, "\n\n") {
			for _, at := range inBackquotes.FindAllStringSubmatchIndex(paragraph, -1) {
				if code := paragraph[at[2]:at[3]]; begins(code) {
					code = strings.Join(strings.Fields(code), " ")
					found = append(found, written{place{d.Path, line + strings.Count(paragraph[:at[2]], "\n")}, code})
				}
			}
			line += strings.Count(paragraph, "\n") + 2
		}
	}
	return found
}
