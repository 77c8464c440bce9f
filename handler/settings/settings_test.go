package settings

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	aTopic   = "ocid1.onstopic.oc1.iad.aaaa"
	aStream  = "ocid1.stream.oc1.iad.aaaa"
	aTenancy = "ocid1.tenancy.oc1..aaaa"
)

// environment returns a getenv of RESULT_TOPIC_OCID and of the given NAME, value, …
func environment(given ...string) func(string) string {
	set := map[string]string{"RESULT_TOPIC_OCID": aTopic}
	for index := 0; index < len(given); index += 2 {
		set[given[index]] = given[index+1]
	}
	return func(name string) string { return set[name] }
}

func TestDefaults(t *testing.T) {
	got, err := Parse(environment())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Mapping()) != 3 {
		t.Errorf("%d built-in rules, want 3", len(got.Mapping()))
	}
	got.mapping = nil
	want := Config{
		ResultTopicOCID: aTopic, DeadLetterTopicOCID: aTopic, ApprovalTopicOCID: aTopic, EventTypePrefix: "senderinvitation", Auth: "resource_principal",
		OCIConfigFile: "~/.oci/config", OCIConfigProfile: "DEFAULT", ConnectTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		MaxAttempts: 5, Mode: "enforce", Commands: []string{"create", "get", "list", "update", "cancel", "poll"}, Concurrency: 8, LogLevel: slog.LevelInfo, FunctionOCID: "/sender-invitations",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestHomeOfTheConfigurationFile(t *testing.T) {
	for _, c := range []struct{ auth, file, home, want string }{
		{"config_file", "", "/home/bob", "/home/bob/.oci/config"},
		{"config_file", "~/oci.conf", "/home/bob", "/home/bob/oci.conf"},
		{"config_file", "~/oci.conf", "", "~/oci.conf"},
		{"config_file", "~", "/home/bob", "/home/bob"},
		{"config_file", "~bob/oci", "/home/ann", "~bob/oci"},
		{"config_file", "/etc/oci", "/home/bob", "/etc/oci"},
		{"config_file", "etc/~/oci", "/home/bob", "etc/~/oci"},
		{"resource_principal", "", "/home/bob", "~/.oci/config"},
	} {
		if got, err := Parse(environment("AUTH", c.auth, "OCI_CONFIG_FILE", c.file, "HOME", c.home)); err != nil || got.OCIConfigFile != c.want {
			t.Errorf("%+v: got %s, %v", c, got.OCIConfigFile, err)
		}
	}
}

func TestSettingsAccepted(t *testing.T) {
	rules := filepath.Join("..", "rules", "rules.yaml")
	for _, c := range []struct {
		name, value string
		got         func(Config) any
		want        any
	}{
		{"COMPARTMENT_OCID", aTenancy, func(c Config) any { return c.CompartmentOCID }, aTenancy},
		{"DEAD_LETTER_TOPIC_OCID", "ocid1.onstopic.oc1.iad.b", func(c Config) any { return c.DeadLetterTopicOCID }, "ocid1.onstopic.oc1.iad.b"},
		{"APPROVAL_TOPIC_OCID", "ocid1.onstopic.oc1.iad.b", func(c Config) any { return c.ApprovalTopicOCID }, "ocid1.onstopic.oc1.iad.b"},
		{"RESEND_EXPIRED", "2", func(c Config) any { return c.ResendExpired }, 2},
		{"EXPIRING_DAYS", "3", func(c Config) any { return c.ExpiringDays }, 3},
		{"MODE", "hold", func(c Config) any { return c.Mode }, "hold"},
		{"DEAD_LETTER_TOPIC_OCID", "none", func(c Config) any { return c.DeadLetterTopicOCID }, "none"},
		{"EVENT_TYPE_PREFIX", "com.acme.Sender-Invitation", func(c Config) any { return c.EventTypePrefix }, "com.acme.Sender-Invitation"},
		{"AUTH", "instance_principal", func(c Config) any { return c.Auth }, "instance_principal"},
		{"AUTH", "config_file", func(c Config) any { return c.Auth }, "config_file"},
		{"OCI_CONFIG_FILE", "/x/config", func(c Config) any { return c.OCIConfigFile }, "/x/config"},
		{"OCI_CLI_PROFILE", "PROD", func(c Config) any { return c.OCIConfigProfile }, "PROD"},
		{"ORGANIZATIONS_REGION", "us-gov-ashburn-1", func(c Config) any { return c.OrganizationsRegion }, "us-gov-ashburn-1"},
		{"ORGANIZATIONS_ENDPOINT", "https://organizations.example", func(c Config) any { return c.OrganizationsEndpoint }, "https://organizations.example"},
		{"NOTIFICATIONS_ENDPOINT", "http://localhost:8081", func(c Config) any { return c.NotificationsEndpoint }, "http://localhost:8081"},
		{"NOTIFICATIONS_ENDPOINT", "http://[::1]:8081", func(c Config) any { return c.NotificationsEndpoint }, "http://[::1]:8081"},
		{"CONNECT_TIMEOUT", "1m30s", func(c Config) any { return c.ConnectTimeout }, 90 * time.Second},
		{"READ_TIMEOUT", "250ms", func(c Config) any { return c.ReadTimeout }, 250 * time.Millisecond},
		{"RULES", "[]", func(c Config) any { return len(c.Mapping()) }, 0},
		{"RULES_FILE", rules, func(c Config) any { return len(c.Mapping()) }, 3},
		{"HTTP_BASE_PATH", "/a/v1.2", func(c Config) any { return c.HTTPBasePath }, "/a/v1.2"},
		{"LOG_LEVEL", "warn", func(c Config) any { return c.LogLevel }, slog.LevelWarn},
		{"FN_FN_ID", "ocid1.fnfunc.oc1.iad.f", func(c Config) any { return c.FunctionOCID }, "ocid1.fnfunc.oc1.iad.f"},
		{"FN_CPUS", "100m", func(c Config) any { return c.Processors }, 1},
		{"FN_CPUS", "0.25", func(c Config) any { return c.Processors }, 1},
		{"FN_CPUS", "1000m", func(c Config) any { return c.Processors }, 1},
		{"FN_CPUS", "1.5", func(c Config) any { return c.Processors }, 2},
		{"FN_CPUS", "NaN", func(c Config) any { return c.Processors }, 0},
		{"FN_CPUS", "-1", func(c Config) any { return c.Processors }, 0},
		{"FN_CPUS", "m", func(c Config) any { return c.Processors }, 0},
		{"FN_CPUS", "1e9", func(c Config) any { return c.Processors }, 0},
		{"FN_MEMORY", "128", func(c Config) any { return c.Memory }, int64(128 << 20)},
		{"FN_MEMORY", "128MB", func(c Config) any { return c.Memory }, int64(0)},
		{"FN_MEMORY", "99999999999999999999", func(c Config) any { return c.Memory }, int64(0)},
		{"MAX_ATTEMPTS", "5", func(c Config) any { return c.MaxAttempts }, 5},
		{"ALLOWED_EMAIL_DOMAINS", "Müller.example, xn--mller-kva.example,ab--cd.com", func(c Config) any { return len(c.AllowedEmailDomains) }, 3},
		{"COMMANDS", "cancel, create", func(c Config) any { return c.Commands }, []string{"cancel", "create"}},
		{"COMMANDS", "none", func(c Config) any { return len(c.Commands) }, 0},
		{"MODE", "enforce", func(c Config) any { return c.Mode }, "enforce"},
	} {
		config, err := Parse(environment(c.name, c.value))
		if err != nil {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		} else if got := c.got(config); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s=%s: got %v", c.name, c.value, got)
		}
	}
}

