package ocitest

import (
	"bytes"
	"encoding/json"
	"net/http"
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

type messageView struct {
	MessageID string          `json:"messageId"`
	TopicID   string          `json:"topicId"`
	TimeStamp Time            `json:"timeStamp"`
	Title     string          `json:"title,omitempty"`
	Body      json.RawMessage `json:"body"`
}

// messagesView returns all messages, oldest first. A body that is JSON becomes a
// part of the page's JSON, any other a string.
func (s *Server) messagesView() []messageView {
	views := []messageView{}
	for _, m := range s.Messages() {
		body := []byte(m.Body)
		if !json.Valid(body) {
			body = encode(m.Body)
		}
		views = append(views, messageView{m.ID, m.TopicID, m.Time, m.Title, body})
	}
	return views
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
