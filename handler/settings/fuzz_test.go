package settings

import (
	"strings"
	"testing"
	"time"
)

// FuzzConfig asserts that no settings make Parse panic, and that its error is one line.
func FuzzConfig(f *testing.F) {
	f.Add("RESULT_TOPIC_OCID=ocid1.onstopic.oc1.iad.a\nCOMPARTMENT_OCID=ocid1.tenancy.oc1..a\nCONNECT_TIMEOUT=1s\nREAD_TIMEOUT=1h\nMAX_ATTEMPTS=20\nCONCURRENCY=64")
	f.Add("RESULT_TOPIC_OCID=none\nDEAD_LETTER_TOPIC_OCID=none\nEVENT_TYPE_PREFIX=com.acme\nAUTH=config_file\nHTTP_BASE_PATH=/v1\nLOG_LEVEL=debug\nFN_FN_ID=/x")
	f.Add("ALLOWED_RECIPIENTS=ocid1.tenancy.*,*\nDENIED_RECIPIENTS=,\nALLOWED_EMAIL_DOMAINS=acme.com, b.example\nMAX_PENDING=-1\nMODE=dry-run")
	f.Add("ORGANIZATIONS_ENDPOINT=https://a:1\nNOTIFICATIONS_ENDPOINT=http://[::1]:80\nORGANIZATIONS_REGION=us-ashburn-1\nREAD_TIMEOUT=9223372036854775807ns")
	f.Add(`RULES=[{name: a, match: {type: t, when: "a == b"}, operation: cancel, with: {recipientTenancyId: data.x}}]`)
	f.Fuzz(func(t *testing.T, lines string) {
		set := map[string]string{}
		for line := range strings.SplitSeq(lines, "\n") {
			name, value, _ := strings.Cut(line, "=")
			if name != "RULES_FILE" { // it could name any file of this machine
				set[name] = value
			}
		}
		config, err := Parse(func(name string) string { return set[name] })
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "wrong settings: ") {
				t.Error(err)
			}
			return
		}
		if config.ResultTopicOCID == "" || config.DeadLetterTopicOCID == "" || config.MaxAttempts < 1 || config.MaxAttempts > 20 || config.Concurrency < 1 ||
			config.Concurrency > 64 || config.ConnectTimeout <= 0 || config.ReadTimeout <= 0 || config.ReadTimeout > time.Hour || config.EventTypePrefix == "" {
			t.Errorf("%+v", config)
		}
	})
}
