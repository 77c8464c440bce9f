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
	required bool
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
	read := clickRead{options: map[string][]string{}}
	find := func(name string) *option {
		if place := slices.IndexFunc(known, func(o option) bool { return o.name == name }); place >= 0 {
			return &known[place]
		}
		return nil
	}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if word == "--" {
			read.rest = append(read.rest, words...)
			return read, nil
		}
		name, value, given := strings.Cut(word, "=")
		var found *option
		switch {
		case len(word) < 2 || word[0] != '-':
		case strings.HasPrefix(word, "--"):
			found = find(name[2:])
		default:
			name, value, given = word[:2], word[2:], len(word) > 2
			if long, ok := short[word[1:2]]; ok {
				found = find(long)
			}
		}
		switch {
		case found == nil && (lenient || len(word) < 2 || word[0] != '-'):
			read.rest = append(read.rest, word)
			continue
		case found == nil:
			return read, fmt.Errorf("no such option: %s", name)
		case found.kind == "flag" && given:
			return read, fmt.Errorf("option %s does not take a value", name)
		case found.kind == "flag":
		case !given && len(words) == 0:
			return read, fmt.Errorf("option %s requires an argument", name)
		case !given:
			value, words = words[0], words[1:]
		}
		read.options[found.name] = append(read.options[found.name], value)
	}
	return read, nil
}
