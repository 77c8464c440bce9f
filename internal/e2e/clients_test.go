package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

// sdk holds clients of Oracle's SDK for Go that call the gateway. Only their endpoint is set. They sign with a key that is
// registered nowhere, for the function does not verify the signatures of its callers.
type sdk struct {
	*scenario
	invitations  tmcp.SenderInvitationClient
	workRequests tmcp.WorkRequestClient
	passed       *atomic.Int64 // seconds that the emulated OCI's clock is ahead
}

const stepSeconds = 2

func newSDK(t *testing.T, emulated *ocitest.Server, settings string) *sdk {
	t.Helper()
	passed := &atomic.Int64{}
	emulated.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load()) * time.Second) }
	s := &sdk{scenario: newScenarioOn(t, emulated, settings), passed: passed}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	provider := common.NewRawConfigurationProvider("ocid1.tenancy.oc1..caller", "ocid1.user.oc1..caller", "us-ashburn-1", "aa:bb",
		string(text), nil)
	if s.invitations, err = tmcp.NewSenderInvitationClientWithConfigurationProvider(provider); err != nil {
		t.Fatal(err)
	}
	if s.workRequests, err = tmcp.NewWorkRequestClientWithConfigurationProvider(provider); err != nil {
		t.Fatal(err)
	}
	s.invitations.Host, s.workRequests.Host = s.gateway.URL, s.gateway.URL
	return s
}

// step advances the clock, so that the emulated OCI takes the next step of its work requests.
func (s *sdk) step() { s.passed.Add(stepSeconds) }

// lastCall returns the last call that reached Organizations.
func (s *sdk) lastCall() ocitest.Call {
	for _, call := range slices.Backward(s.oci.Calls()) {
		if strings.HasPrefix(call.Path, "/20230401/") {
			return call
		}
	}
	return ocitest.Call{}
}

