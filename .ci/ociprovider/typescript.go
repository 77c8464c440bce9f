package main

import (
	"os"
	"regexp"
	"strings"
)

// member is a member of an interface or class in TypeScript.
type member struct {
	Type, Doc string
	Optional  bool
}

type members map[string]*member

// interfaces are the interfaces and classes of a declaration file. Within a namespace, names begin with it.
type interfaces map[string]members

// ofFile returns what can be set, and all, of the resource or data source that a file declares.
func (i interfaces) ofFile() (given, state members) {
	for name, found := range i {
		switch {
		case strings.HasSuffix(name, "OutputArgs"), strings.HasSuffix(name, "State"):
		case strings.HasSuffix(name, "Args"):
			given = found
		default:
			state = found
		}
	}
	return given, state
}

// title returns how the package spells a name: in camel case, and often in the plural if it is a list.
func (m members) title(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	title := strings.Join(words, "")
	for _, one := range []string{title, title + "s", strings.TrimSuffix(title, "y") + "ies"} {
		if m[one] != nil {
			return one
		}
	}
	return title
}

var (
	namespace  = regexp.MustCompile(`^export declare namespace (\w+)`)
	declares   = regexp.MustCompile(`^ *(?:export )?(?:declare )?(?:interface|class) (\w+)`)
	property   = regexp.MustCompile(`^ +(?:readonly )?(\w+)(\??): ([^(]*)$`)
	nestedType = regexp.MustCompile(`\b(?:inputs|outputs)\.\w+\.\w+`)
)

// readTypes reads a declaration file as the package's generator writes it.
func readTypes(path string) (interfaces, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read := interfaces{}
	var space, doc string
	var current members
	commented := false
	for line := range strings.Lines(string(text)) {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "/**") {
			doc, commented = "", true
		}
		if commented {
			doc += line
			commented = !strings.HasSuffix(trimmed, "*/")
			continue
		}
		if found := namespace.FindStringSubmatch(line); found != nil {
			space = found[1] + "."
		} else if found := declares.FindStringSubmatch(line); found != nil {
			current = members{}
			read[space+found[1]] = current
		} else if found := property.FindStringSubmatch(strings.TrimRight(line, "\n")); found != nil {
			current[found[1]] = &member{found[3], doc, found[2] != ""}
			doc = ""
		}
	}
	return read, nil
}
