package tools

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/jmespath/go-jmespath"
	"go.yaml.in/yaml/v3"
)

//go:embed oci.yaml
var ociYAML []byte

// ociOptions returns the options of each command of oci.
var ociOptions = sync.OnceValue(func() map[string][]option {
	var table map[string]string
	if err := yaml.Unmarshal(ociYAML, &table); err != nil {
		panic(err)
	}
	commands := map[string][]option{}
	for command, row := range table {
		for word := range strings.FieldsSeq(row + " from-json help:flag") {
			commands[command] = append(commands[command], readOption(word))
		}
	}
	return commands
})

// ociGlobal are the options of oci itself, which may stand anywhere: src/oci_cli/cli_root.py of oracle/oci-cli, in the version of CLI
// 3.72.0, and the option that 3.88.0 has added by its change log. == stands before choices whose letter case counts.
var ociGlobal = func() (options []option) {
	const words = "release-info:flag latest-version:flag version:flag config-file profile cli-rc-file defaults-file opc-request-id " +
		"opc-client-request-id request-id region endpoint realm-specific-endpoint:flag cert-bundle proxy connection-timeout:int " +
		"read-timeout:int output==json|table query raw-output:flag auth==api_key|instance_principal|security_token|instance_obo_user|" +
		"resource_principal|oke_workload_identity auth-purpose generate-full-command-json-input:flag generate-param-json-input " +
		"no-retry:flag max-retries:int debug:flag cli-auto-prompt:flag enable-propagation==True|False enable-dual-stack:flag " +
		"federation-endpoint help:flag"
	for word := range strings.FieldsSeq(words) {
		options = append(options, readOption(word))
	}
	return options
}()

var (
	ociGlobalShort  = map[string]string{"v": "version", "d": "debug", "i": "cli-auto-prompt", "h": "help", "?": "help"}
	ociCommandShort = map[string]string{"c": "compartment-id", "h": "help", "?": "help"}
)

func parseOCI(words []string) (Call, error) {
	call := Call{Command: "oci", Parser: "click's rules with internal/tools/oci.yaml"}
	global, err := readClick(words, ociGlobal, ociGlobalShort, true)
	if err != nil {
		return call, err
	}
	command, rest := ociCommand(global.rest)
	if known, ok := ociOptions()[command]; ok {
		call.Command = "oci " + command
		read, err := readClick(rest, known, ociCommandShort, false)
		if err != nil {
			return call, err
		}
		if len(read.rest) > 0 {
			return call, fmt.Errorf("got unexpected extra argument (%s)", read.rest[0])
		}
		call.Options = read.options
		if err := checkOptions(known, read.options); err != nil {
			return call, err
		}
	} else {
		return call, fmt.Errorf("no such command: %s", strings.Join(global.rest, " "))
	}
	for name, values := range global.options {
		call.Options[name] = values
	}
	return call, errors.Join(checkOptions(ociGlobal, global.options), checkTogether(call))
}

// ociCommand cuts the longest name of a command from words.
func ociCommand(words []string) (command string, rest []string) {
	for end := len(words); end > 0; end-- {
		command = strings.Join(words[:end], " ")
		if _, ok := ociOptions()[command]; ok {
			return command, words[end:]
		}
	}
	return "", words
}

// checkTogether checks options that depend on each other.
func checkTogether(call Call) error {
	given := func(name string) bool { _, ok := call.Options[name]; return ok }
	for _, name := range []string{"version", "release-info", "latest-version", "cli-auto-prompt"} {
		if given(name) {
			return fmt.Errorf("with --%s, also as a letter of a word that begins with -, oci does not run the command", name)
		}
	}
	if query := call.Option("query"); given("query") && !strings.HasPrefix(query, "query://") {
		if _, err := jmespath.Compile(query); err != nil {
			return fmt.Errorf("--query %s: %w", query, err)
		}
	}
	switch {
	case given("no-retry") && given("max-retries"):
		return errors.New("the option --max-retries is not applicable when using the --no-retry flag")
	case given("all") && given("limit"):
		return errors.New("if you provide the --all option you cannot provide the --limit option")
	case call.Command == "oci os object put" && call.Option("file") == "-" && !given("name"):
		return errors.New("--name must be provided when reading object from stdin")
	case call.Command == "oci iam policy update" && (given("statements") && !given("version-date") ||
		call.Option("version-date") != "" && !given("statements")):
		return errors.New("--statements and --version-date must be given together")
	case strings.HasPrefix(call.Command, "oci streaming stream ") && !given("endpoint"),
		strings.HasPrefix(call.Command, "oci queue messages ") && !given("endpoint"):
		return errors.New("this service needs --endpoint")
	}
	return nil
}

// knowsOCI reports an error if no command of oci begins with the words, or if it lacks one of the options.
func knowsOCI(words []string) error {
	place := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(word, "-") })
	if place < 0 {
		place = len(words)
	}
	name := strings.Join(words[:place], " ")
	names := slices.Collect(maps.Keys(ociOptions()))
	if name != "" && !slices.ContainsFunc(names, func(command string) bool { return strings.HasPrefix(command+" ", name+" ") }) {
		return fmt.Errorf("no such command: %s", name)
	}
	for _, word := range words[place:] {
		is := func(o option) bool { return "--"+o.name == word }
		if !slices.ContainsFunc(ociGlobal, is) && !slices.ContainsFunc(ociOptions()[name], is) {
			return fmt.Errorf("no such option: %s", word)
		}
	}
	return nil
}
