package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"sender-invitations/internal/ocitest"
)

// clock is the clock of an emulated OCI. It is ahead of the real one by what it has skipped.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) skip(d time.Duration) { c.ahead.Add(int64(d)) }

// fillTopic publishes what a topic takes in a minute, evenly, in a minute of the clock. From then on the topic takes the next messages at that
// rate: its burst is over. The first one has to wait for half the time between two.
func fillTopic(oci *ocitest.Server, c *clock) error {
	const between = time.Minute / ocitest.DocumentedTopicMessages
	c.skip(time.Minute) // the topic forgets earlier messages
	for range ocitest.DocumentedTopicMessages {
		c.skip(between)
		if status := publishNothing(oci); status != http.StatusAccepted {
			return fmt.Errorf("OCI answered a message with %d", status)
		}
	}
	c.skip(between / 2)
	return nil
}

// publishNothing publishes a list without events, which only the topic counts. It returns the status of the answer.
func publishNothing(oci *ocitest.Server) int {
	answer := httptest.NewRecorder()
	oci.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/20181201/topics/"+topic+"/messages", strings.NewReader(`{"body":"[]"}`)))
	return answer.Code
}
