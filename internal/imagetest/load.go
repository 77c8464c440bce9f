package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/hostile"
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
func (s *stage) heavy(ctx context.Context) (seen string, err error) {
	var log bytes.Buffer
	host := s.host(&log, s.settings(s.plain.URL, "LOG_LEVEL=error"))
	defer func() { err = errors.Join(err, host.Close()) }()
	began := time.Now()
	answer, err := host.Invoke(ctx, fnhost.Call{Body: creates(1000, events.MaxBody)})
	if count := bytes.Count(answer.Body, []byte(`"outcome":"created"`)); err != nil || count != 1000 {
		return "", fmt.Errorf("%d of 1,000 invitations created: %v %s", count, err, log.String())
	}
	took := time.Since(began)
	first, err := s.process(ctx, host)
	if err != nil {
		return "", err
	}
	list, unknown := first.peak()
	hostile := hostile.Deliveries(events.MaxBody)
	for _, delivery := range hostile {
		if _, err := host.Invoke(ctx, fnhost.Call{Header: delivery.Header, Body: delivery.Body}); err != nil {
			return "", fmt.Errorf("%s: %w: %s", delivery.Name, err, log.String())
		}
	}
	last, err := s.process(ctx, host)
	if err != nil || last.pid != first.pid {
		return "", fmt.Errorf("the container was replaced: %v, %s", err, log.String())
	}
	worst, _ := last.peak()
	memory := fmt.Sprintf("peak memory %.0f MB, then %.0f", float64(list)/1e6, float64(worst)/1e6)
	if unknown != nil {
		memory = fmt.Sprintf("within 128 MB; peak memory unknown: %v", unknown)
	}
	return fmt.Sprintf("1,000 creates in %.1f s, then %d hostile deliveries: %s", took.Seconds(), len(hostile), memory), nil
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
