package ocitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
)

// serveView serves the pages for people. They need no signature.
func (s *Server) serveView(w http.ResponseWriter, r *http.Request) {
	var view any
	switch path := r.URL.EscapedPath(); {
	case path != "/messages" && path != "/calls":
		errorAnswer(notFound("page of the emulator:", path)).write(w)
		return
	case r.Method != http.MethodGet:
		errorAnswer(fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "only GET")).write(w)
		return
	case path == "/messages":
		view = s.messagesView()
	default:
		view = s.callsView()
	}
	var page bytes.Buffer
	json.Indent(&page, encode(view), "", "  ") // encode makes valid JSON
	page.WriteByte('\n')
	answer{status: http.StatusOK, body: page.Bytes()}.write(w)
}

// messageView is a message of a topic, or of a stream if it has a place there.
type messageView struct {
	MessageID string `json:"messageId,omitempty"`
	TopicID   string `json:"topicId,omitempty"`
	*placeView
	TimeStamp Time            `json:"timeStamp"`
	Title     string          `json:"title,omitempty"`
	Key       string          `json:"key,omitempty"`
	Body      json.RawMessage `json:"body"`
}

type placeView struct {
	StreamID  string `json:"streamId"`
	Partition int    `json:"partition,string"` // as in the API
	Offset    int64  `json:"offset"`
}

// messagesView returns all messages, oldest first.
func (s *Server) messagesView() []messageView {
	views := []messageView{}
	for _, m := range s.Messages() {
		views = append(views, messageView{MessageID: m.ID, TopicID: m.TopicID, TimeStamp: m.Time, Title: m.Title, Body: bodyView(m.Body)})
	}
	for _, m := range s.StreamMessages() {
		place := &placeView{m.StreamID, m.Partition, m.Offset}
		views = append(views, messageView{placeView: place, TimeStamp: m.Time, Key: m.Key, Body: bodyView(m.Value)})
	}
	slices.SortStableFunc(views, func(a, b messageView) int { return a.TimeStamp.Compare(b.TimeStamp.Time) })
	return views
}

// bodyView returns JSON as it is, and any other text as a string.
func bodyView(body string) json.RawMessage {
	if json.Valid([]byte(body)) {
		return json.RawMessage(body)
	}
	return encode(body)
}

type callView struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query,omitempty"`
	Status int    `json:"status"`
}

func (s *Server) callsView() []callView {
	views := []callView{}
	for _, c := range s.Calls() {
		views = append(views, callView{c.Method, c.Path, c.RawQuery, c.Status})
	}
	return views
}
