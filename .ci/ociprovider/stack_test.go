package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const stackFolder = "../../deploy/terraform"

// stack is a copy of deploy/terraform with its own state. .ci/terraform tells Terraform where the provider is.
type stack struct {
	*testing.T
	folder string
}

func newStack(t *testing.T) stack {
	t.Helper()
	if os.Getenv("TF_CLI_CONFIG_FILE") == "" {
		t.Fatal("run these tests with make terraform-check")
	}
	s := stack{t, t.TempDir()}
	entries, err := os.ReadDir(stackFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			s.write(entry.Name(), fileText(t, filepath.Join(stackFolder, entry.Name())))
		}
	}
	return s
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s stack) write(name, text string) {
	s.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o666); err != nil {
		s.Fatal(err)
	}
}

// replace replaces a text that occurs once in a file of the copy.
func (s stack) replace(name, old, new string) {
	s.Helper()
	text := fileText(s.T, filepath.Join(s.folder, name))
	if strings.Count(text, old) != 1 {
		s.Fatalf("%s has %q %d times", name, old, strings.Count(text, old))
	}
	s.write(name, strings.Replace(text, old, new, 1))
}

// terraform runs a command and returns its output, and whether it succeeded.
func (s stack) terraform(arguments ...string) (string, bool) {
	s.Helper()
	command := exec.Command("terraform", append([]string{"-chdir=" + s.folder}, arguments...)...)
	var printed bytes.Buffer
	command.Stdout, command.Stderr = &printed, &printed
	err := command.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		s.Fatal(err)
	}
	return printed.String(), err == nil
}

// must runs a command that must succeed, and returns its output.
func (s stack) must(arguments ...string) string {
	s.Helper()
	printed, ok := s.terraform(arguments...)
	if !ok {
		s.Fatalf("terraform %s: %s", strings.Join(arguments, " "), printed)
	}
	return printed
}

// errors runs a command that must fail, and returns the errors in its JSON lines.
func (s stack) errors(arguments ...string) (messages []string) {
	s.Helper()
	printed, _ := s.terraform(arguments...)
	for line := range strings.Lines(printed) {
		var told struct {
			Diagnostic struct{ Severity, Detail string }
		}
		if json.Unmarshal([]byte(line), &told) == nil && told.Diagnostic.Severity == "error" {
			messages = append(messages, told.Diagnostic.Detail)
		}
	}
	if messages == nil {
		s.Fatalf("terraform %s refuses nothing: %s", strings.Join(arguments, " "), printed)
	}
	return messages
}

// variables writes lines of HCL that set variables for every command.
func (s stack) variables(lines ...string) {
	s.write("test.auto.tfvars", strings.Join(lines, "\n")+"\n")
}

// given sets the required variables.
var given = []string{
	`tenancy_ocid = "ocid1.tenancy.oc1..sender"`,
	`compartment_ocid = "ocid1.compartment.oc1..invitations"`,
	`region = "us-ashburn-1"`,
	`image = "iad.ocir.io/namespace/sender-invitations:1.0.0"`,
}

// everything sets the variables that turn all parts on.
var everything = append(given[:len(given):len(given)],
	`create_event_rule = true`, `create_command_topic = true`, `create_schedule = true`, `create_gateway = true`,
	`jwt_issuers = ["https://identity.oraclecloud.com/"]`, `jwt_audiences = ["invitations"]`,
	`jwks_uri = "https://idcs.example.com/admin/v1/SigningCert/jwk"`,
	`jwt_write_scopes = ["invitations.write"]`, `jwt_events_scopes = ["invitations.events"]`,
)
