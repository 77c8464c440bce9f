package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/hostile"
	"sender-invitations/internal/ocitest"
)

// signup sends an event and an HTTP request. It measures the time to the first answer and checks the process's limits.
func (s *stage) signup(ctx context.Context) (seen string, err error) {
	event, err := os.ReadFile("testdata/events/signup.json")
	if err != nil {
		return "", err
	}
	var log bytes.Buffer
	host := s.host(&log, s.settings(s.plain.URL))
	defer func() { err = errors.Join(err, host.Close()) }()
	answer, err := host.Invoke(ctx, fnhost.Call{Body: event})
	answered := time.Now()
	created := bytes.Contains(answer.Body, []byte(`"outcome":"created"`))
	if err != nil || !created || len(s.oci.Invitations()) != 1 || len(s.oci.Messages()) != 1 {
		return "", fmt.Errorf("%v, %s, %s", err, answer.Body, log.String())
	}
	listing := http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {"GET"},
		"Fn-Http-Request-Url": {"/20230401/senderInvitations?compartmentId=ocid1.tenancy.oc1..aaaaaaaasender"}}
	answer, err = host.Invoke(ctx, fnhost.Call{Header: listing})
	listed := bytes.Contains(answer.Body, []byte(s.oci.Invitations()[0].ID))
	if err != nil || answer.Header.Get("Fn-Http-Status") != "200" || !listed {
		return "", fmt.Errorf("through the gateway: %v, %s", err, answer.Body)
	}
	p, err := s.process(ctx, host)
	if err != nil {
		return "", err
	}
	confined, err := p.confinement()
	return fmt.Sprintf("both doors work; the first answer came %d ms after the start of the container; %s",
		answered.Sub(p.started).Milliseconds(), confined), err
}

// process returns the process of the host's only container.
func (s *stage) process(ctx context.Context, host *fnhost.Host) (process, error) {
	names := host.Containers()
	if len(names) != 1 {
		return process{}, fmt.Errorf("%d containers", len(names))
	}
	return find(ctx, s.container.Engine, names[0])
}

// heavy sends a list of 1,000 creates and all hostile deliveries, each of 6 MB. One container of 128 MB must survive them all.
func (s *stage) heavy(ctx context.Context) (string, error) {
	deliveries := hostile.Deliveries(events.MaxBody)
	took := time.Duration(0)
	memory, err := s.survives(ctx, s.settings(s.plain.URL), func(b *burden) error {
		began := time.Now()
		answer, err := b.host.Invoke(ctx, fnhost.Call{Body: creates(1000, events.MaxBody)})
		if count := bytes.Count(answer.Body, []byte(`"outcome":"created"`)); err != nil || count != 1000 {
			return fmt.Errorf("%d of 1,000 invitations created: %w", count, err)
		}
		took = time.Since(began)
		return b.send(ctx, "", deliveries)
	})
	return fmt.Sprintf("1,000 creates in %.1f s, and %d hostile deliveries: %s", took.Seconds(), len(deliveries), memory), err
}

// requests sends all hostile requests of the Organizations API, each of 6 MB, to a function that enforces and to one that does not write.
func (s *stage) requests(ctx context.Context) (seen string, err error) {
	requests := hostile.Requests(events.MaxBody)
	for _, mode := range []string{"enforce", "dry-run"} {
		settings := s.settings(s.plain.URL, "MODE="+mode, "ALLOWED_EMAIL_DOMAINS=example.com")
		memory, err := s.survives(ctx, settings, func(b *burden) error {
			return errors.Join(b.send(ctx, "", requests), b.send(ctx, "again, ", requests))
		})
		if err != nil {
			return "", fmt.Errorf("MODE=%s: %w", mode, err)
		}
		seen += fmt.Sprintf("; MODE=%s: %s", mode, memory)
	}
	return fmt.Sprintf("%d hostile requests, twice%s", len(requests), seen), nil
}

