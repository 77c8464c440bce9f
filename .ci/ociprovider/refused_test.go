package main

import (
	"slices"
	"strings"
	"testing"
)

// TestWrongValuesAreRefused checks that each variable refuses a wrong value and says what it takes.
func TestWrongValuesAreRefused(t *testing.T) {
	wrong := []struct{ variable, value, message string }{
		{"tenancy_ocid", `"ocid1.compartment.oc1..x"`, "tenancy_ocid takes the OCID of a tenancy."},
		{"compartment_ocid", `"ocid1.vcn.oc1..x"`, "compartment_ocid takes the OCID of a compartment."},
		{"region", `"IAD"`, "region takes the identifier of a region, such as us-ashburn-1."},
		{"name", `"Invitations_1"`, "name takes 2 to 62 lower-case letters, digits and hyphens, and begins with a letter."},
		{"function_ocid", `"ocid1.fnapp.oc1..x"`, "function_ocid takes the OCID of a function."},
		{"image", `"docker.io/acme/sender-invitations:latest"`, "image takes <region>.ocir.io/<namespace>/<repository>:<tag>, such as iad.ocir.io/mytenancy/sender-invitations:1.0.0."},
		{"image", `"docker.io/acme/sender-invitations:latest"`, "image takes a tag that is a version, not latest: the function does not follow a tag that moves."},
		{"application_shape", `"GENERIC_RISCV"`, "application_shape takes GENERIC_X86, GENERIC_ARM or GENERIC_X86_ARM."},
		{"memory_in_mbs", `300`, "memory_in_mbs takes 128, 256, 512, 1024, 2048 or 3072."},
		{"timeout_in_seconds", `301`, "timeout_in_seconds takes 5 to 300 whole seconds."},
		{"detached_timeout_in_seconds", `4`, "detached_timeout_in_seconds takes 5 to 3600 whole seconds, or 0."},
		{"provisioned_concurrency", `15`, "provisioned_concurrency takes a multiple of 10, or 0."},
		{"apm_domain_ocid", `"ocid1.domain.oc1..x"`, "apm_domain_ocid takes the OCID of an APM domain."},
		{"apm_compartment_ocid", `"ocid1.apmdomain.oc1..x"`, "apm_compartment_ocid takes the OCID of a compartment."},
		{"mode", `"dryrun"`, "mode takes dry-run, hold or enforce."},
		{"event_type_prefix", `"com.acme."`, "event_type_prefix takes a name such as com.acme.senderinvitation."},
		{"commands", `"create,delete"`, "commands takes create, get, list, update, cancel, poll, separated by commas, or none."},
		{"allowed_recipients", `"ocid1.tenancy.oc1..a; ocid1.tenancy.oc1..b"`, "allowed_recipients takes tenancy OCIDs, * anywhere in them, separated by commas."},
		{"denied_recipients", `"all of them"`, "denied_recipients takes tenancy OCIDs, * anywhere in them, separated by commas."},
		{"allowed_email_domains", `"acme.com,,beta.com"`, "allowed_email_domains takes domains such as acme.com, separated by commas."},
		{"max_pending", `-1`, "max_pending takes a whole number from 0 to 1000000."},
		{"resend_expired", `11`, "resend_expired takes a whole number from 0 to 10."},
		{"expiring_days", `1.5`, "expiring_days takes a whole number from 0 to 29."},
		{"log_level", `"trace"`, "log_level takes debug, info, warn or error."},
		{"organizations_region", `"FRA"`, "organizations_region takes the identifier of a region, such as us-ashburn-1."},
		{"rules", `"- name: [signup"`, "rules takes YAML: a list of mapping rules."},
		{"freeform_tags", `"owner=platform"`, `freeform_tags takes a map of texts, or its JSON, such as {"owner": "platform"}.`},
		{"extra_config", `{"MAX-ATTEMPTS" = "3"}`, "extra_config takes keys of letters, digits and underscores that do not begin with a digit."},
		{"vcn_cidr", `"172.17.0.0/30"`, "vcn_cidr takes a block such as 10.20.0.0/24, /16 to /28."},
		{"vcn_cidr", `"172.17.0.0/30"`, "vcn_cidr must not lie in 172.17.0.0/16: Functions uses it itself."},
		{"function_subnet_ocid", `"ocid1.vcn.oc1..x"`, "function_subnet_ocid takes the OCID of a subnet."},
		{"organizations_resource_type", `"all-resources"`, "organizations_resource_type takes organizations-family, organizations-sender-invitation or organizations-sender-invitations."},
		{"extra_policy_statements", `["to use tag-namespaces in tenancy"]`, "extra_policy_statements takes policy statements, which begin with Allow."},
		{"result_topic_ocid", `"ocid1.stream.oc1..x"`, "result_topic_ocid takes the OCID of a topic, or none."},
		{"dead_letter_topic_ocid", `"null"`, "dead_letter_topic_ocid takes the OCID of a topic, or none."},
		{"approval_topic_ocid", `"none"`, "approval_topic_ocid takes the OCID of a topic."},
		{"dead_letter_email", `"me"`, "dead_letter_email takes an e-mail address."},
		{"stream_partitions", `0`, "stream_partitions takes a whole number from 1."},
		{"stream_retention_in_hours", `12`, "stream_retention_in_hours takes 24 to 168 whole hours."},
		{"event_condition", `"eventType = x"`, `event_condition takes a JSON object, such as {"eventType": ["com.oraclecloud.objectstorage.createobject"]}.`},
		{"event_bucket", `"a/b"`, "event_bucket takes the name of a bucket."},
		{"log_retention_in_days", `45`, "log_retention_in_days takes 30, 60, 90, 120, 150 or 180."},
		{"alarm_email", `"me@"`, "alarm_email takes an e-mail address."},
		{"schedule_cron", `"0 6 * *"`, "schedule_cron takes five fields, such as 0 6 * * *."},
		{"schedule_payload", `"{"`, `schedule_payload takes JSON, such as {"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..example"}.`},
		{"poll_cron", `"@hourly"`, "poll_cron takes five fields, such as 0 * * * *."},
		{"gateway_endpoint_type", `"INTERNAL"`, "gateway_endpoint_type takes PUBLIC or PRIVATE."},
		{"gateway_subnet_ocid", `"subnet"`, "gateway_subnet_ocid takes the OCID of a subnet."},
		{"gateway_client_cidrs", `["203.0.113.0"]`, "gateway_client_cidrs takes blocks such as 203.0.113.0/24."},
		{"jwt_issuers", `["http://issuer.example.com"]`, "jwt_issuers takes https:// addresses."},
		{"jwt_audiences", `[" "]`, "jwt_audiences takes no empty audience."},
		{"jwks_uri", `"http://issuer.example.com/jwk"`, "jwks_uri takes an https:// address."},
		{"jwt_read_scopes", `["*", "read"]`, `jwt_read_scopes takes scopes, or ["*"] alone.`},
		{"jwt_write_scopes", `[" "]`, `jwt_write_scopes takes scopes, or ["*"] alone.`},
		{"jwt_events_scopes", `["invitations.*"]`, `jwt_events_scopes takes scopes, or ["*"] alone.`},
		{"gateway_requests_per_second", `0.5`, "gateway_requests_per_second takes a whole number."},
	}
	var lines, want []string
	for _, one := range wrong {
		if line := one.variable + " = " + one.value; !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		want = append(want, one.message)
	}
	s := newStack(t)
	s.variables(lines...)
	same(t, s.errors("plan", "-json"), want)
}

