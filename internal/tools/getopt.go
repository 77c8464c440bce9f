package tools

import (
	"fmt"
	"slices"
	"strings"
)

// getopts lists programs that read options as getopt does, or as Go's flag package does. The key of the inner map is a sub-command, or
// "" for a program without one. An option that takes a value has a colon. The options are those of the tools' manuals: the ones that the
// documents use, and the most common beside them.
var getopts = map[string]map[string]string{
	".ci/release": {"check": "", "publish": ""}, ".ci/run": {"": ""},
	"curl": {"": "-d: --data: --data-binary: -H: --header: -X: --request: -s --silent -S --show-error -f --fail -o: --output: -w: " +
		"--write-out: -u: --user: -i --include -v --verbose -L --location -k --insecure -m: --max-time: -G --get"},
	"docker": dockerOptions, "podman": dockerOptions,
	"git":  {"clone": "--depth: -b: --branch: -q --quiet", "diff": "--stat --cached --exit-code", "status": "-s --short"},
	"jq":   {"": "-r --raw-output -c --compact-output -e --exit-status -n --null-input -s --slurp"},
	"kcat": {"": "-C -P -L -Q -G: -t: -p: -b: -D: -K: -c: -m: -F: -X: -d: -q -v -E -V -h -o: -e -f: -J -s: -O -u"},
	"kafka-console-consumer.sh": {"": "--bootstrap-server: --consumer.config: --command-config: --consumer-property: --property: --topic: " +
		"--partition: --offset: --from-beginning --group: --include: --max-messages: --timeout-ms: --formatter: --isolation-level: " +
		"--key-deserializer: --value-deserializer: --skip-message-on-error --enable-systest-events"},
	"node":    {"": "--test --test-concurrency: -e: --eval: -p: --print:"},
	"npm":     {"install": "--prefix: --save-dev -D --global -g", "ci": "--prefix:", "run": "--prefix:"},
	"pip":     {"install": "--user --upgrade -U -r:"},
	"python3": {"": "-c: -m: -u"},
	"terraform": {"init": "-upgrade -backend: -backend-config: -input:", "validate": "-json -no-color",
		"plan":    "-out: -var: -var-file: -input: -destroy -replace: -target: -refresh: -lock:",
		"apply":   "-auto-approve -var: -var-file: -input: -destroy -replace: -target: -refresh: -lock:",
		"destroy": "-auto-approve -var: -var-file: -input: -target: -refresh: -lock:",
		"output":  "-raw -json -state: -no-color", "state rm": "-dry-run -lock:",
		"fmt": "-check -recursive -diff", "test": "-filter: -var: -verbose"},
	"go": {"test": goOptions + "-run: -bench: -benchmem -benchtime: -count: -v -short -timeout: -cpuprofile: -fuzz: -fuzztime: -update -race -tags:",
		"run": goOptions + "-race -tags:", "build": goOptions + "-o: -trimpath -ldflags: -race -tags:", "tool": "-modfile: -n", "get": "-u",
		"mod tidy": "-diff", "mod verify": "-modfile:", "vet": "-tags:", "env": "-w -json", "version": "-m -v",
		"tool pprof": "-http: -top -list: -flat"},
}

var dockerOptions = map[string]string{
	"login": "-u: --username: -p: --password: --password-stdin", "push": "-q --quiet -a --all-tags", "pull": "-q --quiet --platform:",
	"build": "-t: --tag: -f: --file: --build-arg: --platform: --network: --label: --no-cache --pull --target: -q --quiet",
	"run":   "-d --detach --rm -p: --publish: -e: --env: -v: --volume: --name: --network: -m: --memory: --user: -i -t",
	"tag":   "", "inspect": "-f: --format:", "image inspect": "-f: --format:", "create": "--platform: --name:", "cp": "-L -q", "rm": "-f --force",
	"buildx build": "-t: --tag: --platform: --push --load --build-arg: --sbom: --provenance:",
}

const goOptions = "-C: -modfile: -mod: "

// getoptsBefore lists the options that stand before the sub-command. Each is one word.
var getoptsBefore = map[string]string{"terraform": "-chdir:"}

