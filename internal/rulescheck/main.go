// Command rulescheck shows the commands that the rules make of a delivery. It makes no calls.
//
//	go run ./internal/rulescheck FILE    (make rules-check EVENT=FILE)
//
// FILE is the body of the delivery, or a NAME.http with headers, an empty line and the body. The rules are those of RULES or
// RULES_FILE in the environment, else the built-in ones. COMMANDS, COMPARTMENT_OCID, EVENT_TYPE_PREFIX and MODE are read too. The exit
// status is 1 if the rules are wrong or a record would fail.
package main

import (
	"fmt"
	"io"
	"os"

	"sender-invitations/events"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/explain"
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
	header, body, err := delivery.Read(file)
	if err != nil {
		return err
	}
	explained := explain.Delivery(getenv, events.Delivery{Body: body, Header: header, Direct: true})
	if explained.Faults != nil {
		return faults(explained.Faults)
	}
	failures := 0
	for index, record := range explained.Records {
		fmt.Fprintf(out, "Record %d of %d\n", index+1, len(explained.Records))
		tell(out, record)
		if record.Error != nil {
			failures++
		}
	}
	if failures > 0 {
		return fmt.Errorf("records that would fail: %d of %d", failures, len(explained.Records))
	}
	if len(explained.Records) == 0 {
		fmt.Fprintln(out, "An empty list: nothing would be done.")
	}
	return nil
}
