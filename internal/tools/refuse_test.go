package tools_test

import (
	"strings"
	"testing"

	"sender-invitations/internal/tools"
)

const rules = "- name: signup\n  match: {type: x}\n"

// TestRefused checks that each line is refused, as the real tool refuses it.
func TestRefused(t *testing.T) {
	t.Chdir("../..")
	for _, c := range []struct{ line, reason string }{
		// fn takes a value that begins with - for a flag.
		{"fn|config|function|app|fn|RULES|" + rules, "flag provided but not defined"},
		{"fn|config|function|app|fn|RULES", "missing required arguments: <value>"},
		{"fn|config|fonction|app|fn|RULES|x", "has no command"},
		{"fn|create|function|app|fn", "missing required arguments: <image>"},
		{"fn|create|function|app|fn|image", "must have a tag"},
		{"fn|create|function|app|fn|image:1|--memory|much", "invalid value"},
		{"fn|create|function|app|fn|image:1|--memory", `invalid value "app"`}, // fn puts the arguments after the flags
		{"fn|create|function|app|fn|image:1|--config|MODE", "KEY=VALUE"},
		{"fn|update|function|app|fn|--on-failure|topic:ocid1", "notifications"},
		{"fn|update|function|app|fn|--detached-timeout|5", "duration"},
		{"fn|update|function|app|fn|--annotation|a=b", "KEY=JSON"},
		{"fn|update|context|api-url|functions.example.com", "://"},
		{"fn|create|context|sender.invitations|--provider|oracle", "context name"},
		{"fn|create|context|c|--provider|oracle|--api-url|functions.example.com", "://"},
		{"fn|create|app|a|-c|A=b", "not defined"}, // only update has the short form
		{"fn|invoke|app", "missing app and function name"},
		{"fn|invoke|app|fn|--body|{}", "not defined"},
		{"fn|deploy|--no-bump", "app name"},
		{"fn|deploy|--app|a|--no-bump=maybe", "invalid boolean value"},
		{"fn|depoly|--app|a", "not found"},
		{"fn|create|function|app|fn|image:1|--config|A=b|-c|D=e", "two forms of the same flag"},
		// The state of a stream is no state of a work request, for which oci waits since 3.83.0.
		{"oci|streaming|admin|stream|create|--name|n|--partitions|1|--compartment-id|c|--wait-for-state|ACTIVE", "is not one of"},
		{"oci|streaming|admin|stream|create|--partitions|1", "missing option --name"},
		// CLI 3.94.0 has a command for each kind of function.
		{"oci|fn|function|update|--function-id|f|--config|{}|--force", "no such command"},
		{"oci|fn|function|update|container-function|--function-id|f|--source-details|{}", "no such option: --source-details"},
		{"oci|fn|application|create|--compartment-id|c|--display-name|n|--subnet-ids|[]|--wait-for-state|ACTIVE", "is not one of"},
		{"oci|fn|function|get|--function-id| ", "whitespace"},
		{"oci|streaming|admin|stream|create|--name|n|--partitions|one", "--partitions"},
		{"oci|streaming|admin|stream|create|--name|n|--partitions|1|--part|2", "no such option: --part"},
		{"oci|streaming|admin|stream|create|n|--name|n|--partitions|1", "unexpected extra argument"},
		{"oci|streaming|stream|message|get|--stream-id|s|--cursor|c", "needs --endpoint"},
		{"oci|streaming|admin|streams|get|--stream-id|s", "no such command"},
		{"oci|ons|topic|delete|--topic-id|t|--force=true", "does not take a value"},
		{"oci|ons|topic|delete|--topic-id|t|--force|true", "unexpected extra argument"},
		{"oci|ons|topic|list|--compartment-id", "requires an argument"},
		{"oci|ons|subscription|create|--compartment-id|c|--topic-id|t|--protocol|EMAIL|--endpoint|a@b.c", "--subscription-endpoint"},
		{"oci|ons|topic|list|--compartment-id|c|--query|data[0|--raw-output", "--query"},
		{"oci|ons|topic|list|--compartment-id|c|--query|data[0].items(|--raw-output", "--query"},
		{"oci|ons|topic|list|--compartment-id|c|--all|--limit|3", "--limit"},
		{"oci|ons|topic|list|--compartment-id|c|--output|yaml", "is not one of"},
		{"oci|ons|topic|list|--compartment-id|c|--output|JSON", "is not one of"}, // the root's choices keep the case of letters
		{"oci|ons|topic|list|--compartment-id|c|--enable-propagation", "requires an argument"},
		// oci itself reads every letter of a word that begins with -, wherever it stands: i starts a prompt, v prints the version.
		{"oci|ons|message|publish|--topic-id|t|--body|- id: 1", "cli-auto-prompt"},
		{"oci|ons|topic|list|-xc|c", "no such option: -x"},
		{"oci|sch|service-connector|deactivate|--service-connector-id|s|--wait-for-state|INACTIVE", "is not one of"},
		{"oci|artifacts|container|repository|create|--compartment-id|c|--display-name|n|--repository-type|STANDARD", "no such option"},
		{"oci|logging-search|search-logs|--search-query|q|--time-start|2026-01-02T03:04:05|--time-end|2026-01-03", "is not a time"},
		{"oci|logging-search|search-logs|--search-query|q|--time-start|2026-13-02|--time-end|2026-01-03", "is not a time"},
		{"oci|events|rule|create|--compartment-id|c|--display-name|d|--is-enabled|maybe|--condition|{}|--actions|{}", "boolean"},
		{"oci|events|rule|create|--compartment-id|c|--display-name|d|--is-enabled|true|--condition|{}|--actions|{actions", "JSON"},
		{"oci|events|rule|create|--compartment-id|c|--display-name|d|--is-enabled|true|--condition|{}|--actions|file://no-such-file", "no such file"},
		{"oci|os|object|put|--bucket-name|b|--file|-", "--name must be provided"},
		{"oci|iam|policy|update|--policy-id|p|--statements|[]", "must be given together"},
		{"oci|monitoring|alarm|create|--display-name|d", "missing option --compartment-id"},
		{"oci|fn|function|invoke|--function-id|f|--body|{}", "missing option --file"},
		{"make|no-such-target", "no-such-target"},
		{"make|doctor|NO_SUCH_VARIABLE=1", "NO_SUCH_VARIABLE"},
		{"terraform|aply", "no sub-command"},
		{"terraform|apply|-replce=x", "no option -replce"},
		{"terraform|apply|-chdir=deploy/terraform", "no option -chdir"}, // it must stand before the sub-command
		{"terraform|-chdir|deploy/terraform|apply", "-chdir"},
		{"terraform|-auto-approve|apply", "no option -auto-approve"},
		{"terraform|destroy|x", "too many arguments"},
		{"docker|push|--platforms|x", "no option --platforms"},
		{"docker|build|-t|x", "too few arguments"},
		{"docker|build|-t|x|.|..", "too many arguments"},
		{"docker|tag|x", "too few arguments"},
		{"kcat|-F", "requires an argument"},
		{"kafka-console-consumer.sh|--bootstrap-servers|x", "no option"},
		{"curl|--dta|x", "no option"},
		{"kubectl|get", "no parser"},
	} {
		_, err := tools.Parse(strings.Split(c.line, "|"))
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%q: %v, want %q", c.line, err, c.reason)
		}
	}
}

