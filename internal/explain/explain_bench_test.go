package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/explain"
)

// manyRules returns as many rules. Each has a condition that compares values of different kinds. None applies, so all are tried.
func manyRules(count int) string {
	var text strings.Builder
	for index := range count {
		fmt.Fprintf(&text, `- name: rule %d
  match: {type: "*", source: "*", when: "data.nope%d == 'x' || data == 'x' || data.list[?kind == 'none'] || contains(to_string(data.text || ''), 'none')"}
  operation: create
  with: {recipientTenancyId: data.tenancyId, displayName: data.nope}
`, index, index)
	}
	return text.String()
}

// eventOf returns a CloudEvent with the data.
func eventOf(data string) []byte {
	return []byte(`{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "data": ` + data + `}`)
}

// hostileBodies returns deliveries that are hard to explain, each of about the size in bytes.
func hostileBodies(size int) map[string][]byte {
	fill := func(before, part, after string) string {
		return before + strings.TrimSuffix(strings.Repeat(part, size/len(part)), ",") + after
	}
	var members strings.Builder
	for index := 0; members.Len() < size; index++ {
		fmt.Fprintf(&members, `"n%x": 0,`, index*7919%100_003)
	}
	return map[string][]byte{
		"text":         eventOf(fill(`"`, "%", `"`)),
		"text-of-json": eventOf(fill(`"[`, "1,", `]"`)),
		"numbers":      eventOf(fill(`{"list": [`, "1,", `]}`)),
		"objects":      eventOf(fill(`{"list": [`, `{"kind": 1},`, `]}`)),
		"members":      eventOf("{" + members.String() + `"list": []}`),
		"records":      []byte(fill("[", string(eventOf("{}"))+",", "]")),
	}
}

// BenchmarkDelivery explains the largest rules, and half as many, for deliveries of 90 KB, which the limit of values allows, and of half
// the size. The time grows with rules times bytes, not faster.
func BenchmarkDelivery(b *testing.B) {
	for _, rules := range []int{128, 256} {
		text := manyRules(rules)
		getenv := func(name string) string { return map[string]string{"RULES": text}[name] }
		for _, size := range []int{45_000, 90_000} {
			for name, body := range hostileBodies(size) {
				b.Run(fmt.Sprintf("%s/rules=%d/bytes=%d", name, rules, size), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if explained := explain.Delivery(getenv, events.Delivery{Body: body, Direct: true}); explained.Faults != nil {
							b.Fatal(explained.Faults)
						}
					}
				})
			}
		}
	}
}
