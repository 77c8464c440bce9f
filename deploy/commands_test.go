package deploy_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sender-invitations/handler/settings"
)

// commands lists the commands of the pages in deploy/examples, each with the options that the pages use. A ! marks an option that
// the CLI requires, a ? one that the pages must not use, because its values differ between versions of the CLI. All are from the
// source of the CLI: look there before you add one.
var commands = map[string]string{
	"oci api-gateway deployment create": "compartment-id! gateway-id! path-prefix! specification! display-name",
	"oci api-gateway gateway list":      "compartment-id! display-name",
	"oci events rule create":            "compartment-id! display-name! is-enabled! condition! actions!",
	"oci fn application list":           "compartment-id! display-name",
	"oci fn function list":              "application-id! display-name",
	"oci fn function invoke":            "function-id! file! body! fn-invoke-type",
	"oci monitoring alarm create": "compartment-id! metric-compartment-id! display-name! namespace! query-text! severity! " +
		"destinations! is-enabled! body is-notifications-per-metric-dimension-enabled",
	"oci monitoring metric-data post": "metric-data!",
	"oci ons message publish":         "topic-id! body! title",
	"oci ons subscription create":     "compartment-id! topic-id! protocol! subscription-endpoint!",
	"oci ons topic create":            "compartment-id! name!",
	"oci ons topic list":              "compartment-id! name",
	"oci os bucket create":            "compartment-id! name! object-events-enabled",
	"oci os object delete":            "bucket-name! object-name!",
	"oci os object put":               "bucket-name! file! name",
	"oci queue messages get-stats":    "queue-id!",
	"oci queue messages put-messages": "queue-id! messages!",
	"oci queue queue-admin queue create": "compartment-id! display-name! retention-in-seconds visibility-in-seconds " +
		"dlq-delivery-count",
	"oci queue queue-admin queue get":  "queue-id!",
	"oci queue queue-admin queue list": "compartment-id display-name lifecycle-state",
	"oci resource-scheduler schedule create": "compartment-id! action! recurrence-details! recurrence-type! display-name " +
		"resources",
	"oci sch service-connector create":          "compartment-id! display-name! source! target!",
	"oci streaming admin stream create":         "name! partitions! compartment-id retention-in-hours wait-for-state?",
	"oci streaming admin stream get":            "stream-id!",
	"oci streaming admin stream list":           "compartment-id name lifecycle-state",
	"oci streaming admin stream-pool get":       "stream-pool-id!",
	"oci streaming stream cursor create-cursor": "endpoint! stream-id! partition! type! offset",
	"oci streaming stream message get":          "endpoint! stream-id! cursor! limit",
	"oci streaming stream message put":          "endpoint! stream-id! messages!",
}

// anyCommand lists options of every oci command, or of every one that creates something.
const anyCommand = "query raw-output endpoint force wait-for-state"

func (c shellCall) check(folder string) error {
	switch program := c.args[0]; program {
	case "oci":
		return c.checkOCI()
	case "fn":
		return c.checkFn(folder)
	case "kcat", "kafka-console-consumer.sh":
		return c.checkKafka()
	default:
		return c.checkMake()
	}
}

func (c shellCall) checkOCI() error {
	command := c.command()
	taken, ok := commands[command]
	if !ok {
		return fmt.Errorf("%s is not a known command", command)
	}
	options, err := readOptions(c.args[len(strings.Fields(command)):])
	if err != nil {
		return err
	}
	for option := range strings.FieldsSeq(taken) {
		if name, required := strings.CutSuffix(option, "!"); required && options[name] == "" {
			return fmt.Errorf("--%s is missing", name)
		}
		if name, differs := strings.CutSuffix(option, "?"); differs && options[name] != "" {
			return fmt.Errorf("--%s: its values differ between versions of the CLI", name)
		}
	}
	known := strings.Fields(strings.ReplaceAll(taken, "!", "") + " " + anyCommand)
	for _, name := range slices.Sorted(maps.Keys(options)) {
		value := options[name]
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no option --%s", name)
		}
		if strings.Contains(value, "_OCID") || strings.Contains(value, "_URI") {
			return fmt.Errorf("--%s is not filled in: %s", name, value)
		}
		if err := checkValue(command+" --"+name, value); err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
	}
	return nil
}

// readOptions returns the values of options; the value of a flag is "".
func readOptions(args []string) (map[string]string, error) {
	options := map[string]string{}
	for len(args) > 0 {
		name, ok := strings.CutPrefix(args[0], "--")
		if !ok {
			return nil, fmt.Errorf("%q is not an option", args[0])
		}
		args = args[1:]
		options[name] = ""
		if len(args) > 0 && !strings.HasPrefix(args[0], "--") {
			options[name], args = args[0], args[1:]
		}
	}
	return options, nil
}

// checkValue checks the value of an option that takes JSON, in place or in a file.
func checkValue(option, value string) error {
	if _, ok := models[option]; !ok {
		return nil
	}
	document := []byte(value)
	if file, ok := strings.CutPrefix(value, "file://"); ok {
		var err error
		if document, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	return checkModel(option, document)
}

// fnUpdate matches "fn update function" with the options that the pages use.
var fnUpdate = regexp.MustCompile(`^fn update function sender-invitations sender-invitations( --timeout \d+| --detached-timeout \d+m` +
	`| --on-failure notifications:ocid1\.\S+)+$`)

// checkFn accepts "fn config function" with the rules of the folder or with commands, "fn update function", "fn invoke" with a body, and the
// commands that set fn's context.
func (c shellCall) checkFn(folder string) error {
	const function = "sender-invitations sender-invitations"
	switch command := c.command(); {
	case strings.HasPrefix(command, "fn config function "+function+" RULES "):
		rules, err := os.ReadFile(filepath.Join(folder, "rules.yaml"))
		if err != nil {
			return err
		}
		if len(c.args) != 7 || c.args[6] != strings.TrimRight(string(rules), "\n") {
			return fmt.Errorf("these are not the rules of %s", folder)
		}
		return nil
	case strings.HasPrefix(command, "fn config function "+function+" COMMANDS "):
		set := map[string]string{"RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none", "COMMANDS": c.args[len(c.args)-1]}
		_, err := settings.Parse(func(name string) string { return set[name] })
		return err
	case command == "fn invoke "+function && bytes.HasPrefix(c.input, []byte("{")), fnUpdate.MatchString(strings.Join(c.args, " ")),
		strings.HasPrefix(command, "fn create context "), strings.HasPrefix(command, "fn use context "),
		strings.HasPrefix(command, "fn update context "):
		return nil
	}
	return fmt.Errorf("this is not a known use of fn")
}

// checkMake accepts a target of the Makefile with files that exist.
func (c shellCall) checkMake() error {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		return err
	}
	if !bytes.Contains(makefile, []byte("\n"+c.args[1]+": ")) {
		return fmt.Errorf("there is no target %s", c.args[1])
	}
	for _, variable := range c.args[2:] {
		_, file, _ := strings.Cut(variable, "=")
		if _, err := os.Stat(file); err != nil {
			return err
		}
	}
	return nil
}
