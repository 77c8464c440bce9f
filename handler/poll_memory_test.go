package handler_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sender-invitations/internal/ocitest"
)

// crowd is a network with an OCI that has very many invitations, none of which it keeps in memory. Each hundredth was accepted, and nobody was
// told.
type crowd struct {
	invitations int

	mu     sync.Mutex
	most   uint64 // bytes of memory in use
	begun  uint64
	tagged int
}

const crowdPage = 100

func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	header := http.Header{"Opc-Request-Id": {"one"}, "Etag": {"e"}, "Date": {"Thu, 15 Jan 2026 00:00:00 GMT"}}
	answer := `{"messageId": "00000000-0000-4000-8000-000000000001", "timeStamp": "2026-01-01T00:00:00.000Z"}`
	switch id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; {
	case id == "senderInvitations":
		answer = c.page(r, header)
	case strings.HasPrefix(id, "ocid1.senderinvitation"):
		number, _ := strconv.Atoi(id[strings.LastIndexByte(id, '.')+1:])
		answer = c.invitation(number)
		if r.Method == http.MethodPut {
			c.mu.Lock()
			c.tagged++
			c.mu.Unlock()
		}
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

func (c *crowd) page(r *http.Request, header http.Header) string {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if page%50 == 0 {
		c.most = max(c.most, inUse()-min(c.begun, inUse()))
	}
	var items []string
	for number := page * crowdPage; number < min((page+1)*crowdPage, c.invitations); number++ {
		items = append(items, c.invitation(number))
	}
	if (page+1)*crowdPage < c.invitations {
		header.Set("Opc-Next-Page", strconv.Itoa(page+1))
	}
	return `{"items": [` + strings.Join(items, ",") + `]}`
}

func (c *crowd) invitation(number int) string {
	status, state := "PENDING", "ACTIVE"
	if number%100 == 0 {
		status, state = "ACCEPTED", "INACTIVE"
	}
	return fmt.Sprintf(`{"id": "ocid1.senderinvitation.oc1..%d", "compartmentId": %q, "recipientTenancyId": "ocid1.tenancy.oc1..%d", "status": %q,
		"lifecycleState": %q, "recipientEmailAddress": "ann@acme.example", "displayName": "Invitation for Acme", "subjects": ["LINK"],
		"timeCreated": "2026-01-01T00:00:00.000Z", "freeformTags": {"origin": "signup"}, "definedTags": {}}`,
		number, ocitest.DefaultTenancy, number, status, state)
}

// pollCrowd polls so many invitations. It returns the maximum of the memory in use, without garbage.
func pollCrowd(t testing.TB, invitations int) uint64 {
	t.Helper()
	f := newFunction(t, &ocitest.Server{})
	c := &crowd{invitations: invitations}
	f.SetTransport(c)
	c.begun = inUse()
	answer, cut := f.invoke(`{"operation": "poll"}`)
	var told struct {
		Results []struct {
			Told   int
			More   bool
			Counts map[string]int
		}
	}
	if err := json.Unmarshal([]byte(answer), &told); err != nil || cut || len(told.Results) != 1 {
		t.Fatal(cut, answer)
	}
	if got := told.Results[0]; got.More || got.Told != invitations/100 || got.Counts["ACCEPTED"] != got.Told || got.Counts["PENDING"] != invitations-got.Told || c.tagged != got.Told {
		t.Fatalf("%+v, %d tagged", got, c.tagged)
	}
	return c.most
}

// A poll of ten times as many invitations takes no more memory.
func TestPollTakesBoundedMemory(t *testing.T) {
	few, many := pollCrowd(t, 2_000), pollCrowd(t, 20_000)
	const slack = 1 << 20 // for the log, and buffers that grow by leaps
	if many > few+slack {
		t.Errorf("2,000 invitations take %d bytes, 20,000 take %d", few, many)
	}
}

// BenchmarkPoll polls invitations without a network. MB is the memory in use at most, without garbage.
func BenchmarkPoll(b *testing.B) {
	for _, invitations := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(invitations), func(b *testing.B) {
			most := uint64(0)
			for b.Loop() {
				most = max(most, pollCrowd(b, invitations))
			}
			b.ReportMetric(float64(most)/(1<<20), "MB")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*invitations), "ns/invitation")
		})
	}
}
