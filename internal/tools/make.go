package tools

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// assignment matches a variable that is given to make.
var assignment = regexp.MustCompile(`^([A-Z][A-Z0-9_]*)=(.*)$`)

// parseMake has make say what it would do with the Makefile in the working directory. make accepts any variable, so those that the
// Makefile does not name are refused here.
func parseMake(words []string) (Call, error) {
	call := Call{Command: "make", Options: map[string][]string{}, Parser: "make -n"}
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		return call, err
	}
	for _, word := range words {
		match := assignment.FindStringSubmatch(word)
		if match == nil {
			call.Args = append(call.Args, word)
			continue
		}
		if !regexp.MustCompile(`\b` + match[1] + `\b`).Match(makefile) {
			return call, fmt.Errorf("the Makefile has no variable %s", match[1])
		}
		call.Options[match[1]] = append(call.Options[match[1]], match[2])
	}
	planned := exec.Command("make", append([]string{"-n"}, words...)...)
	if said, err := planned.CombinedOutput(); err != nil {
		return call, fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
	}
	return call, nil
}