// arguments lists how many words a sub-command takes beside its options, at least and at most, where the documents could err.
var arguments = map[string][2]int{
	"terraform init": {0, 0}, "terraform validate": {0, 0}, "terraform plan": {0, 0}, "terraform apply": {0, 1}, "terraform destroy": {0, 0},
	"terraform output": {0, 1}, "docker build": {1, 1}, "docker push": {1, 1}, "docker pull": {1, 1}, "docker tag": {2, 2},
	"docker login": {0, 1},
}

// parseGetopt reads options of a program in getopts. A long option has a value after = or in the next word, a letter also in the same
// word. Letters without values may stand together.
func parseGetopt(program string, words []string) (Call, error) {
	call := Call{Command: program, Options: map[string][]string{}, Parser: "a table of its options"}
	command, options, words, err := getoptCommand(program, words, &call)
	if err != nil {
		return call, err
	}
	call.Command = strings.TrimSpace(program + " " + command)
	if err := readGetopt(strings.Fields(options), words, program, &call); err != nil {
		return call, err
	}
	return call, countArguments(call)
}

// getoptCommand finds the sub-command. It reads the options before it.
func getoptCommand(program string, words []string, call *Call) (command, options string, rest []string, err error) {
	commands := getopts[program]
	if options, ok := commands[""]; ok {
		return "", options, words, nil
	}
	first := slices.IndexFunc(words, func(word string) bool { return !strings.HasPrefix(word, "-") })
	if first < 0 {
		return "", "", nil, fmt.Errorf("a sub-command is missing")
	}
	if err := readGetopt(strings.Fields(getoptsBefore[program]), words[:first], program, call); err != nil {
		return "", "", nil, err
	}
	for length := min(2, len(words)-first); length > 0; length-- {
		command = strings.Join(words[first:first+length], " ")
		if options, ok := commands[command]; ok {
			return command, options, words[first+length:], nil
		}
	}
	return "", "", nil, fmt.Errorf("the table has no sub-command %s", words[first])
}

// countArguments checks how many words there are beside the options.
func countArguments(call Call) error {
	limits, ok := arguments[call.Command]
	switch {
	case ok && len(call.Args) < limits[0]:
		return fmt.Errorf("too few arguments: %q", call.Args)
	case ok && len(call.Args) > limits[1]:
		return fmt.Errorf("too many arguments: %q", call.Args)
	}
	return nil
}

func readGetopt(known, words []string, program string, call *Call) error {
	oneDash := program == "terraform" || program == "go"
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if word == "--" {
			call.Args = append(call.Args, words...)
			return nil
		}
		if len(word) < 2 || word[0] != '-' {
			call.Args = append(call.Args, word)
			if call.Command == "go run" {
				call.Args = append(call.Args, words...)
				return nil
			}
			continue
		}
		name, value, given := strings.Cut(word, "=")
		if !oneDash && !strings.HasPrefix(word, "--") {
			name, value, given = word[:2], word[2:], len(word) > 2
		}
		switch {
		case slices.Contains(known, name+":"):
			if !given {
				if len(words) == 0 {
					return fmt.Errorf("option %s requires an argument", name)
				}
				value, words = words[0], words[1:]
			}
		case !slices.Contains(known, name):
			return fmt.Errorf("there is no option %s", name)
		case given && !oneDash && !strings.HasPrefix(word, "--"):
			words = append([]string{"-" + value}, words...) // more letters
			value = ""
		case given && !oneDash:
			return fmt.Errorf("option %s does not take a value", name)
		}
		key := strings.TrimLeft(name, "-")
		call.Options[key] = append(call.Options[key], value)
	}
	return nil
}

func knowsGetopt(program string, words []string) error {
	if len(words) == 0 {
		return nil
	}
	_, options, rest, err := getoptCommand(program, words, &Call{})
	for _, word := range rest {
		if known := strings.Fields(options); strings.HasPrefix(word, "-") && !slices.Contains(known, word) && !slices.Contains(known, word+":") {
			return fmt.Errorf("there is no option %s", word)
		}
	}
	return err
}
