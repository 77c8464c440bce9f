package strict_test

import (
	"slices"
	"testing"

	"sender-invitations/events/strict"
)

// TestMembersOfCutObject checks that Members does not panic on invalid JSON, and yields the members before the cut.
func TestMembersOfCutObject(t *testing.T) {
	const object = ` {"a": 1, "b\"": [2, {"c": "}"}], "d": null } `
	want := []string{"a=1", `b"=[2, {"c": "}"}]`, "d=null"}
	for length := range len(object) + 1 {
		var got []string
		for name, value := range strict.Members([]byte(object[:length])) {
			got = append(got, string(name)+"="+string(value))
		}
		if len(got) > len(want) || !slices.Equal(got, want[:len(got)]) || length == len(object) && len(got) != len(want) {
			t.Errorf("%s: %q", object[:length], got)
		}
	}
	for _, broken := range []string{"", "x", "[1]", "{,}", "{:}", "{1:2}", `{"a"}`, `{"a":}`, `{"a`, `{"\`, "{]", `{"a":1]`} {
		for _, value := range strict.Members([]byte(broken)) {
			if len(value) == 0 {
				t.Errorf("%s: a member without a value", broken)
			}
		}
	}
}