// answers lets Organizations give all its hostile answers, each of 6 MB or as large as an invitation may be, one and eight at a time.
func (s *stage) answers(ctx context.Context) (string, error) {
	var current atomic.Pointer[hostile.Answer]
	organizations := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("etag", "1")
		_, _ = io.WriteString(w, current.Load().To(r)) // the function may have stopped reading
	}))
	defer organizations.Close()
	answers := hostile.Answers(events.MaxBody, ocitest.DefaultTenancy)
	settings := append(s.settings(s.plain.URL), "ORGANIZATIONS_ENDPOINT="+organizations.URL, "MAX_ATTEMPTS=1")
	memory, err := s.survives(ctx, settings, func(b *burden) error {
		for _, answer := range answers {
			current.Store(&answer)
			if err := b.send(ctx, answer.Name+" to ", questions()); err != nil {
				return err
			}
		}
		return nil
	})
	return fmt.Sprintf("%d hostile answers to each of %d requests: %s", len(answers), len(questions()), memory), err
}

// questions returns requests that make the function read from Organizations. They come through the gateway, for a direct call that fails
// is cut, and a cut ends the container.
func questions() []hostile.Delivery {
	const sender = "compartmentId=" + ocitest.DefaultTenancy
	var creates, updates []string
	for number := range 8 { // the default of CONCURRENCY; an own request id, so that each record makes a list of its own
		creates = append(creates, fmt.Sprintf(`{"operation":"create","opcRequestId":"own","recipientTenancyId":"ocid1.tenancy.oc1..a%d"}`, number))
		updates = append(updates, fmt.Sprintf(`{"operation":"update","senderInvitationId":"ocid1.x.oc1..a%d","freeformTags":{"new":"1"}}`, number))
	}
	return []hostile.Delivery{
		question("a list", "GET", "/20230401/senderInvitations?"+sender, ""),
		question("a get", "GET", "/20230401/senderInvitations/ocid1.x.oc1..a", ""),
		question("a create", "POST", "/events", creates[0]),
		question("an update", "POST", "/events", updates[0]),
		question("a cancel", "POST", "/events", `{"operation":"cancel","recipientTenancyId":"ocid1.tenancy.oc1..a"}`),
		question("creates", "POST", "/events", "["+strings.Join(creates, ",")+"]"),
		question("updates", "POST", "/events", "["+strings.Join(updates, ",")+"]"),
	}
}

func question(name, method, url, body string) hostile.Delivery {
	header := http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {method}, "Fn-Http-Request-Url": {url}}
	return hostile.Delivery{Name: name, Header: header, Body: []byte(body)}
}

// burden is a container that must survive what is sent to it.
type burden struct {
	host  *fnhost.Host
	first process
	stage *stage
}

// survives starts a container of 128 MB, lets load send to it, and returns its peak memory. The error says that load failed or that the
// container was replaced.
func (s *stage) survives(ctx context.Context, settings []string, load func(*burden) error) (memory string, err error) {
	var log bytes.Buffer
	host := s.host(&log, append(settings, "LOG_LEVEL=error"))
	defer func() { err = errors.Join(err, host.Close()) }()
	if _, err := host.Invoke(ctx, fnhost.Call{Body: []byte("[]")}); err != nil {
		return "", err
	}
	b := &burden{host: host, stage: s}
	if b.first, err = s.process(ctx, host); err != nil {
		return "", err
	}
	if err := load(b); err != nil {
		return "", fmt.Errorf("%w: %s", err, log.String())
	}
	peak, err := b.first.peak()
	if err != nil {
		return fmt.Sprintf("within 128 MB; peak memory unknown: %v", err), nil
	}
	return fmt.Sprintf("peak memory %.0f MB", float64(peak)/1e6), nil
}

// send sends the deliveries. The container must answer them all.
func (b *burden) send(ctx context.Context, before string, deliveries []hostile.Delivery) error {
	for _, delivery := range deliveries {
		_, err := b.host.Invoke(ctx, fnhost.Call{Header: delivery.Header, Body: delivery.Body})
		last, fault := b.stage.process(ctx, b.host)
		if err = errors.Join(err, fault); err != nil || last.pid != b.first.pid {
			return fmt.Errorf("%s%s ended the container: %v", before, delivery.Name, err)
		}
	}
	return nil
}

// creates returns a list of create commands, a little smaller than size bytes.
func creates(count, size int) []byte {
	list := make([][]byte, count)
	for number := range list {
		command := fmt.Sprintf(`{"operation":"create","recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaa%06d"`, number)
		list[number] = []byte(command + strings.Repeat(" ", size/count-len(command)-2) + "}") // leaves room for a comma
	}
	return slices.Concat([]byte("["), bytes.Join(list, []byte(",")), []byte("]"))
}
