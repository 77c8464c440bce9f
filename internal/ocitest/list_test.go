package ocitest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

// startList serves invitations "b", "a", "c", "a", created in this order: the
// second is accepted, the third canceled, the last for another recipient.
func startList(t *testing.T, s *ocitest.Server) *stack {
	t.Helper()
	k := start(t, s)
	k.create(t, recipient, "b")
	a := k.create(t, recipient, "a").Id
	c := k.create(t, recipient, "c").Id
	k.clock.advance(time.Second)
	k.create(t, "other", "a")
	if err := k.Accept(*a); err != nil {
		t.Fatal(err)
	}
	if _, err := k.invitations.CancelSenderInvitation(ctx, tmcp.CancelSenderInvitationRequest{SenderInvitationId: c}); err != nil {
		t.Fatal(err)
	}
	return k
}

// numbers returns the numbers at the end of the ids, as in "4 3".
func numbers(items []tmcp.SenderInvitationSummary) string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = strings.TrimLeft((*item.Id)[len(*item.Id)-8:], "0")
	}
	return strings.Join(list, " ")
}

func TestListFiltersAndSorts(t *testing.T) {
	k := startList(t, &ocitest.Server{})
	for _, test := range []struct {
		name    string
		request tmcp.ListSenderInvitationsRequest
		want    string
	}{
		{"newest first", tmcp.ListSenderInvitationsRequest{}, "4 3 2 1"},
		{"oldest first", tmcp.ListSenderInvitationsRequest{SortOrder: "ASC"}, "1 2 3 4"},
		{"by time", tmcp.ListSenderInvitationsRequest{SortBy: "timeCreated", SortOrder: "desc"}, "4 3 2 1"},
		{"by name", tmcp.ListSenderInvitationsRequest{SortBy: "displayName"}, "2 4 1 3"},
		{"by name, descending", tmcp.ListSenderInvitationsRequest{SortBy: "displayName", SortOrder: "DESC"}, "3 1 2 4"},
		{"recipient", tmcp.ListSenderInvitationsRequest{RecipientTenancyId: common.String("other")}, "4"},
		{"name", tmcp.ListSenderInvitationsRequest{DisplayName: common.String("a")}, "4 2"},
		{"empty name", tmcp.ListSenderInvitationsRequest{DisplayName: common.String("")}, "4 3 2 1"},
		{"no such name", tmcp.ListSenderInvitationsRequest{DisplayName: common.String("A")}, ""},
		{"lifecycle state", tmcp.ListSenderInvitationsRequest{LifecycleState: "INACTIVE"}, "3 2"},
		{"status", tmcp.ListSenderInvitationsRequest{Status: "PENDING"}, "4 1"},
		{"two filters", tmcp.ListSenderInvitationsRequest{LifecycleState: "INACTIVE", Status: "ACCEPTED"}, "2"},
		{"states without invitations", tmcp.ListSenderInvitationsRequest{LifecycleState: "TERMINATED", Status: "NOT_APPLICABLE"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.request.CompartmentId = common.String(ocitest.DefaultTenancy)
			response, err := k.invitations.ListSenderInvitations(ctx, test.request)
			if err != nil {
				t.Fatal(err)
			}
			if have := numbers(response.Items); have != test.want || response.OpcNextPage != nil {
				t.Errorf("listed %q, want %q; next page %v", have, test.want, response.OpcNextPage)
			}
		})
	}
}

func TestListRefuses(t *testing.T) {
	k := start(t, &ocitest.Server{Tenancy: "ocid1.tenancy.oc1..mine"})
	const list = "/20230401/senderInvitations"
	const mine = list + "?compartmentId=ocid1.tenancy.oc1..mine"
	k.send(t, "GET", list, "").check(t, 400, "MissingParameter")
	k.send(t, "GET", list+"?compartmentId="+ocitest.DefaultTenancy, "").check(t, 404, "NotAuthorizedOrNotFound")
	for _, query := range []string{
		"lifecycleState=LIMBO", "status=pending", "sortBy=age", "sortOrder=up",
		"limit=0", "limit=-1", "limit=x", "limit=", "page=x", "page=LTE", "page=MDE",
	} {
		t.Run(query, func(t *testing.T) {
			k.send(t, "GET", mine+"&"+query, "").check(t, 400, "InvalidParameter")
		})
	}
	if got := k.send(t, "GET", mine, ""); got.status != 200 || got.body != `{"items":[]}` {
		t.Errorf("answer %d %s", got.status, got.body)
	}
}

func TestListPages(t *testing.T) {
	for _, test := range []struct {
		name   string
		server *ocitest.Server
		limit  *int
		want   []string
	}{
		{"whole", &ocitest.Server{}, nil, []string{"4 3 2 1"}},
		{"limit", &ocitest.Server{}, common.Int(3), []string{"4 3 2", "1"}},
		{"divisor", &ocitest.Server{}, common.Int(2), []string{"4 3", "2 1"}},
		{"page size", &ocitest.Server{PageSize: 3}, nil, []string{"4 3 2", "1"}},
		{"over page size", &ocitest.Server{PageSize: 2}, common.Int(50), []string{"4 3", "2 1"}},
		{"empty pages", &ocitest.Server{EmptyPages: true}, common.Int(2), []string{"", "4 3", "", "2 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := startList(t, test.server)
			if have := k.pages(t, test.limit); !slices.Equal(have, test.want) {
				t.Errorf("pages %q, want %q", have, test.want)
			}
		})
	}
}

// pages lists everything, page by page.
func (k *stack) pages(t *testing.T, limit *int) (pages []string) {
	t.Helper()
	request := tmcp.ListSenderInvitationsRequest{CompartmentId: common.String(ocitest.DefaultTenancy), Limit: limit}
	for range 10 {
		response, err := k.invitations.ListSenderInvitations(ctx, request)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, numbers(response.Items))
		request.Page = response.OpcNextPage
		if request.Page == nil {
			return pages
		}
	}
	t.Fatalf("no end after %q", pages)
	return nil
}

func TestEmptyPagesOfEmptyList(t *testing.T) {
	k := start(t, &ocitest.Server{EmptyPages: true})
	if have := fmt.Sprintf("%q", k.pages(t, nil)); have != `["" ""]` {
		t.Errorf("pages %s", have)
	}
}
