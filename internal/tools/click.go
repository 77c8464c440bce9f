package tools

import (
	"fmt"
	"slices"
	"strings"
)

// option describes an option of a program whose parser is click.
type option struct {
	name     string
	kind     string   // "", flag, int, float, bool, time, json or file
	choices  []string // the values that it takes, if they are limited
	exact    bool     // whether the case of the letters of a choice counts
	required bool
	filled   bool // whether the value must be more than spaces
}

// clickRead is what click has made of words.
type clickRead struct {
	options map[string][]string
	rest    []string
}

// readClick reads options among words as click does. An option takes the next word, whatever that is. A long option takes a value after
// a = too, and must be written in full. short maps letters to long names. With lenient, unknown options stay in rest, and words go on to
// be read after the first that is not an option.
func readClick(words []string, known []option, short map[string]string, lenient bool) (clickRead, error) {
	reader := clickReader{clickRead{options: map[string][]string{}}, words, known, short, lenient}
	for len(reader.words) > 0 {
		word := reader.next()
		var err error
		switch {
		case word == "--":
			reader.rest = append(reader.rest, reader.words...)
			return reader.clickRead, nil
		case strings.HasPrefix(word, "--"):
			err = reader.long(word)
		case len(word) > 1 && word[0] == '-':
			err = reader.letters(word)
		default:
			reader.rest = append(reader.rest, word)
		}
		if err != nil {
			return reader.clickRead, err
		}
	}
	return reader.clickRead, nil
}

type clickReader struct {
	clickRead
	words   []string // those that are not read yet
	known   []option
	short   map[string]string
	lenient bool
}

func (r *clickReader) next() string {
	word := r.words[0]
	r.words = r.words[1:]
	return word
}

func (r *clickReader) find(name string) *option {
	if place := slices.IndexFunc(r.known, func(o option) bool { return o.name == name }); place >= 0 {
		return &r.known[place]
	}
	return nil
}

// long reads an option such as --name or --name=value.
func (r *clickReader) long(word string) error {
	name, value, given := strings.Cut(word, "=")
	o := r.find(name[2:])
	switch {
	case o == nil && r.lenient:
		r.rest = append(r.rest, word)
		return nil
	case o == nil:
		return fmt.Errorf("no such option: %s", name)
	case o.kind == "flag" && given:
		return fmt.Errorf("option %s does not take a value", name)
	case given:
		r.words = append([]string{value}, r.words...)
	}
	return r.take(o, name)
}

// letters reads a word such as -c or -dv. Each letter is an option, up to one that takes a value: that is the rest of the word, or the
// next word. With lenient, what is left of the word are the letters that are not known.
func (r *clickReader) letters(word string) error {
	unknown := ""
	for place, letter := range word[1:] {
		name := "-" + string(letter)
		o := r.find(r.short[string(letter)])
		if o == nil && !r.lenient {
			return fmt.Errorf("no such option: %s", name)
		}
		if o == nil {
			unknown += string(letter)
			continue
		}
		if after := word[1+place+len(string(letter)):]; o.kind != "flag" && after != "" {
			r.words = append([]string{after}, r.words...)
		}
		if err := r.take(o, name); err != nil {
			return err
		}
		if o.kind != "flag" {
			break
		}
	}
	if unknown != "" {
		r.rest = append(r.rest, "-"+unknown)
	}
	return nil
}

// take notes an option, with the next word as its value unless it is a flag.
func (r *clickReader) take(o *option, name string) error {
	value := ""
	if o.kind != "flag" {
		if len(r.words) == 0 {
			return fmt.Errorf("option %s requires an argument", name)
		}
		value = r.next()
	}
	r.options[o.name] = append(r.options[o.name], value)
	return nil
}
