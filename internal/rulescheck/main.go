// Command rulescheck shows the commands that the rules make of a delivery. It makes no calls.
//
//	go run ./internal/rulescheck FILE    (make rules-check EVENT=FILE)
//
// FILE is the body of the delivery, or a NAME.http with headers, an empty line and the body. The rules are those of RULES or
// RULES_FILE in the environment, else the built-in ones. COMMANDS, COMPARTMENT_OCID and EVENT_TYPE_PREFIX are read too. The exit
// status is 1 if the rules are wrong or a record would fail.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
	"sender-invitations/handler"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] == "-h" || os.Args[1] == "--help" {
		fmt.Fprintln(os.Stderr, "usage: rulescheck FILE; the rules are those of RULES or RULES_FILE, else the built-in ones")
		os.Exit(2)
	}
	if err := check(os.Stdout, os.Getenv, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rules-check:", err)
		os.Exit(1)
	}
}

// check explains the delivery in a file. It fails if the settings are wrong, if the file holds no delivery, or if records would
// fail.
func check(out io.Writer, getenv func(string) string, file string) error {
	config, err := settings.Parse(func(name string) string {
		switch name {
		case "RULES", "RULES_FILE", "COMMANDS", "COMPARTMENT_OCID", "EVENT_TYPE_PREFIX":
			return getenv(name)
		case "RESULT_TOPIC_OCID": // a topic, so that rules may hold; nothing is published
			return "ocid1.onstopic.oc1..rulescheck"
		}
		return ""
	})
	if err != nil {
		return err
	}
	header, body, err := delivery.Read(file)
	if err != nil {
		return err
	}
	explained, err := handler.New(config, noCredentials, "", slog.New(slog.DiscardHandler)).
		Explain(events.Delivery{Body: body, Header: header, CallID: "the-call-id"})
	if err != nil {
		return err
	}
	failures := 0
	for index, record := range explained {
		fmt.Fprintf(out, "Record %d of %d\n", index+1, len(explained))
		tell(out, record)
		if record.Err != nil {
			failures++
		}
	}
	if failures > 0 {
		return fmt.Errorf("records that would fail: %d of %d", failures, len(explained))
	}
	if len(explained) == 0 {
		fmt.Fprintln(out, "An empty list: nothing would be done.")
	}
	return nil
}

func noCredentials() (common.ConfigurationProvider, error) {
	return nil, errors.New("rulescheck makes no calls")
}

func tell(out io.Writer, record handler.Explanation) {
	if record.Event != nil {
		show(out, "  event: ", record.Event)
	}
	for _, rule := range record.Differs {
		fmt.Fprintf(out, "  rule %s: no match, its %s differs\n", rule.Rule, rule.Field)
	}
	switch {
	case record.Rule == "":
	case record.Operation == "":
		fmt.Fprintf(out, "  rule %s: its condition cannot be evaluated\n", record.Rule)
	default:
		fmt.Fprintf(out, "  rule %s: matches\n", record.Rule)
	}
	for _, remark := range record.Remarks {
		fmt.Fprintf(out, "  rule %s: %s: %s\n", remark.Rule, remark.Field, remark.Text)
	}
	switch {
	case record.Err != nil:
		fmt.Fprintf(out, "  would fail: %d %s\n", record.Err.Status, record.Err)
	case record.Command != nil:
		show(out, "  "+record.Operation+": ", record.Command)
	default:
		fmt.Fprintln(out, "  would be ignored: "+record.Ignored)
	}
}

func show(out io.Writer, title string, value json.RawMessage) {
	var indented bytes.Buffer
	if json.Indent(&indented, value, "  ", "  ") != nil {
		indented.Reset()
		indented.Write(value)
	}
	fmt.Fprintf(out, "%s%s\n", title, indented.Bytes())
}
