package ocitest_test

import (
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

func (k *stack) advance(t *testing.T, d time.Duration) {
	t.Helper()
	if err := k.Advance(d); err != nil {
		t.Fatal(err)
	}
}

// TestAdvance checks that all that the service dates moves with its clock.
func TestAdvance(t *testing.T) {
	const month = 30 * 24 * time.Hour
	k := start(t, &ocitest.Server{Step: time.Hour})
	old := k.create(t, recipient, "old")
	k.advance(t, time.Hour)
	if w := k.workRequest(t, old.OpcWorkRequestId); w.Status != "IN_PROGRESS" {
		t.Errorf("work request is %s", w.Status)
	}
	k.advance(t, month-time.Hour-time.Millisecond)
	k.checkState(t, old.Id, "ACTIVE PENDING")
	k.advance(t, time.Millisecond)
	k.checkState(t, old.Id, "INACTIVE EXPIRED")

	now := k.clock.Now().Add(month).Truncate(time.Millisecond)
	if i := k.get(t, old.Id); !i.TimeUpdated.Equal(now) {
		t.Errorf("updated %s, want %s", i.TimeUpdated, now)
	}
	created := k.create(t, recipient, "new")
	if !created.TimeCreated.Equal(now) {
		t.Errorf("created %s, want %s", created.TimeCreated, now)
	}
	if date := created.RawResponse.Header.Get("date"); date != now.Format(http.TimeFormat) {
		t.Errorf("date %s, want %s", date, now.Format(http.TimeFormat))
	}
	k.send(t, "POST", "/20181201/topics/"+topic+"/messages", `{"body":"b"}`)
	if m := k.Messages()[0]; !m.Time.Equal(now) {
		t.Errorf("message of %s, want %s", m.Time, now)
	}
}

// TestAdvanceForgetsRetryTokens checks that a token is forgotten by the service's
// clock.
func TestAdvanceForgetsRetryTokens(t *testing.T) {
	k := start(t, &ocitest.Server{})
	const body = `{"compartmentId":"` + ocitest.DefaultTenancy + `","recipientTenancyId":"r"}`
	for want, wait := range []time.Duration{0, 24 * time.Hour} {
		k.advance(t, wait)
		for range 2 {
			k.send(t, "POST", "/20230401/senderInvitations", body, "opc-retry-token", "token")
		}
		if n := len(k.Invitations()); n != want+1 {
			t.Errorf("%d invitations, want %d", n, want+1)
		}
	}
}

// TestAdvanceLeavesTheCallers checks that the clock of the callers stays: their
// signatures, their session tokens and new credentials are valid as before.
func TestAdvanceLeavesTheCallers(t *testing.T) {
	k := start(t, &ocitest.Server{TokenLifetime: time.Hour})
	k.advance(t, 365*24*time.Hour)
	id := k.create(t, recipient, "name").Id
	before := k.clock.Now().Unix()
	provider := principal(t, k.Server, t.TempDir())
	if issued, err := provider.GetClaim("iat"); err != nil || issued != float64(before) {
		t.Errorf("issued %v, %v, want %d", issued, err, before)
	}
	k.clock.advance(time.Hour)
	k.send(t, "GET", "/20230401/senderInvitations/"+*id, "").check(t, 401, "NotAuthenticated")
}

func TestAdvanceRefuses(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.advance(t, time.Hour)
	for _, d := range []time.Duration{-1, -time.Hour, math.MaxInt64} {
		if err := k.Advance(d); err == nil || !strings.Contains(err.Error(), d.String()) {
			t.Errorf("by %s: %v", d, err)
		}
	}
	want := k.clock.Now().Add(time.Hour).Truncate(time.Millisecond)
	if created := k.create(t, recipient, "name").TimeCreated; !created.Equal(want) {
		t.Errorf("created %s, want %s", created, want)
	}
}

// TestAdvanceMeanwhile puts the clock forward while requests are served.
func TestAdvanceMeanwhile(t *testing.T) {
	k := start(t, &ocitest.Server{})
	var done sync.WaitGroup
	for range 4 {
		done.Go(func() {
			if err := k.Advance(time.Hour); err != nil {
				t.Error(err)
			}
		})
		k.create(t, recipient, "name")
	}
	done.Wait()
	want := k.clock.Now().Add(4 * time.Hour).Truncate(time.Millisecond)
	if created := k.create(t, recipient, "name").TimeCreated; !created.Equal(want) {
		t.Errorf("created %s, want %s", created, want)
	}
}

// TestTimesHaveMilliseconds checks that a time shows them even if they are 0.
func TestTimesHaveMilliseconds(t *testing.T) {
	k := start(t, &ocitest.Server{Now: func() time.Time { return time.Date(2050, 1, 2, 3, 4, 5, 0, time.UTC) }})
	k.advance(t, 24*time.Hour)
	k.create(t, recipient, "name")
	const path = "/20230401/senderInvitations?compartmentId=" + ocitest.DefaultTenancy
	if got := k.send(t, "GET", path, ""); !strings.Contains(got.body, `"timeCreated":"2050-01-03T03:04:05.000Z"`) {
		t.Errorf("answer %s", got.body)
	}
}