// TestWrongMapsAreRefused checks that a map, or its JSON, is refused if a value is not a string or if the keys are wrong.
func TestWrongMapsAreRefused(t *testing.T) {
	tags := `freeform_tags takes a map of texts, or its JSON, such as {"owner": "platform"}.`
	config := `extra_config takes a map of texts, or its JSON, such as {"MAX_ATTEMPTS": "3"}.`
	keys := "extra_config takes keys of letters, digits and underscores that do not begin with a digit."
	for name, test := range map[string]struct{ lines, want []string }{
		"texts that are no JSON": {[]string{`freeform_tags = "{owner"`, `extra_config = "MAX_ATTEMPTS=3"`}, []string{tags, config}},
		"lists":                  {[]string{`freeform_tags = ["owner"]`, `extra_config = "[\"MAX_ATTEMPTS\"]"`}, []string{tags, config}},
		"maps of maps":           {[]string{`freeform_tags = "{\"a\": {}}"`, `extra_config = { A = {} }`}, []string{tags, config}},
		"nothing in them":        {[]string{`freeform_tags = { a = null }`, `extra_config = "{\"A\": null}"`}, []string{tags, config}},
		"other values":           {[]string{`freeform_tags = "3"`, `extra_config = true`}, []string{tags, config}},
		"a key of JSON":          {[]string{`extra_config = "{\"MAX-ATTEMPTS\": \"3\"}"`}, []string{keys}},
		"a setting of JSON": {[]string{`extra_config = "{\"MODE\": \"enforce\"}"`},
			[]string{"extra_config must not set MODE: it has a variable of its own, or must stay unset."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.variables(append(given[:4:4], test.lines...)...)
			same(t, s.errors("plan", "-json"), test.want)
		})
	}
}

