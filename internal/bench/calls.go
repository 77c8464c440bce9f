package main

import (
	"fmt"
	"net/http"
	"strings"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

// door is one way into a program. It returns a call that requests the invitation with this number.
type door func(number int64) fnhost.Call

// eventDoor returns a direct invocation with a CloudEvent of 1 KB.
func eventDoor(number int64) fnhost.Call {
	return fnhost.Call{Header: http.Header{"Content-Type": {"application/cloudevents+json"}}, Body: signup(number, 1024)}
}

// signup returns an event of size bytes that requests an invitation, as CloudEvents JSON.
func signup(number int64, size int) []byte {
	event := fmt.Sprintf(`{"specversion":"1.0","id":"signup-%d","source":"/signups","type":"com.example.tenancy.signup","time":"2026-11-02T09:15:30.125Z",`+
		`"datacontenttype":"application/json","data":{"tenancyId":"%s","company":"Acme","plan":"business","admin":{"email":"cloud@acme.example"},"note":"`,
		number, recipient(number))
	const end = `"}}`
	return []byte(event + strings.Repeat("x", max(0, size-len(event)-len(end))) + end)
}

// httpDoor returns CreateSenderInvitation as API Gateway passes it on.
func httpDoor(number int64) fnhost.Call {
	return fnhost.Call{
		Header: http.Header{
			"Content-Type": {"application/json"}, "Fn-Intent": {"httprequest"}, "Fn-Http-Method": {"POST"},
			"Fn-Http-Request-Url": {"/20230401/senderInvitations"}, "Fn-Http-H-Content-Type": {"application/json"},
			"Fn-Http-H-Accept": {"application/json"}, "Fn-Http-H-Host": {"gateway"},
		},
		Body: creation(number),
	}
}

// creation returns the body of CreateSenderInvitation.
func creation(number int64) []byte {
	return fmt.Appendf(nil, `{"compartmentId":"%s","recipientTenancyId":"%s","recipientEmailAddress":"cloud@acme.example","displayName":"Invitation for Acme","subjects":["LINK"]}`,
		ocitest.DefaultTenancy, recipient(number))
}

func recipient(number int64) string { return fmt.Sprintf("ocid1.tenancy.oc1..aaaaaaaa%d", number) }
