package tools

import (
	"fmt"
	"maps"
	"slices"
)

// Call is what a tool makes of its words.
type Call struct {
	// Command is the program with its sub-commands, such as "fn config function".
	Command string
	// Options holds the values of each option by its name without dashes. A flag of oci has the value "".
	Options map[string][]string
	// Args are the words that are neither options nor sub-commands.
	Args []string
	// Parser says what has read the words.
	Parser string
}

// Option returns the last value of an option.
func (c Call) Option(name string) string {
	values := c.Options[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// A parser reads words after the name of a program. Its errors are those for which the program ends with a failure.
type parser struct {
	parse func(words []string) (Call, error)
	// knows reports whether the words name a command or options of the program, without their values.
	knows func(words []string) error
}

var parsers = map[string]parser{
	"fn":   {parseFn, knowsFn},
	"oci":  {parseOCI, knowsOCI},
	"make": {parseMake, func(words []string) error { _, err := parseMake(words); return err }},
}

func init() {
	for program := range getopts {
		parsers[program] = parser{
			func(words []string) (Call, error) { return parseGetopt(program, words) },
			func(words []string) error { return knowsGetopt(program, words) },
		}
	}
}

// Programs lists the programs that Parse knows.
func Programs() []string { return slices.Sorted(maps.Keys(parsers)) }

// Parse reads a command line as its program does. It returns the error with which the program refuses it.
func Parse(words []string) (Call, error) {
	p, ok := parsers[words[0]]
	if !ok {
		return Call{}, fmt.Errorf("%s: no parser knows this program", words[0])
	}
	call, err := p.parse(words[1:])
	if err != nil {
		return call, fmt.Errorf("%s: %w", words[0], err)
	}
	return call, nil
}

// Knows reports an error if a program has no such sub-command, or if that has no such option. Nothing needs to be complete.
func Knows(words []string) error {
	p, ok := parsers[words[0]]
	if !ok {
		return fmt.Errorf("%s: no parser knows this program", words[0])
	}
	if err := p.knows(words[1:]); err != nil {
		return fmt.Errorf("%s: %w", words[0], err)
	}
	return nil
}
