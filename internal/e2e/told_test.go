package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// told returns the bodies of all messages to topics and of all in streams.
func (s *scenario) told() (bodies []string) {
	for _, message := range s.oci.Messages() {
		bodies = append(bodies, message.Body)
	}
	for _, message := range s.oci.StreamMessages() {
		bodies = append(bodies, message.Value)
	}
	return bodies
}

// tells reports whether a call to the path publishes a message or puts messages into a stream.
func tells(path string) bool { return strings.HasSuffix(path, "/messages") }

// messagesIn returns the bodies of the messages that the call brings, to a topic or into a stream.
func messagesIn(t testing.TB, call ocitest.Call) (bodies []string) {
	var request struct {
		Body     *string
		Messages []struct{ Value []byte }
	}
	if err := json.Unmarshal(call.Body, &request); err != nil {
		t.Fatal(err)
	}
	if request.Body != nil {
		return []string{*request.Body}
	}
	for _, message := range request.Messages {
		bodies = append(bodies, string(message.Value))
	}
	return bodies
}

// taken returns a set of what told returns.
func (s *scenario) taken() map[string]bool {
	set := map[string]bool{}
	for _, message := range s.told() {
		set[message] = true
	}
	return set
}

// toldBy returns the bodies of the messages that an invocation has published or put, each once.
func (s *scenario) toldBy(t *testing.T, callID string) (bodies []string) {
	left := s.taken()
	for _, call := range s.oci.Calls() {
		if call.Header.Get("opc-request-id") != callID || !tells(call.Path) {
			continue
		}
		for _, message := range messagesIn(t, call) {
			if left[message] {
				bodies = append(bodies, message)
				delete(left, message)
			}
		}
	}
	return bodies
}
