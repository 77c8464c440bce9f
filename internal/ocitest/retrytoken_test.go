package ocitest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

const invitationsPath = "/20230401/senderInvitations"

// details returns the body of a create with a display name.
func details(name string) string {
	return fmt.Sprintf(`{"compartmentId":%q, "recipientTenancyId":%q, "displayName":%q}`, ocitest.DefaultTenancy, recipient, name)
}

func TestRetryTokenRepeatsTheAnswer(t *testing.T) {
	k := start(t, &ocitest.Server{})
	first := k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "token", "opc-request-id", "a")
	// White space and the order of members do not change the payload.
	reordered := fmt.Sprintf(`{"displayName":"one","recipientTenancyId":%q,"compartmentId":%q}`, recipient, ocitest.DefaultTenancy)
	for i, body := range []string{details("one"), reordered} {
		again := k.send(t, "POST", invitationsPath, body, "opc-retry-token", "token", "opc-request-id", "b")
		if again.status != 200 || again.body != first.body {
			t.Errorf("repeat %d: %d %s, want %s", i, again.status, again.body, first.body)
		}
		for _, name := range []string{"etag", "opc-work-request-id", "content-type"} {
			if again.header.Get(name) != first.header.Get(name) || first.header.Get(name) == "" {
				t.Errorf("repeat %d: %s %q, want %q", i, name, again.header.Get(name), first.header.Get(name))
			}
		}
		if id := again.header.Get("opc-request-id"); id != "b" {
			t.Errorf("repeat %d: opc-request-id %q", i, id)
		}
	}
	if n := len(k.Invitations()); n != 1 {
		t.Errorf("%d invitations", n)
	}
}

func TestRetryTokenWithAnotherPayload(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "token")
	k.send(t, "POST", invitationsPath, details("two"), "opc-retry-token", "token").check(t, 409, "InvalidatedRetryToken")
	cancel := invitationsPath + "/" + k.Invitations()[0].ID + "/actions/cancel"
	k.send(t, "POST", cancel, "", "opc-retry-token", "token").check(t, 409, "InvalidatedRetryToken")
	if list := k.Invitations(); len(list) != 1 || list[0].Status != "PENDING" {
		t.Errorf("invitations %v", list)
	}
}

func TestRetryTokenThatIsTooLong(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", strings.Repeat("x", 65)).check(t, 400, "InvalidParameter")
	if made := k.Invitations(); len(made) != 0 {
		t.Errorf("invitations %v", made)
	}
	if longest := k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", strings.Repeat("x", 64)); longest.status != 200 {
		t.Errorf("%d %s", longest.status, longest.body)
	}
}

func TestRetryTokenOfACancel(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "POST", invitationsPath, details("one"))
	cancel := invitationsPath + "/" + k.Invitations()[0].ID + "/actions/cancel"
	first := k.send(t, "POST", cancel, "", "opc-retry-token", "token")
	again := k.send(t, "POST", cancel, "", "opc-retry-token", "token")
	work := first.header.Get("opc-work-request-id")
	if first.status != 200 || again.status != 200 || work == "" || again.header.Get("opc-work-request-id") != work {
		t.Errorf("first %v, again %v", first, again)
	}
}

func TestRetryTokenExpires(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "token")
	for _, step := range []struct {
		wait time.Duration
		want int
	}{
		{24*time.Hour - time.Millisecond, 1},
		{time.Millisecond, 2},
		{24*time.Hour - time.Millisecond, 2},
	} {
		k.clock.advance(step.wait)
		k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "token")
		if n := len(k.Invitations()); n != step.want {
			t.Errorf("%d invitations after another %s, want %d", n, step.wait, step.want)
		}
	}
}

func TestRetryTokenDoesNotStoreErrors(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "POST", invitationsPath, "{}", "opc-retry-token", "token").check(t, 400, "MissingParameter")
	if got := k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "token"); got.status != 200 {
		t.Errorf("answer %d %s", got.status, got.body)
	}
}

func TestRetryTokenConcurrently(t *testing.T) {
	k := start(t, &ocitest.Server{SkipSignatures: true})
	bodies := make([]string, 20)
	var done sync.WaitGroup
	for i := range bodies {
		r := newRequest(t, "POST", k.url+invitationsPath, details("one"))
		r.Header.Set("opc-retry-token", "token")
		done.Go(func() { bodies[i] = do(t, r).body })
	}
	done.Wait()
	for _, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, `"id"`) {
			t.Errorf("answer %s, want %s", body, bodies[0])
		}
	}
	if n := len(k.Invitations()); n != 1 {
		t.Errorf("%d invitations", n)
	}
}
