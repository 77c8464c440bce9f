package deploy_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/docs"
)

const byHand = "deploy/README.md"

var (
	// named matches settings, permissions and most variables of the commands.
	named = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)
	// given matches the name of a setting that is given a value.
	given = regexp.MustCompile("(?:--config |`|fn config function [a-z-]+ [a-z-]+ )([A-Z][A-Z_]*)[= ]")
	// assigned and used match the variables of the commands.
	assigned = regexp.MustCompile(`(?m)^(?:export )?([A-Z][A-Z0-9_]*)=`)
	used     = regexp.MustCompile(`\$(?:([A-Z][A-Z0-9_]*)|\{([A-Z][A-Z0-9_]*)\})`)
)

// TestByHandSettings checks that each name in deploy/README.md that looks like a setting is one, or else a variable of its
// commands, a permission of its policies, or another known word.
func TestByHandSettings(t *testing.T) {
	t.Chdir(root)
	d := readDocument(t, byHand)
	known := append(settings.Names(), "GENERIC_X86", "GENERIC_ARM", "START_RESOURCE", "OCI_CLI_REGION", "FUNCTION_OCID", "JWKS_URI", "SCHEDULE_OCID",
		"STREAM_OCID", "QUEUE_OCID", "PLATFORM", "DEBUG", "GET")
	commands := shellOf(t, byHand)
	for _, match := range assigned.FindAllStringSubmatch(commands, -1) {
		known = append(known, match[1])
	}
	known = append(known, named.FindAllString(policies(t, d), -1)...)
	names := named.FindAllString(d.Prose+commands, -1)
	for _, match := range given.FindAllStringSubmatch(d.Prose+commands, -1) {
		names = append(names, match[1])
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			t.Errorf("%s is not a setting", name)
		}
	}
}

// TestByHandVariables checks that each variable of the commands is set by an earlier one, so that they can be run in order.
func TestByHandVariables(t *testing.T) {
	t.Chdir(root)
	set := []string{}
	for _, b := range readDocument(t, byHand).Of("sh") {
		for number, line := range strings.Split(b.Text, "\n") {
			if command, _, _ := strings.Cut(line, " #"); command != "" {
				for _, match := range used.FindAllStringSubmatch(command, -1) {
					if name := match[1] + match[2]; !slices.Contains(set, name) {
						t.Errorf("line %d uses %s, which is not set yet", b.Line+number, name)
					}
				}
				for _, match := range assigned.FindAllStringSubmatch(command, -1) {
					set = append(set, match[1])
				}
			}
		}
	}
	if len(set) < 10 {
		t.Errorf("only %q are set", set)
	}
}

func policies(t *testing.T, d docs.Document) string {
	t.Helper()
	blocks := d.Of("text policies")
	if len(blocks) != 1 {
		t.Fatalf("%d blocks of policies", len(blocks))
	}
	return blocks[0].Text
}

var statement = regexp.MustCompile(`^Allow (dynamic-group [\w-]+|any-user) to ((inspect|read|use|manage) [a-z-]+|\{[A-Z_, ]+\}) ` +
	`in (tenancy|compartment id [^ ]+|compartment id <compartment OCID>)( where ((any|all) \{[^{}]+\}|target\.stream\.id='[^']+'))?$`)

// TestByHandPolicies checks that the statements stand in the documented order, and that the commands fill in all placeholders.
func TestByHandPolicies(t *testing.T) {
	t.Chdir(root)
	text := policies(t, readDocument(t, byHand))
	for _, one := range strings.Split(strings.TrimSpace(text), "\n") {
		if !statement.MatchString(one) {
			t.Errorf("not a policy statement: %s", one)
		}
	}
	last := 0
	for _, topic := range []string{"organizations-family", "ons-topics", "stream-push", "sender-invitations-gateway", "resourceschedule", "serviceconnector"} {
		if place := strings.Index(text, topic); place < last {
			t.Errorf("%s is too early or missing", topic)
		} else {
			last = place
		}
	}
	ocids := map[string]string{"compartment": "ocid1.compartment.oc1..c", "schedule": "ocid1.resourceschedule.oc1..s",
		"poll schedule": "ocid1.resourceschedule.oc1..p", "stream": "ocid1.stream.oc1..s", "queue": "ocid1.queue.oc1..q",
		"result stream": "ocid1.stream.oc1..r"}
	all := filledIn(t, "SCHEDULE_OCID="+ocids["schedule"]+" POLL_SCHEDULE_OCID="+ocids["poll schedule"]+
		" STREAM_OCID="+ocids["stream"]+" QUEUE_OCID="+ocids["queue"]+" RESULT_STREAM_OCID="+ocids["result stream"]+" LEAVE_OUT=nothing")
	for name, ocid := range ocids {
		text = strings.ReplaceAll(text, "<"+name+" OCID>", ocid)
	}
	if got := strings.Join(all, "\n") + "\n"; got != text {
		t.Errorf("the commands make\n%s, want\n%s", got, text)
	}
	if some, want := filledIn(t, ""), append(all[:2:2], all[4]); !slices.Equal(some, want) {
		t.Errorf("unchanged, the commands make\n%s, want\n%s", strings.Join(some, "\n"), strings.Join(want, "\n"))
	}
}