func (s *sdk) create(t *testing.T, recipient, name string) tmcp.CreateSenderInvitationResponse {
	t.Helper()
	created, err := s.invitations.CreateSenderInvitation(t.Context(), tmcp.CreateSenderInvitationRequest{
		CreateSenderInvitationDetails: tmcp.CreateSenderInvitationDetails{CompartmentId: common.String(ocitest.DefaultTenancy),
			RecipientTenancyId: common.String("ocid1.tenancy.oc1.." + recipient), DisplayName: common.String(name)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func checkServiceError(t *testing.T, err error, status int, code string) {
	t.Helper()
	fault, ok := common.IsServiceError(err)
	if !ok || fault.GetHTTPStatusCode() != status || fault.GetCode() != code || fault.GetOpcRequestID() == "" {
		t.Errorf("got %v, want %d %s", err, status, code)
	}
}

// TestClientsGo calls every operation of the SenderInvitationClient with every parameter, in the life of one invitation.
func TestClientsGo(t *testing.T) {
	t.Parallel()
	s := newSDK(t, &ocitest.Server{Step: stepSeconds * time.Second}, "")
	created := s.createFull(t)
	s.followWorkRequest(t, *created.OpcWorkRequestId, "CREATE_SENDER_INVITATION")
	updated := s.change(t, created)
	s.cancelTwice(t, created.Id, updated.Etag)
	if got := s.get(t, created.Id); got.Status != tmcp.SenderInvitationStatusCanceled {
		t.Errorf("got %v", got)
	}
	_, err := s.invitations.CancelSenderInvitation(t.Context(), tmcp.CancelSenderInvitationRequest{SenderInvitationId: created.Id})
	checkServiceError(t, err, 409, "IncorrectState")
	_, err = s.invitations.GetSenderInvitation(t.Context(),
		tmcp.GetSenderInvitationRequest{SenderInvitationId: common.String("ocid1.senderinvitation.oc1..none")})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")

	var titles []string
	for _, message := range s.oci.Messages() {
		titles = append(titles, strings.TrimPrefix(message.Title, "Sender invitation "))
	}
	if want := []string{"created", "failed", "updated", "canceled", "canceled", "failed"}; !slices.Equal(titles, want) {
		t.Errorf("published %q, want %q", titles, want)
	}
}

// createFull creates an invitation with every field set.
func (s *sdk) createFull(t *testing.T) tmcp.CreateSenderInvitationResponse {
	t.Helper()
	details := tmcp.CreateSenderInvitationDetails{
		CompartmentId:         common.String(ocitest.DefaultTenancy),
		RecipientTenancyId:    common.String("ocid1.tenancy.oc1..acme"),
		RecipientEmailAddress: common.String("cloud@acme.example"),
		DisplayName:           common.String("a1 to b1 v1"),
		Subjects:              []tmcp.InvitationSubjectEnum{tmcp.InvitationSubjectLink, tmcp.InvitationSubjectGovernance},
		Features:              []string{"ENTITLEMENTS"},
		FreeformTags:          map[string]string{"a": "1"},
		DefinedTags:           map[string]map[string]any{"ops": {"cost": 7., "on": true}},
	}
	created, err := s.invitations.CreateSenderInvitation(t.Context(), tmcp.CreateSenderInvitationRequest{
		OpcRetryToken: common.String("token-1"), OpcRequestId: common.String("caller-1"), CreateSenderInvitationDetails: details})
	if err != nil {
		t.Fatal(err)
	}
	if *created.OpcRequestId != "caller-1" || created.Etag == nil || created.OpcWorkRequestId == nil {
		t.Errorf("created %v", created)
	}
	want := tmcp.SenderInvitation{
		Id: created.Id, TimeCreated: created.TimeCreated, // set by the service
		LifecycleState: tmcp.LifecycleStateCreating, Status: tmcp.SenderInvitationStatusPending,
		CompartmentId: details.CompartmentId, RecipientTenancyId: details.RecipientTenancyId,
		RecipientEmailAddress: details.RecipientEmailAddress, DisplayName: details.DisplayName, Subjects: details.Subjects,
		InvitationFeatures: []tmcp.InvitationFeature{{Name: common.String("ENTITLEMENTS"), Status: tmcp.SenderInvitationStatusPending}},
		FreeformTags:       details.FreeformTags, DefinedTags: details.DefinedTags,
	}
	if !reflect.DeepEqual(created.SenderInvitation, want) {
		t.Errorf("created\n%v, want\n%v", created.SenderInvitation, want)
	}
	if header := s.lastCall().Header; header.Get("opc-retry-token") != "token-1" || header.Get("opc-request-id") != "caller-1" {
		t.Errorf("sent %v", header)
	}
	return created
}

func (s *sdk) get(t *testing.T, id *string) tmcp.GetSenderInvitationResponse {
	t.Helper()
	got, err := s.invitations.GetSenderInvitation(t.Context(),
		tmcp.GetSenderInvitationRequest{SenderInvitationId: id, OpcRequestId: common.String("caller-2")})
	if err != nil || *got.OpcRequestId != "caller-2" {
		t.Fatal(got, err)
	}
	return got
}

// change updates the invitation. The update with its first etag fails; that with the current etag succeeds.
func (s *sdk) change(t *testing.T, created tmcp.CreateSenderInvitationResponse) tmcp.UpdateSenderInvitationResponse {
	t.Helper()
	current := s.get(t, created.Id)
	if current.LifecycleState != tmcp.LifecycleStateActive || *current.Etag == *created.Etag {
		t.Errorf("got %v", current)
	}
	request := tmcp.UpdateSenderInvitationRequest{SenderInvitationId: created.Id, IfMatch: created.Etag,
		OpcRequestId: common.String("caller-3"),
		UpdateSenderInvitationDetails: tmcp.UpdateSenderInvitationDetails{DisplayName: common.String("a1 to b1 v2"),
			FreeformTags: map[string]string{"b": "2"}, DefinedTags: map[string]map[string]any{"ops": {"cost": 8.}}}}
	_, err := s.invitations.UpdateSenderInvitation(t.Context(), request)
	checkServiceError(t, err, 412, "NoEtagMatch")
	request.IfMatch = current.Etag
	updated, err := s.invitations.UpdateSenderInvitation(t.Context(), request)
	if err != nil || *updated.OpcRequestId != "caller-3" || *updated.Etag == *current.Etag {
		t.Fatal(updated, err)
	}
	want := current.SenderInvitation
	want.DisplayName, want.FreeformTags, want.DefinedTags = request.DisplayName, request.FreeformTags, request.DefinedTags
	want.TimeUpdated = updated.TimeUpdated
	if !reflect.DeepEqual(updated.SenderInvitation, want) {
		t.Errorf("updated to\n%v, want\n%v", updated.SenderInvitation, want)
	}
	return updated
}

// cancelTwice cancels twice with the same retry token, and checks that this makes one work request.
func (s *sdk) cancelTwice(t *testing.T, id, etag *string) {
	t.Helper()
	request := tmcp.CancelSenderInvitationRequest{SenderInvitationId: id, IfMatch: etag,
		OpcRetryToken: common.String("token-2"), OpcRequestId: common.String("caller-4")}
	canceled, err := s.invitations.CancelSenderInvitation(t.Context(), request)
	if err != nil || *canceled.OpcRequestId != "caller-4" || canceled.OpcWorkRequestId == nil {
		t.Fatal(canceled, err)
	}
	again, err := s.invitations.CancelSenderInvitation(t.Context(), request)
	if err != nil || *again.OpcWorkRequestId != *canceled.OpcWorkRequestId {
		t.Error(again, err)
	}
	s.followWorkRequest(t, *canceled.OpcWorkRequestId, "CANCEL_SENDER_INVITATION")
}

// followWorkRequest follows a work request to its end with every operation and parameter of the WorkRequestClient.
func (s *sdk) followWorkRequest(t *testing.T, id, operation string) {
	t.Helper()
	workRequest, caller := common.String(id), common.String("caller-w")
	get := tmcp.GetWorkRequestRequest{WorkRequestId: workRequest, OpcRequestId: caller}
	got, err := s.workRequests.GetWorkRequest(t.Context(), get)
	if err != nil || got.Status != tmcp.OperationStatusAccepted || string(got.OperationType) != operation ||
		*got.RetryAfter != stepSeconds || *got.OpcRequestId != *caller {
		t.Fatal(got, err)
	}
	for range 2 {
		s.step()
	}
	got, err = s.workRequests.GetWorkRequest(t.Context(), get)
	if err != nil || got.Status != tmcp.OperationStatusSucceeded || got.RetryAfter != nil || *got.PercentComplete != 100 {
		t.Fatal(got, err)
	}
	logs := tmcp.ListWorkRequestLogsRequest{WorkRequestId: workRequest, OpcRequestId: caller,
		Limit: common.Int(1), SortOrder: tmcp.ListWorkRequestLogsSortOrderDesc}
	var logged []string
	for len(logged) < 9 {
		page, err := s.workRequests.ListWorkRequestLogs(t.Context(), logs)
		if err != nil || len(page.Items) != 1 || *page.OpcRequestId != *caller {
			t.Fatal(page, err)
		}
		logged = append(logged, *page.Items[0].Message)
		if logs.Page = page.OpcNextPage; logs.Page == nil {
			break
		}
	}
	if want := []string{operation + " SUCCEEDED", operation + " started", operation + " accepted"}; !slices.Equal(logged, want) {
		t.Errorf("logs %q, want %q", logged, want)
	}
	faults, err := s.workRequests.ListWorkRequestErrors(t.Context(), tmcp.ListWorkRequestErrorsRequest{WorkRequestId: workRequest,
		OpcRequestId: caller, Limit: common.Int(1), SortOrder: tmcp.ListWorkRequestErrorsSortOrderAsc})
	if err != nil || len(faults.Items) != 0 || faults.OpcNextPage != nil || *faults.OpcRequestId != *caller {
		t.Error(faults, err)
	}
}

// TestClientsGoWorkRequestErrors checks that the errors of a work request reach the caller, page by page.
func TestClientsGoWorkRequestErrors(t *testing.T) {
	t.Parallel()
	s := newSDK(t, &ocitest.Server{EmptyPages: true}, "")
	created := s.create(t, "acme", "fails")
	if err := s.oci.FailInvitation(*created.Id); err != nil {
		t.Fatal(err)
	}
	list := tmcp.ListWorkRequestErrorsRequest{WorkRequestId: created.OpcWorkRequestId}
	page, err := s.workRequests.ListWorkRequestErrors(t.Context(), list)
	if err != nil || len(page.Items) != 0 || page.OpcNextPage == nil {
		t.Fatalf("errors %v %v", page, err)
	}
	list.Page = page.OpcNextPage
	page, err = s.workRequests.ListWorkRequestErrors(t.Context(), list)
	if err != nil || len(page.Items) != 1 || *page.Items[0].Code != "InternalServerError" || page.OpcNextPage != nil {
		t.Errorf("errors %v %v", page, err)
	}
}

// TestClientsGoList checks each filter, sorting and paging of a list with empty pages, and that a list of another tenancy is
// refused.
func TestClientsGoList(t *testing.T) {
	t.Parallel()
	s := newSDK(t, &ocitest.Server{PageSize: 2, EmptyPages: true}, "")
	for _, recipient := range []string{"a", "b", "c", "d", "e"} {
		s.create(t, recipient, "<"+recipient+"> & ö")
	}
	s.create(t, "a", "second")
	canceled := s.create(t, "f", "canceled")
	_, err := s.invitations.CancelSenderInvitation(t.Context(), tmcp.CancelSenderInvitationRequest{SenderInvitationId: canceled.Id})
	if err != nil {
		t.Fatal(err)
	}
	tenancy := common.String(ocitest.DefaultTenancy)
	type list = tmcp.ListSenderInvitationsRequest
	for _, c := range []struct {
		request list
		want    string
	}{
		{list{}, "f a e d c b a"},
		{list{SortOrder: tmcp.ListSenderInvitationsSortOrderAsc, SortBy: tmcp.ListSenderInvitationsSortByTimecreated}, "a b c d e a f"},
		{list{SortOrder: tmcp.ListSenderInvitationsSortOrderDesc, SortBy: tmcp.ListSenderInvitationsSortByDisplayname}, "a f e d c b a"},
		{list{RecipientTenancyId: common.String("ocid1.tenancy.oc1..a")}, "a a"},
		{list{DisplayName: common.String("<b> & ö"), Limit: common.Int(1)}, "b"},
		{list{Status: tmcp.ListSenderInvitationsStatusCanceled, LifecycleState: tmcp.ListSenderInvitationsLifecycleStateInactive}, "f"},
		{list{Status: tmcp.ListSenderInvitationsStatusExpired}, ""},
	} {
		c.request.CompartmentId, c.request.OpcRequestId = tenancy, common.String("caller-l")
		found, pages := s.listAll(t, c.request)
		if found != c.want || pages != 2*max(1, (len(strings.Fields(c.want))+1)/2) {
			t.Errorf("%v: %q in %d pages, want %q", c.request, found, pages, c.want)
		}
	}
	_, err = s.invitations.ListSenderInvitations(t.Context(), list{CompartmentId: common.String("ocid1.tenancy.oc1..other")})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")
	_, err = s.invitations.ListSenderInvitations(t.Context(), list{CompartmentId: tenancy, Page: common.String("no token")})
	checkServiceError(t, err, 400, "InvalidParameter")
}

// listAll reads every page, as Oracle's examples do: this SDK has no helper for it.
func (s *sdk) listAll(t *testing.T, request tmcp.ListSenderInvitationsRequest) (recipients string, pages int) {
	t.Helper()
	var found []string
	for pages = 1; pages < 50; pages++ {
		page, err := s.invitations.ListSenderInvitations(t.Context(), request)
		if err != nil || *page.OpcRequestId != *request.OpcRequestId {
			t.Fatal(page, err)
		}
		for _, item := range page.Items {
			found = append(found, strings.TrimPrefix(*item.RecipientTenancyId, "ocid1.tenancy.oc1.."))
		}
		if request.Page = page.OpcNextPage; request.Page == nil {
			return strings.Join(found, " "), pages
		}
	}
	t.Fatal("the list does not end")
	return "", 0
}

// TestClientsGoRetries checks that the function does not retry if the SDK does, which the SDK announces in a header. Five
// attempts of each would make 25.
func TestClientsGoRetries(t *testing.T) {
	t.Parallel()
	for _, retries := range []bool{true, false} {
		faults := parseFaults(t, "GET /senderInvitations 1 status=503 retry-after=1\nGET /senderInvitations 2 status=503 retry-after=1")
		s := newSDK(t, &ocitest.Server{Fault: faults}, "")
		attempts := 0
		policy := common.NewRetryPolicy(5, func(r common.OCIOperationResponse) bool { attempts++; return r.Error != nil },
			func(common.OCIOperationResponse) time.Duration { return 0 })
		request := tmcp.ListSenderInvitationsRequest{CompartmentId: common.String(ocitest.DefaultTenancy)}
		if retries {
			request.RequestMetadata.RetryPolicy = &policy
		}
		if _, err := s.invitations.ListSenderInvitations(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		if got := s.statuses(""); got != "503 503 200" || retries != (attempts == 3) {
			t.Errorf("retries %v: OCI answered %s, the SDK made %d attempts", retries, got, attempts)
		}
	}
}

// statuses returns what OCI answered to the attempts whose path has the suffix.
func (s *scenario) statuses(suffix string) string {
	var statuses []string
	for _, call := range s.oci.Calls() {
		if strings.HasSuffix(call.Path, suffix) {
			statuses = append(statuses, fmt.Sprint(call.Status))
		}
	}
	return strings.Join(statuses, " ")
}
