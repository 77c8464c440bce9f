package ocitest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// maxPublish limits the request body of PublishMessage, in bytes (Notifications,
// PublishMessage).
const maxPublish = 64 << 10

// Message is a message that was published to a topic.
type Message struct {
	ID      string // in the form of a UUID
	TopicID string
	Title   string // "" if it has none
	Body    string
	Time    Time
}

// Messages returns a copy of all published messages, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Refused returns how many messages the limits of topics and partitions have kept
// out so far.
func (s *Server) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

func (s *Server) publishMessage(r request) (answer, error) {
	if len(r.body) > maxPublish {
		return answer{}, tooLarge(maxPublish)
	}
	m, err := parseMessage(r.body)
	if err == nil {
		_, err = s.topicState(r.id)
	}
	if err == nil {
		err = s.countMessage(r)
	}
	if err != nil {
		return answer{}, err
	}
	m.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", len(s.messages)+1)
	m.TopicID, m.Time = r.id, Time{r.now}
	s.messages = append(s.messages, m)
	result := struct {
		MessageID string `json:"messageId"`
		TimeStamp Time   `json:"timeStamp"`
	}{m.ID, m.Time}
	return answer{status: http.StatusAccepted, body: encode(result)}, nil
}

// countMessage counts a message to a topic. It fails if the topic is at its limit.
func (s *Server) countMessage(r request) error {
	if s.topicWindows == nil {
		s.topicWindows = map[string]*window{}
	}
	if s.topicWindows[r.id] == nil {
		s.topicWindows[r.id] = &window{length: cmp.Or(s.TopicWindow, time.Minute)}
	}
	if w := s.topicWindows[r.id]; !w.take(r.now, 1, s.TopicMessages) {
		s.refused++
		return tooManyRequests("topic", r.id)
	}
	return nil
}

// parseMessage reads the title and the body of a PublishMessage request.
func parseMessage(body []byte) (m Message, err error) {
	details, err := parseObject(body)
	if err != nil {
		return m, err
	}
	if err := details.read(member{"title", &m.Title}, member{"body", &m.Body}); err != nil {
		return m, err
	}
	switch {
	case !details.has("body"):
		return m, missing("body")
	case m.Body == "":
		return m, invalid("body must not be empty")
	}
	return m, nil
}

// getTopic answers with the members that the API requires of a topic.
func (s *Server) getTopic(r request) (answer, error) {
	state, err := s.topicState(r.id)
	if err != nil {
		return answer{}, err
	}
	topic := struct {
		Name           string `json:"name"`
		TopicID        string `json:"topicId"`
		CompartmentID  string `json:"compartmentId"`
		LifecycleState string `json:"lifecycleState"`
		TimeCreated    Time   `json:"timeCreated"`
		APIEndpoint    string `json:"apiEndpoint"`
	}{"emulated-topic", r.id, s.tenancy(), state, Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, "http://" + r.Host}
	return ok(topic, nil)
}

// topicState returns the lifecycleState of a topic. It fails if there is no such
// topic.
func (s *Server) topicState(id string) (string, error) {
	return stateOf(s.Topics, "topic", "onstopic", id)
}

// stateOf returns the lifecycleState of a resource of this kind, whose OCIDs have
// this type. Unless states is nil, it lists all that there are.
func stateOf(states map[string]string, kind, ocidType, id string) (string, error) {
	state, listed := states[id]
	if !strings.HasPrefix(id, "ocid1."+ocidType+".") || states != nil && !listed {
		return "", notFound(kind, id)
	}
	return cmp.Or(state, "ACTIVE"), nil
}
