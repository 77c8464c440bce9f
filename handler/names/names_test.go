package names

import (
	"strings"
	"testing"
)

// A name is near another one if they differ in case, in separators, or in a character or two.
func TestNearNames(t *testing.T) {
	list := []string{"tenancyId", "recipient_email", "plan", "planned", strings.Repeat("long", 100)}
	for wanted, near := range map[string]string{"TENANCYID": "tenancyId", "tenancy-id": "tenancyId", "tenantId": "tenancyId", "recipientEmail": "recipient_email",
		"paln": "plan", "plans": "plan", "x": "", "": "", "mail": "", strings.Repeat("LONG", 100): strings.Repeat("long", 100)} {
		if _, got := Ranked(list, wanted); got != near {
			t.Errorf("%s: %q, want %q", wanted, got, near)
		}
	}
}
