package main

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"sender-invitations/internal/ocitest"
)

// TestFillTopic checks that a filled topic takes one message a second from the start.
func TestFillTopic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock
		oci := &ocitest.Server{SkipSignatures: true, Now: c.now, TopicMessages: ocitest.DocumentedTopicMessages}
		for range 8 {
			publishNothing(oci) // as the calls do that open the connections
		}
		if err := fillTopic(oci, &c); err != nil {
			t.Fatal(err)
		}
		taken := 0
		for range 100 {
			time.Sleep(100 * time.Millisecond)
			if publishNothing(oci) == http.StatusAccepted {
				taken++
			}
		}
		if taken != 10 {
			t.Errorf("%d messages taken in 10 s", taken)
		}
	})
}

// TestPublishNothing checks that a bed does not count the messages that fill a topic, but counts those that tell of events.
func TestPublishNothing(t *testing.T) {
	b := &bed{oci: &ocitest.Server{SkipSignatures: true}}
	if status := publishNothing(b.oci); status != http.StatusAccepted || len(b.oci.Messages()) != 1 || b.published() != 0 {
		t.Errorf("status %d, %d messages, %d events", status, len(b.oci.Messages()), b.published())
	}
}
