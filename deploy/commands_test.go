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
	"oci fn function get":               "function-id!",
	"oci fn function list":              "application-id! display-name",
	"oci fn function invoke":            "function-id! file! body! fn-invoke-type",
	"oci logging log list":              "log-group-id! display-name",
	"oci logging log-group list":        "compartment-id! display-name",
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
	"oci sch service-connector create":          "compartment-id! display-name! source! target! tasks",
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

var (
	// fnInvoke matches "fn invoke" of the function.
	fnInvoke = regexp.MustCompile(`^fn invoke sender-invitations sender-invitations$`)
	// fnContext matches the commands that set fn's context.
	fnContext = regexp.MustCompile(`^fn (create|use|update) context `)
	// fnUpdate matches "fn update function" with the options that the pages use.
	fnUpdate = regexp.MustCompile(`^fn update function sender-invitations sender-invitations( --timeout \d+| --detached-timeout \d+m` +
		`| --on-failure notifications:ocid1\.\S+)+$`)
	// fnCreate matches "fn create function" for another function of the application, and its settings.
	fnCreate = regexp.MustCompile(`^fn create function sender-invitations sender-invitations-[a-z]+ \S+ --memory \d+ --timeout \d+` +
		`((?: --config [A-Z_]+=\S+)+)$`)
	// fnConfig matches "fn config function" with a setting. fn would take a value that begins with - for an option, but for the -- before
	// the names. Rules have it in any case, for they may begin with - or with a comment.
	fnConfig = regexp.MustCompile(`(?s)^fn config function (?:-- sender-invitations sender-invitations(?:-[a-z]+)? ([A-Z_]+) ([-#].*)` +
		`|sender-invitations sender-invitations(?:-[a-z]+)? ([A-Z_]+) ([^-#].*))$`)
)

// checkFn accepts the uses of fn that the pages make.
func (c shellCall) checkFn(folder string) error {
	call := strings.Join(c.args, " ")
	if created := fnCreate.FindStringSubmatch(call); created != nil {
		return checkSettings(folder, strings.Split(created[1], " --config ")[1:]...)
	}
	if set := fnConfig.FindStringSubmatch(call); set != nil {
		return checkSettings(folder, set[1]+set[3]+"="+set[2]+set[4])
	}
	if fnInvoke.MatchString(call) && bytes.HasPrefix(c.input, []byte("{")) || fnUpdate.MatchString(call) || fnContext.MatchString(call) {
		return nil
	}
	return fmt.Errorf("this is not a known use of fn")
}

// checkSettings checks that the function starts with settings of the form NAME=value. Rules must be those of the folder.
func checkSettings(folder string, pairs ...string) error {
	set := map[string]string{"RESULT_TOPIC_OCID": "ocid1.onstopic.oc1..results"}
	known := settings.Names()
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no setting %s", name)
		}
		if strings.HasSuffix(name, "_TOPIC_OCID") {
			value = strings.Replace(value, "ocid1.example.", "ocid1.onstopic.", 1) // the stand-in knows no types
		}
		set[name] = value
	}
	if value, ok := set["RULES"]; ok {
		rules, err := os.ReadFile(filepath.Join(folder, "rules.yaml"))
		if err != nil {
			return err
		}
		if value != strings.TrimRight(string(rules), "\n") {
			return fmt.Errorf("these are not the rules of %s", folder)
		}
	}
	_, err := settings.Parse(func(name string) string { return set[name] })
	return err
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