// TestAccepted checks what the tools make of lines that look odd and are right.
func TestAccepted(t *testing.T) {
	t.Chdir("../..")
	for _, c := range []struct {
		line, command string
		args          []string
		option, value string
	}{
		{"fn|config|function|--|app|fn|RULES|" + rules, "fn config function", []string{"app", "fn", "RULES", rules}, "", ""},
		{"fn|cf|f|app|fn|MODE|enforce", "fn config function", []string{"app", "fn", "MODE", "enforce"}, "", ""},
		{"fn|create|function|app|fn|image:1|--memory|256|--config|A=b=c|--config|D=e", "fn create function", []string{"app", "fn", "image:1"}, "config", "D=e"},
		{"fn|update|function|app|fn|--annotation|oracle.com/oci/imageDigest=\"\"", "fn update function", []string{"app", "fn"}, "annotation", `oracle.com/oci/imageDigest=""`},
		{"fn|list|config|function|app|fn", "fn list config function", []string{"app", "fn"}, "", ""},
		{"oci|--region|r|ons|topic|list|-c|--name|--query|data[0].\"topic-id\"", "oci ons topic list", nil, "compartment-id", "--name"},
		{"oci|streaming|admin|stream|create|--name|n|--partitions=1|--wait-for-state|succeeded", "oci streaming admin stream create", nil, "wait-for-state", "succeeded"},
		{"oci|logging-search|search-logs|--search-query|q|--time-start|2026-01-02 03:04|--time-end|1412195400", "oci logging-search search-logs", nil, "time-end", "1412195400"},
		{"oci|ons|topic|list|-cname|-d|--query|query://topics", "oci ons topic list", nil, "compartment-id", "name"},
		{"curl|-so|/dev/null|-w|%{http_code}|http://x", "curl", []string{"http://x"}, "o", "/dev/null"},
		{"terraform|-chdir=deploy/terraform|state|rm|x[0]", "terraform state rm", []string{"x[0]"}, "chdir", "deploy/terraform"},
	} {
		call, err := tools.Parse(strings.Split(c.line, "|"))
		if err != nil || call.Command != c.command || strings.Join(call.Args, "|") != strings.Join(c.args, "|") || call.Option(c.option) != c.value {
			t.Errorf("%q: %+v %v", c.line, call, err)
		}
	}
}

// TestKnows checks names of commands that are not complete.
func TestKnows(t *testing.T) {
	for line, known := range map[string]bool{
		"fn": true, "fn config function": true, "fn update function --config": true, "fn confg function": false, "fn invoke --body": false,
		"oci": true, "oci streaming admin stream get": true, "oci iam dynamic-group update --matching-rule": true, "oci --query": true,
		"oci iam dynamicgroup": false, "oci ons topic list --nmae": false, "docker push": true, "docker psuh": false, "kubectl": false,
	} {
		if err := tools.Knows(strings.Fields(line)); (err == nil) != known {
			t.Errorf("%q: %v", line, err)
		}
	}
}
