package deploy_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/tools"
)

// toFillIn matches what the commands replace in the files beside the pages.
var toFillIn = regexp.MustCompile(`\b[A-Z]+(?:_[A-Z]+)*_(?:OCID|URI|SCOPE)\b`)

// checkMeaning checks what a call says: its JSON against the models of Oracle's SDK, settings against the function, files against the
// source tree. The commands must have filled in what they fill in.
func checkMeaning(call tools.Call, c shellCall) error {
	for _, name := range slices.Sorted(maps.Keys(call.Options)) {
		for _, value := range call.Options[name] {
			for _, word := range toFillIn.FindAllString(value, -1) {
				if !slices.Contains(settings.Names(), word) {
					return fmt.Errorf("--%s: %s is not filled in", name, word)
				}
			}
			if _, ok := models[call.Command+" --"+name]; ok {
				document, err := tools.JSONValue(value)
				if err == nil {
					err = checkModel(call.Command+" --"+name, document)
				}
				if err != nil {
					return fmt.Errorf("--%s: %w", name, err)
				}
			}
		}
	}
	folder := filepath.Dir(c.place.document)
	switch call.Command {
	case "fn create function":
		return checkSettings(folder, call.Options["config"]...)
	case "fn config function":
		if call.Args[2] == "RULES" && c.words[3] != "--" {
			return errors.New("a reader's own rules may begin with -: they need a -- before the names")
		}
		return checkSettings(folder, call.Args[2]+"="+call.Args[3])
	case "fn invoke":
		if !bytes.HasPrefix(bytes.TrimSpace(c.input), []byte("{")) {
			return fmt.Errorf("the input is %q", c.input)
		}
	case "kcat", "kafka-console-consumer.sh":
		return checkKafka(call)
	case "make":
		return checkFiles(call.Options["EVENT"], call.Options["RULES_FILE"])
	}
	return nil
}

// checkFiles checks that files exist.
func checkFiles(lists ...[]string) (err error) {
	for _, file := range slices.Concat(lists...) {
		_, missing := os.Stat(file)
		err = errors.Join(err, missing)
	}
	return err
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
		if name == "ORGANIZATIONS_REGION" && strings.HasPrefix(value, "ocid1.example.") {
			value = "us-ashburn-1" // nor regions
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
