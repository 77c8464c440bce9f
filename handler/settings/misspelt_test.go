package settings

import (
	"slices"
	"testing"
)

func TestMisspelt(t *testing.T) {
	for name, want := range map[string]string{
		"ALLOWED_RECIPIENT":        "ALLOWED_RECIPIENTS",
		"RECIPIENTS_ALLOWED":       "ALLOWED_RECIPIENTS",
		"ALLOWD_RECIPEINTS":        "ALLOWED_RECIPIENTS",
		"ALOWD_RECPENT":            "", // too many letters away
		"DENY_RECIPIENTS":          "DENIED_RECIPIENTS",
		"COMAND":                   "COMMANDS",
		"COMMNADS":                 "COMMANDS",
		"MDOE":                     "MODE",
		"RLUES":                    "RULES",
		"RULS":                     "",
		"allowed_recipients":       "ALLOWED_RECIPIENTS",
		"ALLOWED-RECIPIENTS":       "ALLOWED_RECIPIENTS",
		"DENIED_RECIPEINTS":        "DENIED_RECIPIENTS",
		"ALLOWED_EMAIL_DOMAIN":     "ALLOWED_EMAIL_DOMAINS",
		"RESULTS_TOPIC_OCID":       "RESULT_TOPIC_OCID",
		"DEADLETTER_TOPIC_OCID":    "DEAD_LETTER_TOPIC_OCID",
		"DEAD_LETTER_TOPIC":        "DEAD_LETTER_TOPIC_OCID",
		"COMPARTMENT_ID":           "COMPARTMENT_OCID",
		"COMMAND":                  "COMMANDS",
		"RULE":                     "RULES",
		"Mode":                     "MODE",
		"LOGLEVEL":                 "LOG_LEVEL",
		"MAX_PENDIN":               "MAX_PENDING",
		"ALLOWED_RECIPIENTS":       "",
		"NODE":                     "",
		"ROLES":                    "",
		"PATH":                     "",
		"HOME":                     "",
		"HOSTNAME":                 "",
		"HTTP_PROXY":               "",
		"FN_LISTENER":              "",
		"FN_MEMORYS":               "",
		"OCI_CONFIG_FILES":         "",
		"OCI_RESOURCE_PRINCIPAL_X": "",
		"GOMEMLIMIT":               "",
		"SSL_CERT_FILE":            "",
		"CONTENT":                  "",
		"":                         "",
	} {
		var wanted []Suspect
		if want != "" {
			wanted = []Suspect{{name, want}}
		}
		if got := Misspelt([]string{"LANG=C", name + "=secret", "no assignment"}); !slices.Equal(got, wanted) {
			t.Errorf("%s: %v, want %v", name, got, wanted)
		}
	}
}