// TestWhereResultsGo shows which topics and streams the settings lead to: those of results, then those of failures.
func TestWhereResultsGo(t *testing.T) {
	const another = aStream + "b"
	for _, c := range []struct {
		set  string
		want []string
	}{
		{"RESULT_TOPIC_OCID=" + aTopic, []string{aTopic, "", aTopic, ""}},
		{"RESULT_STREAM_OCID=" + aStream, []string{"", aStream, "", aStream}},
		{"RESULT_STREAM_OCID=" + aStream + " DEAD_LETTER_TOPIC_OCID=" + aTopic, []string{"", aStream, aTopic, ""}},
		{"RESULT_STREAM_OCID=" + aStream + " DEAD_LETTER_TOPIC_OCID=none", []string{"", aStream, "none", ""}},
		{"RESULT_STREAM_OCID=" + aStream + " DEAD_LETTER_STREAM_OCID=" + another, []string{"", aStream, "", another}},
		{"RESULT_TOPIC_OCID=" + aTopic + " DEAD_LETTER_STREAM_OCID=" + another, []string{aTopic, "", "", another}},
		{"RESULT_TOPIC_OCID=none DEAD_LETTER_STREAM_OCID=" + another, []string{"none", "", "", another}},
	} {
		set := map[string]string{"STREAMING_ENDPOINT": "https://cell-1.example"}
		for one := range strings.FieldsSeq(c.set) {
			name, value, _ := strings.Cut(one, "=")
			set[name] = value
		}
		got, err := Parse(func(name string) string { return set[name] })
		places := []string{got.ResultTopicOCID, got.ResultStreamOCID, got.DeadLetterTopicOCID, got.DeadLetterStreamOCID}
		if err != nil || !slices.Equal(places, c.want) {
			t.Errorf("%s: got %q, %v", c.set, places, err)
		}
	}
}

