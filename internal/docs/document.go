package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Document is a text in Markdown.
type Document struct {
	// Path is the file.
	Path string
	// Prose is the text with an empty line for each line of its fenced blocks, so that lines keep their numbers.
	Prose string
	// Blocks are the fenced blocks.
	Blocks []Block
}

// Block is a fenced block.
type Block struct {
	// Info is the info string, which names the kind of the block. A block of kind sh is for people to run.
	Info string
	// Text is the content.
	Text string
	// Line is the number of its first line in the document.
	Line int
}

// Read reads a document.
func Read(path string) (Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Document{}, err
	}
	d := Document{Path: path}
	var open *Block
	for number, line := range strings.SplitAfter(string(text), "\n") {
		info, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		if open != nil || fence {
			d.Prose += "\n"
		}
		switch {
		case open == nil && fence:
			open = &Block{Info: info, Line: number + 2}
		case open == nil:
			d.Prose += line
		case fence && info == "":
			d.Blocks = append(d.Blocks, *open)
			open = nil
		default:
			open.Text += line
		}
	}
	if open != nil {
		return Document{}, fmt.Errorf("%s:%d: a block is not closed", path, open.Line)
	}
	return d, nil
}

// All reads the documents in the root of the source tree, in docs and in deploy. The working directory must be the root.
func All() (all []Document, err error) {
	paths, err := filepath.Glob("*.md")
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"docs", "deploy"} {
		err = filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if filepath.Ext(path) == ".md" {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, path := range paths {
		d, err := Read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// Of returns the blocks of one kind.
func (d Document) Of(info string) (blocks []Block) {
	for _, b := range d.Blocks {
		if b.Info == info {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

var (
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// Anchors returns the names that the document's headings have in links.
func (d Document) Anchors() (names []string) {
	for _, match := range heading.FindAllStringSubmatch(d.Prose, -1) {
		slug := notInSlug.ReplaceAllString(strings.ToLower(match[1]), "")
		names = append(names, strings.ReplaceAll(slug, " ", "-"))
	}
	return names
}

// Names returns the names in backquotes in the first column of the table with that heading. It reports whether there is such
// a table.
func (d Document) Names(heading string) (names []string, found bool) {
	_, table, found := strings.Cut(d.Prose, heading)
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		if first, ok := strings.CutPrefix(line, "| `"); ok {
			cell, _, _ := strings.Cut(first, " |")
			for part := range strings.SplitSeq("`"+cell, ", ") {
				names = append(names, strings.Trim(part, "`"))
			}
		}
	}
	return names, found
}
