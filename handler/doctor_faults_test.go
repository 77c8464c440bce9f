package handler_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/ocitest"
)

var (
	services   = []string{"organizations", "resultTopic", "deadLetterTopic"}
	everything = append([]string{"region"}, services...)
)

const (
	organizationsPolicy = "Allow dynamic-group <name> to manage organizations-family in tenancy"
	streamPolicy        = "Allow dynamic-group <name> to read streams in compartment <name>"
	topicPolicy         = "Allow dynamic-group <name> to use ons-topics in compartment <name>"
	matchingRule        = "ALL {resource.type = 'fnfunc', resource.id = 'ocid1.fnfunc.oc1.iad.aaaaaaaafunction'}"
)

// plantedFaults lists faults: how each is planted, the check that finds it, parts of its fault and remedy, and the checks that are
// skipped because of it.
var plantedFaults = []struct {
	name    string
	plant   func(*testing.T, *patient)
	check   string
	wanted  []string
	skipped []string
}{
	{"credentials missing", func(t *testing.T, p *patient) { p.variables = p.variables[1:] },
		"credentials", []string{"OCI_RESOURCE_PRINCIPAL_VERSION is not set", "AUTH=config_file", "fn deploy --app <app> --no-bump"}, everything},
	{"token file missing", func(t *testing.T, p *patient) { os.Remove(filepath.Join(p.folder, "rpst")) },
		"credentials", []string{"OCI_RESOURCE_PRINCIPAL_RPST) cannot be read", "fn deploy"}, everything},
	{"key file missing", func(t *testing.T, p *patient) { os.Remove(filepath.Join(p.folder, "private.pem")) },
		"credentials", []string{"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM) cannot be read", "fn deploy"}, everything},
	{"key malformed", func(t *testing.T, p *patient) { p.write(t, "private.pem", "secret") },
		"credentials", []string{"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM) is malformed", "fn deploy"}, everything},
	{"token malformed", func(t *testing.T, p *patient) { p.write(t, "rpst", "secret.secret.") },
		"credentials", []string{"the session token (OCI_RESOURCE_PRINCIPAL_RPST) is malformed", "fn deploy"}, everything},
	{"token without expiry", func(t *testing.T, p *patient) {
		p.write(t, "rpst", "e30.eyJyZXNfdGVuYW50Ijoib2NpZDEudGVuYW5jeS5vYzEuLmEifQ.secret")
	},
		"credentials", []string{"is malformed: it has no expiry"}, everything},
	{"token without tenancy", func(t *testing.T, p *patient) { p.write(t, "rpst", "e30.eyJleHAiOjQxMDI0NDQ4MDB9.secret") },
		"credentials", []string{"is malformed: it has no tenancy"}, everything},
	{"line break in the token", func(t *testing.T, p *patient) {
		edit(t, p.folder, "rpst", func(s string) string { return s + "\nsecret" })
	},
		"credentials", []string{"the session token, or what else names the key, has a line break", "fn deploy"}, everything},
	{"key too short", func(t *testing.T, p *patient) { p.write(t, "private.pem", keyOf(t, 512)) },
		"credentials", []string{"the private key is too short", "2048 bits", "fn deploy"}, everything},
	{"key of another token", func(t *testing.T, p *patient) { p.write(t, "private.pem", keyOf(t, 2048)) },
		"credentials", []string{"the private key does not belong to the session token", "fn deploy"}, everything},
	{"token expired", func(t *testing.T, p *patient) { p.oci.TokenLifetime = -time.Hour; p.issue(t) },
		"credentials", []string{"the session token expired at 20", "fn deploy"}, services},
	{"clock behind", func(t *testing.T, p *patient) {
		p.oci.Now = func() time.Time { return time.Now().Add(10 * time.Minute) }
	}, "credentials", []string{"this clock is 10m0s behind OCI's: 401 NotAuthenticated", "timedatectl set-ntp true"}, services},
	{"clock ahead", func(t *testing.T, p *patient) {
		p.oci.Now = func() time.Time { return time.Now().Add(-10 * time.Minute) }
	}, "credentials", []string{"this clock is 10m0s ahead of OCI's: 401 NotAuthenticated", "timedatectl set-ntp true"}, services},
	{"token revoked", func(t *testing.T, p *patient) { p.oci.RevokeCredentials() },
		"credentials", []string{"401 NotAuthenticated", "revoked", "fn deploy"}, services},
	{"another tenancy", func(t *testing.T, p *patient) { p.settings["COMPARTMENT_OCID"] = "ocid1.tenancy.oc1..other" },
		"settings", []string{"COMPARTMENT_OCID is ocid1.tenancy.oc1..other, but the principal's tenancy is " + ocitest.DefaultTenancy, "unset COMPARTMENT_OCID"},
		[]string{"organizations"}},
	{"approval topic missing", func(t *testing.T, p *patient) {
		p.settings["APPROVAL_TOPIC_OCID"] = "ocid1.onstopic.oc1.iad.approvals"
		p.oci.Topics = map[string]string{p.settings["RESULT_TOPIC_OCID"]: "", p.settings["DEAD_LETTER_TOPIC_OCID"]: ""}
	},
		"approvalTopic", []string{"404 NotAuthorizedOrNotFound", topicPolicy, "set APPROVAL_TOPIC_OCID"}, nil},
	{"not the home region", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_REGION"] = "eu-frankfurt-1"
		p.fails("/senderInvitations", ocitest.Fault{Status: 403, Code: "NotAllowed", Message: "This request must be directed at the home region"})
	}, "region", []string{"eu-frankfurt-1 is not the home region: 403 NotAllowed", "set ORGANIZATIONS_REGION", "oci iam region-subscription list"},
		[]string{"organizations"}},
	{"region of another realm", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_REGION"] = "us-gov-ashburn-1"
		p.fails("/senderInvitations", ocitest.Fault{Status: 401, Code: "NotAuthenticated"})
	}, "region", []string{"ORGANIZATIONS_REGION is us-gov-ashburn-1, a region of realm oc3, but the sender tenancy is of realm oc1", "set ORGANIZATIONS_REGION to the home region"},
		[]string{"organizations"}},
	{"region of another realm, unused", func(t *testing.T, p *patient) { p.settings["ORGANIZATIONS_REGION"] = "us-gov-ashburn-1" },
		"region", []string{"a region of realm oc3", "oci iam region-subscription list"}, nil},
	{"organizations forbidden", func(t *testing.T, p *patient) {
		p.fails("/senderInvitations", ocitest.Fault{Status: 403, Code: "NotAuthorized", Message: "Authorization failed"})
	}, "organizations", []string{"403 NotAuthorized: Authorization failed", organizationsPolicy, matchingRule}, nil},
	{"organizations not there", func(t *testing.T, p *patient) {
		p.fails("/senderInvitations", ocitest.Fault{Status: 404, Code: "NotAuthorizedOrNotFound"})
	}, "organizations", []string{"404 NotAuthorizedOrNotFound", organizationsPolicy, matchingRule}, nil},
	{"connection refused", func(t *testing.T, p *patient) { p.settings["ORGANIZATIONS_ENDPOINT"] = closedPort(t) },
		"organizations", []string{"http://127.0.0.1:", " is not reached: the connection is refused", "subnet", "NAT gateway", "service gateway", "ORGANIZATIONS_ENDPOINT"}, nil},
	{"certificate unknown", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_ENDPOINT"] = at(t, httptest.NewTLSServer, p.oci.ServeHTTP)
	}, "organizations", []string{"https://127.0.0.1:", "its certificate is not trusted", "ORGANIZATIONS_ENDPOINT"}, nil},
	{"no TLS", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_ENDPOINT"] = strings.Replace(p.settings["ORGANIZATIONS_ENDPOINT"], "http:", "https:", 1)
	}, "organizations", []string{"it does not speak TLS", "ORGANIZATIONS_ENDPOINT"}, nil},
	{"no answer in time", func(t *testing.T, p *patient) {
		p.settings["READ_TIMEOUT"] = "2s" // enough time for the calls that are answered
		p.fails("/senderInvitations", ocitest.Fault{Delay: time.Hour})
	}, "organizations", []string{"http://127.0.0.1:", "does not answer in time", "READ_TIMEOUT (now 2s)"}, nil},
	{"cut", func(t *testing.T, p *patient) { p.fails("/senderInvitations", ocitest.Fault{Reset: true}) },
		"organizations", []string{"cuts the connection", "subnet"}, nil},
	{"web page", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_ENDPOINT"] = at(t, httptest.NewServer, func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) })
	}, "organizations", []string{"is not an endpoint of this API: it answers 200", "unset ORGANIZATIONS_ENDPOINT"}, nil},
	{"list without items", func(t *testing.T, p *patient) { p.fails("/senderInvitations", ocitest.Fault{Body: `{"items": null}`}) },
		"organizations", []string{"is not an endpoint of this API: it answers 200"}, nil},
	{"web server without the path", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_ENDPOINT"] = at(t, httptest.NewServer, http.NotFound)
	}, "organizations", []string{"is not an endpoint of this API: it answers 404", "unset ORGANIZATIONS_ENDPOINT"}, nil},
	{"redirect", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_ENDPOINT"] = at(t, httptest.NewServer, http.RedirectHandler("/login", http.StatusFound).ServeHTTP)
	}, "organizations", []string{"is not an endpoint of this API: it answers 302", "unset ORGANIZATIONS_ENDPOINT"}, nil},
	{"another API", func(t *testing.T, p *patient) {
		p.settings["ORGANIZATIONS_ENDPOINT"] = at(t, httptest.NewServer, func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("{}")) })
	}, "organizations", []string{"is not an endpoint of this API", "unset ORGANIZATIONS_ENDPOINT"}, nil},
	{"another realm's endpoint", func(t *testing.T, p *patient) {
		p.fails("/senderInvitations", ocitest.Fault{Status: 401, Code: "NotAuthenticated"})
	},
		"organizations", []string{"401 NotAuthenticated", "another service accepts the credentials", "ORGANIZATIONS_ENDPOINT"}, nil},
	{"too many requests", func(t *testing.T, p *patient) { p.fails("/senderInvitations", ocitest.Fault{Status: 429}) },
		"organizations", []string{"429 TooManyRequests", "ask again in a minute"}, nil},
	{"unavailable", func(t *testing.T, p *patient) { p.fails("/senderInvitations", ocitest.Fault{Status: 503}) },
		"organizations", []string{"503 ServiceUnavailable", "https://ocistatus.oraclecloud.com"}, nil},
	{"a message about somebody", func(t *testing.T, p *patient) {
		p.fails("/senderInvitations", ocitest.Fault{Status: 403, Code: "NotAuthorized", Message: "bob@acme.example is nobody"})
	}, "organizations", []string{"403 NotAuthorized", organizationsPolicy}, nil},
	{"a message with a token", func(t *testing.T, p *patient) {
		p.fails("/senderInvitations", ocitest.Fault{Status: 400, Code: "InvalidParameter", Message: "what is ST$secret"})
	}, "organizations", []string{"400 InvalidParameter", "ORGANIZATIONS_ENDPOINT"}, nil},
	{"result topic not there", func(t *testing.T, p *patient) { p.oci.Topics = map[string]string{failures: ""} },
		"resultTopic", []string{"404 NotAuthorizedOrNotFound", topicPolicy, matchingRule, "oci ons topic get --topic-id " + results, "RESULT_TOPIC_OCID"}, nil},
	{"dead-letter topic not there", func(t *testing.T, p *patient) { p.oci.Topics = map[string]string{results: ""} },
		"deadLetterTopic", []string{"404 NotAuthorizedOrNotFound", topicPolicy, "oci ons topic get --topic-id " + failures, "DEAD_LETTER_TOPIC_OCID"}, nil},
	{"only topic not there", func(t *testing.T, p *patient) {
		p.settings["DEAD_LETTER_TOPIC_OCID"], p.oci.Topics = "", map[string]string{}
	}, "resultTopic", []string{"404 NotAuthorizedOrNotFound", topicPolicy}, []string{"deadLetterTopic"}},
	{"topic forbidden", func(t *testing.T, p *patient) {
		p.fails("/"+failures, ocitest.Fault{Status: 403, Code: "NotAuthorized"})
	},
		"deadLetterTopic", []string{"403 NotAuthorized", topicPolicy}, nil},
	{"topic being deleted", func(t *testing.T, p *patient) { p.oci.Topics = map[string]string{results: "DELETING", failures: ""} },
		"resultTopic", []string{"the topic is DELETING, not ACTIVE", "set RESULT_TOPIC_OCID to another"}, nil},
	{"no topic", func(t *testing.T, p *patient) {
		p.fails("/"+results, ocitest.Fault{Status: 200, Body: `{"lifecycleState": "ACTIVE"}`})
	}, "resultTopic", []string{"is not an endpoint of this API: it answers 200", "unset NOTIFICATIONS_ENDPOINT"}, nil},
	{"topic of another realm", func(t *testing.T, p *patient) { p.settings["RESULT_TOPIC_OCID"] = "ocid1.onstopic.oc2.luf.results" },
		"resultTopic", []string{"RESULT_TOPIC_OCID is a topic of realm oc2, but the principal's tenancy is of realm oc1", "oci ons topic list"}, nil},
	{"stream not there", func(t *testing.T, p *patient) { p.putResults(""); p.oci.Streams = map[string]string{} },
		"resultStream", []string{"404 NotAuthorizedOrNotFound", streamPolicy, "use stream-push in compartment <name>", "oci streaming admin stream get --stream-id " + resultStream, "set RESULT_STREAM_OCID to a stream of region"}, nil},
	{"only stream not there", func(t *testing.T, p *patient) {
		p.putResults("")
		p.settings["DEAD_LETTER_TOPIC_OCID"], p.oci.Streams = "", map[string]string{}
	}, "resultStream", []string{"404 NotAuthorizedOrNotFound", streamPolicy}, []string{"deadLetterStream"}},
	{"stream being deleted", func(t *testing.T, p *patient) { p.putResults("DELETING") },
		"resultStream", []string{"the stream is DELETING, not ACTIVE", "set RESULT_STREAM_OCID to another stream"}, nil},
	{"messages endpoint of another stream", func(t *testing.T, p *patient) {
		p.putResults("")
		p.fails("/"+resultStream, ocitest.Fault{Status: 200, Body: `{"id": "` + resultStream + `", "lifecycleState": "ACTIVE", "messagesEndpoint": "https://cell-2.example"}`})
	}, "resultStream", []string{"STREAMING_ENDPOINT is http://127.0.0.1:", "the messages endpoint of the stream is https://cell-2.example", "set STREAMING_ENDPOINT"}, nil},
	{"stream of another realm", func(t *testing.T, p *patient) {
		p.putResults("")
		p.settings["RESULT_STREAM_OCID"] = "ocid1.stream.oc2.luf.results"
	}, "resultStream", []string{"RESULT_STREAM_OCID is a stream of realm oc2, but the principal's tenancy is of realm oc1", "oci streaming admin stream list"}, nil},
	{"stream service not there", func(t *testing.T, p *patient) {
		p.putResults("")
		p.settings["STREAMING_ENDPOINT"] = closedPort(t)
	}, "resultStream", []string{"the connection is refused", "check that STREAMING_ENDPOINT names the right host"}, nil},
	{"web page in the place of Streaming", func(t *testing.T, p *patient) {
		p.putResults("")
		p.settings["STREAMING_ENDPOINT"] = at(t, httptest.NewServer, func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) })
	}, "resultStream", []string{"is not an endpoint of this API: it answers 200", "correct STREAMING_ENDPOINT; if it is right, a proxy"}, nil},
	{"allowed recipients denied", func(t *testing.T, p *patient) {
		p.config = func(c *settings.Config) {
			c.AllowedRecipients, c.DeniedRecipients = []string{"ocid1.tenancy.oc1..acme", "ocid1.tenancy.oc1..b*"}, []string{"ocid1.tenancy.*"}
		}
	}, "guardrails", []string{"DENIED_RECIPIENTS covers every recipient", "remove from DENIED_RECIPIENTS"}, nil},
	{"all denied", func(t *testing.T, p *patient) {
		p.config = func(c *settings.Config) { c.DeniedRecipients = []string{"*"} }
	}, "guardrails", []string{"DENIED_RECIPIENTS covers every recipient", "remove from DENIED_RECIPIENTS"}, nil},
	{"no configuration file", func(t *testing.T, p *patient) { useConfigFile(t, p, "", "DEFAULT") },
		"credentials", []string{"OCI_CONFIG_FILE) cannot be read: open /", "/config: no such file", "oci setup config"}, everything},
	{"folder as configuration file", func(t *testing.T, p *patient) {
		useConfigFile(t, p, "", "DEFAULT")
		p.settings["OCI_CONFIG_FILE"] = p.folder
	}, "credentials", []string{"OCI_CONFIG_FILE) cannot be read: read /", ": is a directory", "oci setup config"}, everything},
	{"empty configuration file", func(t *testing.T, p *patient) { useConfigFile(t, p, " ", "DEFAULT"); p.write(t, "config", "") },
		"credentials", []string{"/config (OCI_CONFIG_FILE) is empty", "oci setup config"}, everything},
	{"no such profile", func(t *testing.T, p *patient) { useConfigFile(t, p, "[DEFAULT]\n", "ACME") },
		"credentials", []string{"/config has no profile ACME (OCI_CLI_PROFILE)", "oci setup config"}, everything},
	{"profile without entries", func(t *testing.T, p *patient) { useConfigFile(t, p, "[ACME]\n", "ACME") },
		"credentials", []string{"profile ACME of /", "/config lacks an entry", "oci setup config"}, everything},
	{"key file of a profile missing", func(t *testing.T, p *patient) {
		useConfigFile(t, p, aProfile+"key_file=/nonexistent\n", "DEFAULT")
	}, "credentials", []string{"the key_file of profile DEFAULT cannot be read: open /nonexistent: no such file", "correct key_file in /", "write the path in full"}, everything},
	{"configuration file of somebody", func(t *testing.T, p *patient) {
		useConfigFile(t, p, "", "DEFAULT")
		p.settings["OCI_CONFIG_FILE"] = "/home/bob@acme.example/.oci/config"
	}, "credentials", []string{"the configuration file (OCI_CONFIG_FILE) cannot be read: open sha256:", ": no such file", "oci setup config"}, everything},
	{"configuration file in a folder of somebody", func(t *testing.T, p *patient) {
		p.folder = filepath.Join(p.folder, "bob@acme.example")
		if err := os.Mkdir(p.folder, 0o700); err != nil {
			t.Fatal(err)
		}
		useConfigFile(t, p, aProfile, "ACME")
	}, "credentials", []string{"the configuration file sha256:", " has no profile ACME (OCI_CLI_PROFILE)", "oci setup config"}, everything},
	{"key of a profile in place of its file", func(t *testing.T, p *patient) {
		useConfigFile(t, p, aProfile+"key_file=-----BEGIN PRIVATE KEY-----secret-----END PRIVATE KEY-----\n", "DEFAULT")
	}, "credentials", []string{"the key_file of profile DEFAULT cannot be read: no such file", "write the path in full"}, everything},
	{"bare key of a profile in place of its file", func(t *testing.T, p *patient) {
		useConfigFile(t, p, aProfile+"key_file="+strings.Repeat("secret", 50)+"\n", "DEFAULT")
	}, "credentials", []string{"the key_file of profile DEFAULT cannot be read: file name too long", "write the path in full"}, everything},
	{"key file of a profile malformed", func(t *testing.T, p *patient) {
		useConfigFile(t, p, aProfile+"key_file="+filepath.Join(p.folder, "rpst")+"\n", "DEFAULT")
	}, "credentials", []string{"the key_file of profile DEFAULT is malformed"}, everything},
	{"key of a profile too short", func(t *testing.T, p *patient) {
		p.write(t, "short.pem", keyOf(t, 512))
		useConfigFile(t, p, aProfile+"key_file="+filepath.Join(p.folder, "short.pem")+"\n", "DEFAULT")
	}, "credentials", []string{"the private key is too short", "oci setup config"}, everything},
	{"fingerprint that cannot be sent", func(t *testing.T, p *patient) {
		useConfigFile(t, p, strings.Replace(aProfile, "3b", "\x01", 1)+"key_file="+filepath.Join(p.folder, "private.pem")+"\n", "DEFAULT")
	}, "credentials", []string{"what else names the key, has a line break or another control character", "oci setup config"}, everything},
	{"key not known to OCI", func(t *testing.T, p *patient) { // the emulated OCI accepts session tokens only
		useConfigFile(t, p, aProfile+"key_file="+filepath.Join(p.folder, "private.pem")+"\n", "DEFAULT")
	}, "credentials", []string{"401 NotAuthenticated", "oci iam user api-key list", "oci session authenticate"}, services},
}

const aProfile = "[DEFAULT]\nuser=ocid1.user.oc1..bob\nfingerprint=20:3b:97\nregion=us-ashburn-1\ntenancy=" + ocitest.DefaultTenancy + "\n"

func useConfigFile(t *testing.T, p *patient, content, profile string) {
	p.settings["AUTH"], p.settings["OCI_CLI_PROFILE"] = "config_file", profile
	p.settings["OCI_CONFIG_FILE"] = filepath.Join(p.folder, "config")
	if content != "" {
		p.write(t, "config", content)
	}
}
