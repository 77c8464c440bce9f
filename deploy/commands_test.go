package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// written is a command in a text.
type written struct {
	place place
	text  string
}

var (
	// blank matches what the reader fills in. "Fn invoke … <file" has none.
	blank = regexp.MustCompile(`<[A-Za-z][^<>"'|&;\n]*[\w.)]>|\$\{[^}]*\}|…`)
	// assignments match the variables before a command.
	assignments = regexp.MustCompile(`^(?:[A-Z][A-Z_]*=(?:"[^"]*"|\S*) +)*`)
	name        = regexp.MustCompile(`^(?:--?)?[a-z][a-z.-]*$`)
	inFile      = regexp.MustCompile(`(?:<\s*|file://)([\w./-]+\.json)`)
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

// begins reports whether a text begins with a command of a tool.
func begins(text string) bool {
	first, _, _ := strings.Cut(assignments.ReplaceAllString(strings.TrimPrefix(text, "echo "), ""), " ")
	if strings.HasPrefix(text, "echo ") {
		return strings.Contains(text, "| fn ") || strings.Contains(text, "| oci ")
	}
	return slices.Contains(tools.Programs(), strings.TrimSpace(first))
}

// inBackquotes matches code in a paragraph.
var inBackquotes = regexp.MustCompile("`([^`]+)`")

// noCommands are the beginnings of blocks of no kind that are no commands.
var noCommands = regexp.MustCompile(`^(?:Allow |any \{|search "| OCI |  rule |                    \||# yaml-language-server)`)

// inDocuments returns the commands in backquotes, and those in blocks of no kind.
func inDocuments(t *testing.T) (found []written) {
	t.Helper()
	all, err := docs.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		text, err := os.ReadFile(d.Path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for _, b := range d.Blocks {
			count := strings.Count(b.Text, "\n")
			for index := range count {
				lines[b.Line-1+index] = ""
			}
			lines[b.Line-2], lines[b.Line-1+count] = "", "" // the fences
			if b.Info != "" && !strings.HasPrefix(b.Info, "text") {
				continue
			}
			switch {
			case begins(b.Text):
				found = append(found, written{place{d.Path, b.Line}, b.Text})
			case !noCommands.MatchString(b.Text):
				t.Errorf("%s:%d: a block of no kind is neither commands nor a known text", d.Path, b.Line)
			}
		}
		line := 1
		for paragraph := range strings.SplitSeq(strings.Join(lines, "\n"), "\n\n") {
			for _, at := range inBackquotes.FindAllStringSubmatchIndex(paragraph, -1) {
				if code := paragraph[at[2]:at[3]]; begins(code) {
					code = strings.Join(strings.Fields(strings.ReplaceAll(code, "\n", " ")), " ")
					found = append(found, written{place{d.Path, line + strings.Count(paragraph[:at[2]], "\n")}, code})
				}
			}
			line += strings.Count(paragraph, "\n") + 2
		}
	}
	return found
}

// inOutputs returns the commands that the stack prints.
func inOutputs(t *testing.T) (found []written) {
	return inLines(t, "deploy/terraform/outputs-try.tf", regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`), func(code string) string {
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(code)
	})
}

// inHelp returns a command for each variable that make help names.
func inHelp(t *testing.T) (found []written) {
	t.Helper()
	target := regexp.MustCompile(`^([a-z-]+):.*## `)
	variable := regexp.MustCompile(`\b[A-Z]+=(?:"[^"]*"|\S*)`)
	for number, line := range readLines(t, "Makefile") {
		if match := target.FindStringSubmatch(line); match != nil {
			_, help, _ := strings.Cut(line, "## ")
			given := strings.Join(variable.FindAllString(help, -1), " ")
			found = append(found, written{place{"Makefile", number + 1}, strings.TrimSpace("make " + match[1] + " " + given)})
		}
	}
	return found
}

// inRemedies returns the commands that the doctor recommends.
func inRemedies(t *testing.T) (found []written) {
	t.Helper()
	files, err := filepath.Glob("handler/doctor/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no doctor: ", err)
	}
	command := regexp.MustCompile(`((?:fn (?:config|deploy)|oci (?:iam|setup|session)) (?:[a-z-]+ |--[a-z-]+ |<[a-z ]+> )*(?:<[a-z ]+>|[a-z-]+))(?:[),;"]| which)`)
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			found = append(found, inLines(t, file, command, func(code string) string { return strings.TrimSuffix(code, " which") })...)
		}
	}
	return found
}

// inComments returns the commands in the comments of files beside the program.
func inComments(t *testing.T) (found []written) {
	command := regexp.MustCompile(`^# .*"(fn [^"]+)"|^#   ((?:make|docker) \S+(?: \S+)*)`)
	for _, file := range []string{"func.yaml", "Dockerfile"} {
		found = append(found, inLines(t, file, command, strings.TrimSpace)...)
	}
	return found
}

// inLines returns the commands that a pattern finds in the lines of a file, each by the first group that has matched.
func inLines(t *testing.T, file string, pattern *regexp.Regexp, clean func(string) string) (found []written) {
	t.Helper()
	for number, line := range readLines(t, file) {
		for _, match := range pattern.FindAllStringSubmatch(line, -1) {
			if code := clean(strings.Join(match[1:], "")); begins(code) {
				found = append(found, written{place{file, number + 1}, code})
			}
		}
	}
	if len(found) == 0 && !strings.HasSuffix(file, ".go") {
		t.Errorf("%s has no commands", file)
	}
	return found
}

func readLines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// shellOf returns the commands in the shell blocks of a page.
func shellOf(t *testing.T, page string) string {
	t.Helper()
	var text strings.Builder
	for _, b := range readDocument(t, page).Of("sh") {
		fmt.Fprint(&text, b.Text)
	}
	if text.Len() == 0 {
		t.Errorf("%s has no commands", page)
	}
	return text.String()
}
