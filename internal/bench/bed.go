package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

// Where the results go.
const (
	topic  = "ocid1.onstopic.oc1.iad.aaaaaaaaresults"
	stream = "ocid1.stream.oc1.iad.aaaaaaaaresults"
)

// The settings that send the results there.
const (
	toTopic  = "RESULT_TOPIC_OCID=" + topic
	toStream = "RESULT_STREAM_OCID=" + stream
)

// bed is one program with its own host and its own emulated OCI.
type bed struct {
	program program
	oci     *ocitest.Server
	host    *fnhost.Host
	log     tail
	servers []*http.Server
	number  *atomic.Int64 // of the last requested invitation, shared by all beds
	asked   atomic.Int64  // counts the invitations requested in this bed
	filled  int           // counts the invitations made by fill
}

// newBed returns a bed whose results go to a topic without a limit. The program starts with the first call.
func (l *lab) newBed(p program, at place) (*bed, error) {
	return l.newBedWith(p, at, &ocitest.Server{}, toTopic)
}

// newBedWith returns a bed with that OCI, which does not check signatures, so that its own work counts least. results is a setting.
func (l *lab) newBedWith(p program, at place, oci *ocitest.Server, results string) (*bed, error) {
	oci.SkipSignatures = true
	b := &bed{program: p, number: &l.number, oci: oci}
	settings := slices.Concat([]string{results}, l.settings, at.settings())
	for _, name := range []string{"ORGANIZATIONS_ENDPOINT", "NOTIFICATIONS_ENDPOINT", "STREAMING_ENDPOINT"} {
		server, address, err := at.serve(b.oci, l.certificate)
		if err != nil {
			return nil, errors.Join(err, b.close())
		}
		b.servers = append(b.servers, server)
		settings = append(settings, name+"="+address)
	}
	b.host = &fnhost.Host{Command: []string{p.binary}, Env: settings, MaxProcesses: 1, Timeout: 5 * time.Minute, Stderr: &b.log}
	return b, nil
}

func (b *bed) close() (err error) {
	if b.host != nil {
		err = b.host.Close()
	}
	for _, server := range b.servers {
		err = errors.Join(err, server.Close())
	}
	return err
}

// next returns a call that requests a new invitation, and the invitation's number.
func (b *bed) next() (fnhost.Call, int64) {
	b.asked.Add(1)
	number := b.number.Add(1)
	return b.program.door(number), number
}

// call makes the next call and returns its duration in ms.
func (b *bed) call(ctx context.Context) (float64, error) {
	call, _ := b.next()
	return b.invoke(ctx, call)
}

// calls makes calls one after the other and returns their durations in ms.
func (b *bed) calls(ctx context.Context, count int) ([]float64, error) {
	took := make([]float64, count)
	for index := range took {
		var err error
		if took[index], err = b.call(ctx); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// invoke makes a call and returns its duration in ms.
func (b *bed) invoke(ctx context.Context, call fnhost.Call) (float64, error) {
	begin := time.Now()
	answer, err := b.host.Invoke(ctx, call)
	took := milliseconds(time.Since(begin))
	if err != nil {
		return took, fmt.Errorf("%w; its log ends with %q", err, b.log.String())
	}
	return took, answered(answer.Header, answer.Body)
}

// answered returns an error if the HTTP door answered with one.
func answered(header http.Header, body []byte) error {
	if status := header.Get("Fn-Http-Status"); status != "" && status != "200" {
		return fmt.Errorf("answered %s: %s", status, body)
	}
	return nil
}

// check checks that OCI received what the calls requested, so that no call is fast because it did nothing.
func (b *bed) check() error {
	if b.program.idle {
		return nil
	}
	for _, call := range b.oci.Calls() {
		if call.Status >= 300 && call.Status != http.StatusTooManyRequests {
			return fmt.Errorf("OCI answered %s %s with %d", call.Method, call.Path, call.Status)
		}
	}
	asked, made, published := int(b.asked.Load()), len(b.oci.Invitations())-b.filled, b.published()
	if made != asked || published != asked {
		return fmt.Errorf("%d invitations requested, %d created, %d published; the log ends with %q", asked, made, published, b.log.String())
	}
	return nil
}

// published returns the number of events that OCI has received.
func (b *bed) published() int {
	events := len(b.oci.StreamMessages())
	for _, message := range b.oci.Messages() {
		events += eventsIn(message.Body)
	}
	return events
}

// eventsIn returns the number of events in a message, which is a list or one event.
func eventsIn(message string) int {
	var list []json.RawMessage
	if json.Unmarshal([]byte(message), &list) == nil {
		return len(list)
	}
	return 1
}

// pid returns the process id of the program, or 0 if it does not run.
func (b *bed) pid() int {
	for _, p := range b.host.Running() {
		return p.PID
	}
	return 0
}
