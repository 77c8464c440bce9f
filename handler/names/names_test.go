package names

import (
	"fmt"
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

// Of very many names, the first in order are listed, whatever their order was.
func TestManyNames(t *testing.T) {
	for _, step := range []int{1, 7919, 49_999} { // rising, mixed and falling
		var list []string
		for index := range 50_000 {
			list = append(list, fmt.Sprintf("n%05d", index*step%50_000))
		}
		ordered, nearest := Ranked(append(list, "Wanted"), "wanted")
		const want = "Wanted, n00000, n00001, n00002, n00003, n00004, n00005, n00006, n00007, n00008, and 49991 more"
		if got := Listed(ordered); got != want || nearest != "Wanted" {
			t.Errorf("step %d: %s, nearest %s", step, got, nearest)
		}
	}
}