func TestSettingsRefused(t *testing.T) {
	for _, c := range []struct{ name, value, wanted string }{
		{"COMPARTMENT_OCID", "ocid1.compartment.oc1..a", "COMPARTMENT_OCID takes the OCID of a tenancy"},
		{"RESULT_TOPIC_OCID", "", "RESULT_TOPIC_OCID is required"},
		{"RESULT_TOPIC_OCID", "my-topic", "RESULT_TOPIC_OCID takes the OCID of a topic, or none"},
		{"RESULT_TOPIC_OCID", "none", "DEAD_LETTER_TOPIC_OCID is required if RESULT_TOPIC_OCID is none"},
		{"DEAD_LETTER_TOPIC_OCID", aTenancy, "DEAD_LETTER_TOPIC_OCID takes the OCID of a topic"},
		{"DEAD_LETTER_STREAM_OCID", "ocid1.streampool.oc1.iad.a", "DEAD_LETTER_STREAM_OCID takes the OCID of a stream"},
		{"RESULT_STREAM_OCID", aStream, "RESULT_TOPIC_OCID and RESULT_STREAM_OCID exclude each other"},
		{"RESULT_STREAM_OCID", aStream, "STREAMING_ENDPOINT is required with a stream"},
		{"STREAMING_ENDPOINT", "http://cell-1.example", "STREAMING_ENDPOINT takes https://"},
		{"EVENT_TYPE_PREFIX", "acme.", "EVENT_TYPE_PREFIX takes a name"},
		{"EVENT_TYPE_PREFIX", "*", "EVENT_TYPE_PREFIX takes a name"},
		{"AUTH", "password", "AUTH takes resource_principal, config_file or instance_principal"},
		{"ORGANIZATIONS_REGION", "US East", "ORGANIZATIONS_REGION takes a region"},
		{"ORGANIZATIONS_ENDPOINT", "http://organizations.example", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"ORGANIZATIONS_ENDPOINT", "https://organizations.example/20230401", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"ORGANIZATIONS_ENDPOINT", "https://user:secret@organizations.example", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"NOTIFICATIONS_ENDPOINT", "organizations.example", "NOTIFICATIONS_ENDPOINT takes https://"},
		{"NOTIFICATIONS_ENDPOINT", "http://127.0.0.1.example:80", "NOTIFICATIONS_ENDPOINT takes https://"},
		{"NOTIFICATIONS_ENDPOINT", "https://a?b", "NOTIFICATIONS_ENDPOINT takes https://"},
		{"NOTIFICATIONS_ENDPOINT", "https://", "NOTIFICATIONS_ENDPOINT takes https://"},
		{"CONNECT_TIMEOUT", "10", "CONNECT_TIMEOUT takes a duration"},
		{"CONNECT_TIMEOUT", "0s", "CONNECT_TIMEOUT takes a duration"},
		{"READ_TIMEOUT", "-1s", "READ_TIMEOUT takes a duration"},
		{"READ_TIMEOUT", "2h", "READ_TIMEOUT takes a duration"},
		{"MAX_ATTEMPTS", "0", "MAX_ATTEMPTS takes a whole number from 1 to 20"},
		{"RULES", "- name", `RULES: rule "", line 1`},
		{"RULES", "{", "RULES: the rules are not YAML"},
		{"RULES", "- name: a\n  match:\n    type: t\n    when: `5` < data.n", "RULES: the rules are not YAML: line 4: a value that begins with a backtick, an at sign"},
		{"RULES", `[{name: a, match: {type: t, when: 'data.plan != "trial"'}, operation: cancel, with: {recipientTenancyId: data.x}}]`, `RULES: rule "a", line 1: match.when: column 14: double quotes name a member: write 'trial' for the text`},
		{"RULES", " ", "RULES: the rules are empty"},
		{"ORGANIZATIONS_ENDPOINT", "HTTPS://organizations.example", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"ORGANIZATIONS_ENDPOINT", "https://organizations.example:", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"ORGANIZATIONS_ENDPOINT", "https://organizations.example:0", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"ORGANIZATIONS_ENDPOINT", "https://organizations.example:99999", "ORGANIZATIONS_ENDPOINT takes https://"},
		{"RULES_FILE", "/nonexistent/rules.yaml", "RULES_FILE takes a file that can be read"},
		{"HTTP_BASE_PATH", "v1", "HTTP_BASE_PATH takes a path"},
		{"HTTP_BASE_PATH", "/v1/", "HTTP_BASE_PATH takes a path"},
		{"HTTP_BASE_PATH", "/..", "HTTP_BASE_PATH takes a path"},
		{"ALLOWED_RECIPIENTS", "a,,b", "ALLOWED_RECIPIENTS takes tenancy OCIDs"},
		{"ALLOWED_RECIPIENTS", "foo", "ALLOWED_RECIPIENTS takes tenancy OCIDs"},
		{"ALLOWED_RECIPIENTS", "ocid1.compartment.oc1..*", "ALLOWED_RECIPIENTS takes tenancy OCIDs"},
		{"DENIED_RECIPIENTS", "ocid1.tenacy.oc1..a", "DENIED_RECIPIENTS takes tenancy OCIDs"},
		{"DENIED_RECIPIENTS", "ocid1.tenancy", "DENIED_RECIPIENTS takes tenancy OCIDs"},
		{"DENIED_RECIPIENTS", "a b", "DENIED_RECIPIENTS takes tenancy OCIDs"},
		{"ALLOWED_EMAIL_DOMAINS", "acme", "ALLOWED_EMAIL_DOMAINS takes domains"},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com.", "ALLOWED_EMAIL_DOMAINS takes domains"},
		{"ALLOWED_EMAIL_DOMAINS", "\u212aind.com", "ALLOWED_EMAIL_DOMAINS takes domains"},
		{"ALLOWED_EMAIL_DOMAINS", "xn--zzzz.com", "ALLOWED_EMAIL_DOMAINS takes domains"},
		{"MAX_PENDING", "many", "MAX_PENDING takes a whole number"},
		{"COMMANDS", "create,delete", `COMMANDS takes create, get, list, update, cancel, poll, separated by commas, or none, not "delete"`},
		{"COMMANDS", "create,none", `or none, not "none"`},
		{"COMMANDS", "Create", `or none, not "Create"`},
		{"COMMANDS", "create,", `or none, not ""`},
		{"ALLOWED_RECIPIENTS", aTenancy + ",ocid1.compartment.oc1..a", `separated by commas, not "ocid1.compartment.oc1..a"`},
		{"ALLOWED_RECIPIENTS", aTenancy + ",bob@acme.example", "ALLOWED_RECIPIENTS takes tenancy OCIDs, * allowed, separated by commas"},
		{"COMPARTMENT_OCID", aTenancy + "\n", `COMPARTMENT_OCID takes the OCID of a tenancy, not "ocid1.tenancy.oc1..aaaa\n": it has a line end at its end`},
		{"RESULT_TOPIC_OCID", " " + aTopic, "it has a blank at its start"},
		{"MAX_PENDING", "5 ", "it has a blank at its end"},
		{"MODE", "dry-run\r\n", "it has a line end at its end"},
		{"MODE", "test", "MODE takes enforce, dry-run or hold"},
		{"APPROVAL_TOPIC_OCID", "none", "APPROVAL_TOPIC_OCID takes the OCID of a topic"},
		{"RESEND_EXPIRED", "11", "RESEND_EXPIRED takes a whole number from 0 to 10"},
		{"EXPIRING_DAYS", "30", "EXPIRING_DAYS takes a whole number from 0 to 29"},
		{"CONCURRENCY", "65", "CONCURRENCY takes a whole number from 1 to 64"},
		{"FN_FN_ID", "%zz", "FN_FN_ID takes a URI reference"},
		{"LOG_LEVEL", "loud", `LOG_LEVEL takes info, debug, warn or error, not "loud"`},
	} {
		_, err := Parse(environment(c.name, c.value))
		if err == nil || !strings.Contains(err.Error(), c.wanted) || strings.ContainsAny(err.Error(), "\n@") ||
			c.name != "RESULT_TOPIC_OCID" && strings.Count(err.Error(), c.name) != 1 {
			t.Errorf("%s=%s: %v, want %q", c.name, c.value, err, c.wanted)
		}
	}
}

