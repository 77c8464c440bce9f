package handler_test

import (
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// A create that cannot wait, because OCI names no work request, says so. The outcome stays, for the invitation was made.
func TestWaitWithoutWorkRequest(t *testing.T) {
	f := spoiling(t, http.MethodPost, "/senderInvitations", ocitest.Fault{Header: map[string]string{"opc-work-request-id": ""}})
	answer, cut := f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "wait": true}`)
	if cut || !strings.Contains(answer, `"outcome":"created"`) || !strings.Contains(answer, `"workRequest":{"error":{"status":502,"code":"BadGateway","message":"OCI's answer to CreateSenderInvitation cannot be right: it has no opc-work-request-id`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}
