package main_test

import "fmt"

// chaosKind is what an event is about.
type chaosKind string

const (
	signup        chaosKind = "signup"
	secondSignup  chaosKind = "second signup" // another event of a recipient tenancy that has an invitation
	contactChange chaosKind = "contact change"
	offboarding   chaosKind = "offboarding"
)

// chaosEvent is one event; it is delivered many times.
type chaosEvent struct {
	kind      chaosKind
	id        string
	recipient string
}

// makeChaosEvents makes so many events: of ten, seven signups and, for three of their tenancies, one of what can follow.
func makeChaosEvents(count int) (made []*chaosEvent) {
	for len(made) < count {
		group := len(made) / 10
		for index, kind := range []chaosKind{signup, signup, signup, signup, signup, signup, signup, secondSignup, contactChange, offboarding} {
			made = append(made, &chaosEvent{kind, fmt.Sprintf("%s of tenancy %d-%d", kind, group, index%7), fmt.Sprintf("ocid1.tenancy.oc1..chaos%d-%d", group, index%7)})
		}
	}
	return made[:count]
}

// body is the event as a CloudEvent that the built-in rules are for.
func (e *chaosEvent) body() string {
	kind, company := "signup", "Acme"
	switch e.kind {
	case contactChange:
		kind, company = "contactchange", "Initech"
	case offboarding:
		kind = "offboarding"
	}
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/chaos","type":"com.example.tenancy.%s","data":{"tenancyId":%q,"company":%q,"admin":{"email":"it@%s.example"}}}`,
		e.id, kind, e.recipient, company, company)
}
