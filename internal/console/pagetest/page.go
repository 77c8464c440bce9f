// Package pagetest reads the console's stream and uses its endpoints as the page does, for tests.
package pagetest

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience limits the waiting of a test that fails. A test that passes does not depend on it.
const patience = 20 * time.Second

// Page is a connection to the stream, and what a page would know by it.
type Page struct {
	Hello json.RawMessage
	World json.RawMessage // the last one
	Told  int             // how many there were
	Items []Item          // in the order in which they came first

	t      *testing.T
	stream *bufio.Reader
	close  func()
}

// Item is an item as it came last.
type Item struct {
	Part   string
	ID     string
	Number int
	Item   json.RawMessage
	Times  int // how often it came
}

// Open connects to the stream of the console at this URL. The end of the test, or Close, ends the connection.
func Open(t *testing.T, url string) *Page {
	t.Helper()
	answer, err := http.Get(url + "/console/stream")
	if err != nil {
		t.Fatal(err)
	}
	hurry := time.AfterFunc(patience, func() { answer.Body.Close() })
	p := &Page{t: t, stream: bufio.NewReaderSize(answer.Body, 1<<20), close: func() {
		hurry.Stop()
		answer.Body.Close()
	}}
	t.Cleanup(p.Close)
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("the stream is answered %s, %s", answer.Status, kind)
	}
	p.Until("hello", func() bool { return p.Hello != nil })
	return p
}

// Close ends the connection.
func (p *Page) Close() { p.close() }

// Until reads the stream until done reports true. The test fails if that takes too long.
func (p *Page) Until(what string, done func() bool) {
	p.t.Helper()
	for !done() {
		if err := p.next(); err != nil {
			p.t.Fatalf("%s: %v; the page has %+v", what, err, p.Items)
		}
	}
}

// next reads one event or comment.
func (p *Page) next() error {
	var event, data string
	for {
		line, err := p.stream.ReadString('\n')
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case name == "event":
			event = value
		case name == "data":
			data = value
		case line == "\n":
			return p.take(event, []byte(data))
		}
	}
}

func (p *Page) take(event string, data []byte) error {
	switch event {
	case "hello":
		p.Hello = data
	case "world":
		p.World = data
		p.Told++
	case "item":
		var item Item
		if err := json.Unmarshal(data, &item); err != nil {
			return err
		}
		p.keep(item)
	}
	return nil
}

func (p *Page) keep(item Item) {
	place := slices.IndexFunc(p.Items, func(i Item) bool { return i.ID == item.ID })
	if place < 0 {
		p.Items, place = append(p.Items, item), len(p.Items)
	}
	item.Times = p.Items[place].Times + 1
	p.Items[place] = item
}

// Of returns the items of a part, read into values.
func Of[T any](p *Page, part string) (list []T) {
	p.t.Helper()
	for _, item := range p.Items {
		if item.Part != part {
			continue
		}
		var value T
		if err := json.Unmarshal(item.Item, &value); err != nil {
			p.t.Fatalf("%s: %v", item.Item, err)
		}
		list = append(list, value)
	}
	return list
}

// Post sends JSON to an endpoint of the console at this URL. It returns the answer.
func Post(t *testing.T, url, endpoint, body string) (status int, answer string) {
	t.Helper()
	got, err := http.Post(url+"/console/"+endpoint, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(text)
}