// A wrong value is not told if it is long: it may be a token or a key that was put into the wrong setting. OCIDs and URLs are told.
func TestSecretsAreNotTold(t *testing.T) {
	for value, told := range map[string]bool{
		strings.Repeat("t0k3n", 9):                                        false,
		"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC":   false,
		"ocid1.compartment.oc1.." + strings.Repeat("a", 60):               true,
		"https://organizations.us-ashburn-1.oci.oraclecloud.com/20230401": true,
		"loud": true,
	} {
		_, err := Parse(environment("ORGANIZATIONS_ENDPOINT", value, "LOG_LEVEL", value))
		if err == nil || strings.Contains(err.Error(), value[:min(len(value), 30)]) != told {
			t.Errorf("%s: %v", value, err)
		}
	}
}

func TestRulesFromTwoPlaces(t *testing.T) {
	_, err := Parse(environment("RULES", "[]", "RULES_FILE", "/nonexistent"))
	if err == nil || !strings.Contains(err.Error(), "exclude each other") {
		t.Error(err)
	}
}

// What is to be held needs a place for held events.
func TestHeldEventsNeedAPlace(t *testing.T) {
	const rule = `[{name: a, match: {type: t}, operation: create, with: {recipientTenancyId: a%s}%s}]`
	for _, c := range []struct {
		set  []string
		want bool
	}{
		{[]string{"MODE", "hold"}, true},
		{[]string{"RULES", fmt.Sprintf(rule, "", ", hold: true")}, true},
		{[]string{"RULES", fmt.Sprintf(rule, ", hold: data.big", "")}, true},
		{[]string{"RULES", fmt.Sprintf(rule, "", ", hold: false")}, false},
		{[]string{"MODE", "hold", "APPROVAL_TOPIC_OCID", aTopic}, false},
		{[]string{"MODE", "hold", "RESULT_TOPIC_OCID", aTopic}, false},
		{[]string{"MODE", "hold", "RESULT_TOPIC_OCID", "", "RESULT_STREAM_OCID", aStream, "STREAMING_ENDPOINT", "https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com"}, false},
		{nil, false},
	} {
		_, err := Parse(environment(append([]string{"RESULT_TOPIC_OCID", "none", "DEAD_LETTER_TOPIC_OCID", aTopic}, c.set...)...))
		if got := err != nil && strings.Contains(err.Error(), "APPROVAL_TOPIC_OCID is required"); got != c.want || !got && err != nil {
			t.Errorf("%q: %v", c.set, err)
		}
	}
}

// Names are all settings, each once.
func TestNames(t *testing.T) {
	names := Names()
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			t.Errorf("%s twice", name)
		}
		seen[name] = true
	}
	if !seen["RESULT_TOPIC_OCID"] || !seen["RULES_FILE"] || !seen["FN_MEMORY"] || len(names) < 25 {
		t.Error(names)
	}
}
