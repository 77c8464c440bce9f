package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sender-invitations/internal/explain"
)

// faults is the error about wrong settings. It tells each fault on a line of its own.
type faults []explain.Fault

func (f faults) Error() string {
	text := "the settings are wrong:"
	for _, fault := range f {
		text += "\n  " + fault.String()
	}
	return text
}

// tell tells what would be done with a record.
func tell(out io.Writer, record explain.Record) {
	if record.Event != nil {
		show(out, "  event: ", record.Event)
	}
	for _, rule := range record.Rules {
		fmt.Fprintf(out, "  rule %s: %s\n", rule.Name, verdict(rule, record.Rule))
		for _, remark := range rule.Remarks {
			fmt.Fprintf(out, "    %s\n", remark)
		}
	}
	if record.Brief {
		fmt.Fprintln(out, "  rules: explained for the first records of the list only")
	}
	if record.Brief && record.Rule != "" {
		fmt.Fprintf(out, "  rule %s: decides\n", record.Rule)
	}
	for _, remark := range record.Remarks {
		fmt.Fprintf(out, "  rule %s: %s: %s\n", remark.Rule, remark.Field, remark.Text)
	}
	switch {
	case record.Error != nil:
		fmt.Fprintf(out, "  would fail: %d %s\n", record.Error.Status, record.Error)
	case record.Command != nil:
		show(out, "  "+record.Operation+": ", record.Command)
	case record.Ignored != "":
		fmt.Fprintln(out, "  would be ignored: "+record.Ignored)
	default:
		fmt.Fprintln(out, "  "+record.Operation+": would be carried out")
	}
}

// verdict tells whether the rule matches, and what differs. A rule behind the one that decides matches in vain.
func verdict(rule explain.Rule, decides string) string {
	switch {
	case rule.Matches && rule.Tried:
		return "matches"
	case rule.Matches:
		return "matches too, but " + decides + " stands before it"
	case rule.Field == "when" && rule.Has == "":
		return "its condition cannot be evaluated: " + inOneLine(rule.Wanted)
	case rule.Field == "when":
		return fmt.Sprintf("no match, its when differs: %s gives %s", inOneLine(rule.Wanted), rule.Has)
	}
	return fmt.Sprintf("no match, its %s differs: %s, but the event has %s", rule.Field, rule.Wanted, rule.Has)
}

// inOneLine returns a condition that may have several lines.
func inOneLine(condition string) string { return strings.Join(strings.Fields(condition), " ") }

func show(out io.Writer, title string, value json.RawMessage) {
	var indented bytes.Buffer
	if json.Indent(&indented, value, "  ", "  ") != nil {
		indented.Reset()
		indented.Write(value)
	}
	fmt.Fprintf(out, "%s%s\n", title, indented.Bytes())
}