// filledIn runs the commands that read the statements from the document, and returns the statements that they make. variables, if
// any, replace those of the document.
func filledIn(t *testing.T, variables string) (statements []string) {
	t.Helper()
	d := readDocument(t, byHand)
	place := slices.IndexFunc(d.Blocks, func(b docs.Block) bool { return strings.Contains(b.Text, ">statements.json") })
	if place < 0 {
		t.Fatal("no commands make statements.json")
	}
	commands := d.Blocks[place].Text
	if variables != "" {
		commands = regexp.MustCompile(`(?m)^LEAVE_OUT=.*\n`).ReplaceAllString(commands, "")
	}
	folder := t.TempDir()
	copied, err := os.ReadFile(byHand)
	if err == nil {
		err = os.Mkdir(filepath.Join(folder, "deploy"), 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, byHand), copied, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.Command(findBash(t), "-euo", "pipefail", "-c", "oci() { echo ocid1.policy.oc1..p; }\n"+variables+"\n"+commands)
	shell.Dir = folder
	shell.Env = append(os.Environ(), "COMPARTMENT=ocid1.compartment.oc1..c", "TENANCY=ocid1.tenancy.oc1..t", "HOME_REGION=us-ashburn-1")
	if said, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	made, err := os.ReadFile(filepath.Join(folder, "statements.json"))
	if err == nil {
		err = json.Unmarshal(made, &statements)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, made)
	}
	return statements
}

// TestByHandStream checks that the commands for a stream make settings that the function accepts of those of step 4, and that they
// keep all others.
func TestByHandStream(t *testing.T) {
	t.Chdir(root)
	d := readDocument(t, byHand)
	place := slices.IndexFunc(d.Blocks, func(b docs.Block) bool { return strings.Contains(b.Text, "oci fn function update") })
	if place < 0 {
		t.Fatal("no commands update the function")
	}
	before := `{
  "DEAD_LETTER_TOPIC_OCID": "ocid1.onstopic.oc1..d",
  "RESULT_TOPIC_OCID": "ocid1.onstopic.oc1..r",
  "RULES": "- {name: a|b, match: {type: \"x&y\"}, operation: cancel, with: {recipientTenancyId: data.id}}\n"
}`
	const stream, endpoint = "ocid1.stream.oc1..r", "https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com"
	shell := exec.CommandContext(t.Context(), findBash(t), "-euo", "pipefail", "-c", `fn() { cat >/dev/null; }
oci() { case "$3" in get) printf '%s\n' "$BEFORE" ;; update) while [ "$1" != --config ]; do shift; done; printf '%s' "$2" ;; esac; }
`+d.Blocks[place].Text)
	shell.Env = append(os.Environ(), "BEFORE="+before, "FUNCTION=ocid1.fnfunc.oc1..f", "RESULT_STREAM_OCID="+stream, "STREAMING_ENDPOINT="+endpoint)
	said, err := shell.CombinedOutput()
	var set, want map[string]string
	if err == nil {
		err = json.Unmarshal(said, &set)
	}
	if err == nil {
		err = json.Unmarshal([]byte(before), &want)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	delete(want, "RESULT_TOPIC_OCID")
	want["RESULT_STREAM_OCID"], want["STREAMING_ENDPOINT"] = stream, endpoint
	if !maps.Equal(set, want) {
		t.Errorf("the settings are %v, want %v", set, want)
	}
	if _, err := settings.Parse(func(name string) string { return set[name] }); err != nil {
		t.Error(err)
	}
}

// TestByHandMatchesFuncYAML checks that the commands set the memory and timeout of func.yaml, which fn deploy uses.
func TestByHandMatchesFuncYAML(t *testing.T) {
	t.Chdir(root)
	described, err := os.ReadFile("func.yaml")
	if err != nil {
		t.Fatal(err)
	}
	commands := shellOf(t, byHand)
	for _, name := range []string{"memory", "timeout"} {
		value := regexp.MustCompile(`(?m)^` + name + `: *(\d+)`).FindSubmatch(described)
		if value == nil || !strings.Contains(commands, "--"+name+" "+string(value[1])+" ") {
			t.Errorf("%s of func.yaml is %q, %s has another value", name, value, byHand)
		}
	}
}
