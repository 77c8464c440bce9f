package e2e

import "fmt"

// chaosKind names what an event reports.
type chaosKind string

const (
	signup        chaosKind = "signup"
	secondSignup  chaosKind = "second signup" // another event of a recipient tenancy that has an invitation
	contactChange chaosKind = "contact change"
	firstTag      chaosKind = "first tag"  // another change of the same invitation
	secondTag     chaosKind = "second tag" // and one more
	offboarding   chaosKind = "offboarding"
	returning     chaosKind = "returning" // a signup after an offboarding
)

// chaosGroup lists the events of four recipient tenancies, which are numbered from 0.
var chaosGroup = []struct {
	kind    chaosKind
	tenancy int
}{
	{signup, 0}, {signup, 1}, {signup, 2}, {signup, 3}, {secondSignup, 0}, {contactChange, 1}, {firstTag, 1}, {secondTag, 1}, {offboarding, 2}, {returning, 2},
}

// chaosEvent is an event, which is delivered many times.
type chaosEvent struct {
	kind      chaosKind
	id        string
	recipient string
}

// makeChaosEvents makes count events, group by group.
func makeChaosEvents(count int) (made []*chaosEvent) {
	for index := range count {
		one, group := chaosGroup[index%len(chaosGroup)], index/len(chaosGroup)
		made = append(made, &chaosEvent{one.kind, fmt.Sprintf("%s of tenancy %d-%d", one.kind, group, one.tenancy), fmt.Sprintf("ocid1.tenancy.oc1..chaos%d-%d", group, one.tenancy)})
	}
	return made
}

// body returns the event as a CloudEvent: a command, or an event that a built-in rule matches.
func (e *chaosEvent) body() string {
	kind, data := "com.example.tenancy.signup", `"tenancyId": %q, "company": "Acme", "admin": {"email": "it@acme.example"}`
	switch e.kind {
	case contactChange:
		kind, data = "com.example.tenancy.contactchange", `"tenancyId": %q, "company": "Initech"`
	case firstTag, secondTag:
		kind, data = "senderinvitation.update", `"recipientTenancyId": %q, "freeformTags": {"`+string(e.kind)+`": "yes"}`
	case offboarding:
		kind, data = "com.example.tenancy.offboarding", `"tenancyId": %q`
	}
	return fmt.Sprintf(`{"specversion": "1.0", "id": %q, "source": "/chaos", "type": %q, "data": {`+data+`}}`, e.id, kind, e.recipient)
}