// TestHostBitsAreRefused checks that a block of addresses must begin at its prefix.
func TestHostBitsAreRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(append(given[:4:4], `vcn_cidr = "10.20.0.5/24"`)...)
	same(t, s.errors("plan", "-json"), []string{"vcn_cidr takes a block such as 10.20.0.0/24, /16 to /28."})
}

// TestWrongCombinationsAreRefused checks that a plan refuses variables that do not fit together.
func TestWrongCombinationsAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ lines, want []string }{
		"no subnet, no tokens, no scopes": {
			append(given[:4:4], `create_network = false`, `create_gateway = true`),
			[]string{
				"The function needs a subnet: set create_network, or give function_subnet_ocid.",
				"The gateway is not made without authentication: give jwt_issuers, jwt_audiences and jwks_uri.",
				`The gateway needs jwt_write_scopes: the scopes of tokens that may make, change and cancel invitations, or ["*"] if every valid token may.`,
				`The gateway needs jwt_events_scopes: the scopes of tokens that may send events, which can make invitations, or ["*"] if every valid token may.`,
				"The gateway needs a subnet: set create_network, or give gateway_subnet_ocid.",
			},
		},
		"no image": {
			given[:3],
			[]string{"The function needs an image: give image, or the OCID of an existing function as function_ocid."},
		},
		"an image of another region": {
			append(given[:2:2], given[3], `region = "eu-frankfurt-1"`),
			[]string{"The image must be in the registry of the function's region: eu-frankfurt-1.ocir.io or fra.ocir.io."},
		},
		"concurrency for more memory": {
			append(given[:4:4], `memory_in_mbs = 128`, `provisioned_concurrency = 20`),
			[]string{"provisioned_concurrency takes a multiple of 40 with 128 MB."},
		},
		"more issuers and audiences than API Gateway takes": {
			append(given[:4:4], `jwt_issuers = ["https://1/", "https://2/", "https://3/", "https://4/", "https://5/", "https://6/"]`, `jwt_audiences = ["1", "2", "3", "4", "5", "6"]`),
			[]string{
				"jwt_issuers takes at most five, as API Gateway does.",
				"jwt_audiences takes at most five, as API Gateway does.",
			},
		},
		"settings twice": {
			append(given[:4:4], `extra_config = { MODE = "enforce", HTTP_BASE_PATH = "/v1", RESULT_STREAM_OCID = "", DEAD_LETTER_STREAM_OCID = "", STREAMING_ENDPOINT = "",
				RESEND_EXPIRED = "1", EXPIRING_DAYS = "1", APPROVAL_TOPIC_OCID = "" }`),
			[]string{"extra_config must not set APPROVAL_TOPIC_OCID, DEAD_LETTER_STREAM_OCID, EXPIRING_DAYS, HTTP_BASE_PATH, MODE, RESEND_EXPIRED, RESULT_STREAM_OCID, STREAMING_ENDPOINT: it has a variable of its own, or must stay unset."},
		},
		"a poll that is not allowed": {
			append(given[:4:4], `commands = "create,cancel"`),
			[]string{"commands must have poll, which a schedule asks for: add it, or set create_poll_schedule = false."},
		},
		"creates held, and no topic for them": {
			append(given[:4:4], `mode = "hold"`, `result_topic_ocid = "none"`),
			[]string{"With mode hold, creates need a topic to be approved on: give approval_topic_ocid, for result_topic_ocid is none."},
		},
		"mail from no topic": {
			append(given[:4:4], `dead_letter_topic_ocid = "none"`, `dead_letter_email = "me@example.com"`),
			[]string{"dead_letter_email needs a topic: dead_letter_topic_ocid is none."},
		},
		"a topic and a stream for the same events": {
			append(given[:4:4], `create_result_stream = true`, `create_dead_letter_stream = true`, `result_topic_ocid = "none"`,
				`dead_letter_topic_ocid = "ocid1.onstopic.oc1.iad.theirs"`),
			[]string{
				"Results go to a topic or to a stream: leave result_topic_ocid empty with create_result_stream.",
				"Failures go to a topic or to a stream: leave dead_letter_topic_ocid empty with create_dead_letter_stream.",
			},
		},
		"mail from a stream": {
			append(given[:4:4], `create_dead_letter_stream = true`, `dead_letter_email = "me@example.com"`),
			[]string{"dead_letter_email needs a topic: with create_dead_letter_stream there is none."},
		},
		"a private gateway in a public subnet": {
			append(everything[:len(everything):len(everything)], `gateway_endpoint_type = "PRIVATE"`),
			[]string{"A PRIVATE gateway needs your own subnet: give gateway_subnet_ocid. The subnet that the stack makes is public."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.variables(test.lines...)
			same(t, s.errors("plan", "-json"), test.want)
		})
	}
}

