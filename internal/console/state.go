package console

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"sender-invitations/internal/ocitest"
)

// invitation is a sender invitation, as the page gets it.
type invitation struct {
	ID           string                `json:"id"`
	Number       int                   `json:"number"`
	Invitation   ocitest.Invitation    `json:"invitation"`
	WorkRequests []ocitest.WorkRequest `json:"workRequests"`
	Expires      ocitest.Time          `json:"expires"`
	Can          []ocitest.Change      `json:"can"`
}

// message is what was published at once, as the page gets it.
type message struct {
	ID     string            `json:"id"`
	Number int               `json:"number"`
	At     ocitest.Time      `json:"at"` // by the service's clock
	Place  string            `json:"place"`
	Title  string            `json:"title,omitempty"`
	Key    string            `json:"key,omitempty"`
	Events []json.RawMessage `json:"events"`         // a batch is taken apart
	Text   string            `json:"text,omitempty"` // if it is not JSON
}

// seen counts the messages of OCI that are on the shelf, or were.
type seen struct{ topics, streams int }

// look brings what OCI holds onto the shelves. Time alone changes invitations, so it is called at intervals too. c.mu is locked.
func (c *Console) look() {
	for _, s := range c.stack.OCI.Standings(most) {
		now := invitation{fmt.Sprint("invitation-", s.Number), s.Number, s.Invitation, s.WorkRequests, s.Expires, s.Can}
		if before, ok := c.invitations.get(s.Number); !ok || !reflect.DeepEqual(before, now) {
			c.invitations.put(&c.clock, s.Number, now)
		}
	}
	for _, m := range c.published() {
		m.Number = c.messages.next()
		m.ID = fmt.Sprint("message-", m.Number)
		c.messages.put(&c.clock, m.Number, m)
	}
}

// published returns the messages that were published since the last look, oldest first.
func (c *Console) published() (list []message) {
	topics, streams := c.stack.OCI.Messages(), c.stack.OCI.StreamMessages()
	for _, m := range topics[c.seen.topics:] {
		list = append(list, message{At: m.Time, Place: "topic " + m.TopicID, Title: m.Title}.with(m.Body))
	}
	for _, m := range streams[c.seen.streams:] {
		place := fmt.Sprintf("stream %s, partition %d, offset %d", m.StreamID, m.Partition, m.Offset)
		list = append(list, message{At: m.Time, Place: place, Key: m.Key}.with(m.Value))
	}
	c.seen = seen{len(topics), len(streams)}
	slices.SortStableFunc(list, func(a, b message) int { return a.At.Compare(b.At.Time) })
	return list
}

// with returns the message with its content.
func (m message) with(content string) message {
	var batch []json.RawMessage
	switch raw := json.RawMessage(content); {
	case json.Unmarshal(raw, &batch) == nil && batch != nil:
		m.Events = batch
	case json.Valid(raw):
		m.Events = []json.RawMessage{raw}
	default:
		m.Events, m.Text = []json.RawMessage{}, content
	}
	return m
}
