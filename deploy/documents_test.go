package deploy_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// document is a text in Markdown: what people read, without its fenced blocks, and these.
type document struct {
	path, prose string
	blocks      []block
}

// block is a fenced block. Its info string says what it is: sh is for people to run.
type block struct {
	info, text string
	line       int
}

func readDocument(t *testing.T, path string) document {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := document{path: path}
	var open *block
	for number, line := range strings.SplitAfter(string(text), "\n") {
		info, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case open == nil && fence:
			open = &block{info: info, line: number + 2}
		case open == nil:
			d.prose += line
		case fence && info == "":
			d.blocks = append(d.blocks, *open)
			open = nil
		default:
			open.text += line
		}
	}
	if open != nil {
		t.Fatalf("%s:%d: a block is not closed", path, open.line)
	}
	return d
}

// documents are the README and all that is said in deploy.
func documents(t *testing.T) (all []document) {
	t.Helper()
	all = append(all, readDocument(t, "README.md"))
	err := filepath.WalkDir("deploy", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			all = append(all, readDocument(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (d document) of(info string) (blocks []block) {
	for _, b := range d.blocks {
		if b.info == info {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

var (
	inlineCode = regexp.MustCompile("`[^`\n]*`")
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInSlug  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are the names that headings have in links.
func (d document) anchors() (names []string) {
	for _, match := range heading.FindAllStringSubmatch(d.prose, -1) {
		slug := notInSlug.ReplaceAllString(strings.ToLower(match[1]), "")
		names = append(names, strings.ReplaceAll(slug, " ", "-"))
	}
	return names
}

// What a document refers to in this source tree is there: the file or folder, and the heading.
func TestDocumentLinks(t *testing.T) {
	t.Chdir(root)
	for _, d := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(inlineCode.ReplaceAllString(d.prose, "code"), -1) {
			if strings.Contains(match[1], ":") {
				continue // elsewhere
			}
			path, anchor, _ := strings.Cut(match[1], "#")
			target := d.path
			if path != "" {
				target = filepath.Join(filepath.Dir(d.path), path)
			}
			found, err := os.Stat(target)
			if err == nil && found.IsDir() && anchor != "" {
				target = filepath.Join(target, "README.md")
			}
			if err != nil {
				t.Errorf("%s refers to %s, which is not there", d.path, match[1])
			} else if anchor != "" && !slices.Contains(readDocument(t, target).anchors(), anchor) {
				t.Errorf("%s refers to %s: there is no such heading", d.path, match[1])
			}
		}
	}
}

// What a document gives people to run is a shell's, and its JSON is JSON.
func TestDocumentBlocks(t *testing.T) {
	t.Chdir(root)
	bash := findBash(t)
	for _, d := range documents(t) {
		for _, b := range d.of("sh") {
			check := exec.Command(bash, "-n")
			check.Stdin = strings.NewReader(b.text)
			if said, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %v: %s", d.path, b.line, err, said)
			}
		}
		for _, b := range d.of("json") {
			if !json.Valid([]byte(b.text)) {
				t.Errorf("%s:%d: this is not JSON:\n%s", d.path, b.line, b.text)
			}
		}
	}
}

var (
	target    = regexp.MustCompile("(?m)(?:^|`)(?:[A-Z_]+=\\S* )*make ([a-z][a-z-]*)")
	described = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
)

// What a document makes can be made.
func TestDocumentTargets(t *testing.T) {
	t.Chdir(root)
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	targets := []string{}
	for _, match := range described.FindAllStringSubmatch(string(makefile), -1) {
		targets = append(targets, match[1])
	}
	for _, d := range documents(t) {
		text := strings.Join(inlineCode.FindAllString(d.prose, -1), "\n")
		for _, b := range d.blocks {
			text += "\n" + b.text
		}
		for _, match := range target.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(targets, match[1]) {
				t.Errorf("%s has make %s, the Makefile has not", d.path, match[1])
			}
		}
	}
}

func findBash(t *testing.T) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal("these tests need bash")
	}
	return bash
}