// TestConfigurationOverFourKilobytesIsRefused checks OCI's limit on the bytes of all keys and values. As long as the two topics
// have no OCIDs, they count as 320 bytes. Two streams and their endpoint count as 480.
func TestConfigurationOverFourKilobytesIsRefused(t *testing.T) {
	settings := 4096 - 320
	refuseOver(t, settings)
	refuseOver(t, settings-160, `create_result_stream = true`, `create_dead_letter_stream = true`)
}

// refuseOver checks that settings of so many bytes, besides topics and streams, are planned, and that more are refused.
func refuseOver(t *testing.T, most int, lines ...string) {
	t.Helper()
	typed := len("ORGANIZATIONS_REGION" + "eu-frankfurt-1" + "EVENT_TYPE_PREFIX" + "senderinvitation" + "MODE" + "dry-run" + "LOG_LEVEL" + "info" + "COMMANDS" + "poll")
	for excess, want := range map[int][]string{
		0: nil,
		1: {"The settings are 4097 bytes, OCI takes 4096: put the rules into the image (RULES_FILE) or make them shorter."},
		2: {"The settings are 4098 bytes, OCI takes 4096: put the rules into the image (RULES_FILE) or make them shorter."},
	} {
		umlauts := 500
		rest := most - typed - len("PADDING") - umlauts*len("ö") + excess
		s := newStack(t)
		s.variables(append(append(given[:4:4], lines...), `extra_config = { PADDING = "`+strings.Repeat("ö", umlauts)+strings.Repeat("x", rest)+`" }`)...)
		if want == nil {
			s.must("plan")
		} else {
			same(t, s.errors("plan", "-json"), want)
		}
	}
}

// same compares messages in any order. It ignores the position of the rule, which Terraform adds to some messages.
func same(t *testing.T, got, want []string) {
	t.Helper()
	for i, message := range got {
		got[i], _, _ = strings.Cut(message, "\n\nThis was checked by")
	}
	for _, message := range want {
		if !slices.Contains(got, message) {
			t.Errorf("missing: %s", message)
		}
	}
	for _, message := range got {
		if !slices.Contains(want, message) {
			t.Errorf("unexpected: %s", message)
		}
	}
}
