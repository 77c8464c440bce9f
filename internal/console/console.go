// Package console is the console of the local stack: a page that shows deliveries, what the rules make of them, calls to OCI, invitations
// and published messages, live. It also sends deliveries, tries rules and plays the recipient tenancy and OCI.
//
// The console sees what passes through the handlers that it wraps, and reads the emulated OCI. It keeps the newest items in memory only.
package console

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"

	"sender-invitations/internal/ocitest"
)

// Stack is what the console shows and steers. Setting, Rotate and OCI are required.
type Stack struct {
	OCI               *ocitest.Server
	Gateway, Emulator string              // their URLs
	Samples           string              // the folder of sample deliveries
	Setting           func(string) string // a setting of the function; "" if it is unset
	Rotate            func() error        // replaces the function's credentials and revokes the old ones
}

// Console is an http.Handler for the address of the emulated OCI. It serves its page and passes all other requests on to OCI.
//
// Before the stack serves, each door is wrapped by [Console.Record], and [Console.Fault] becomes the Fault of OCI.
type Console struct {
	stack Stack
	id    string // of this run
	doors map[string]http.Handler
	own   http.Handler // the page and its endpoints
	all   http.Handler // everything at the address

	mu          sync.Mutex // guards the fields below
	clock       clock
	deliveries  shelf[delivery]
	calls       shelf[call]
	invitations shelf[invitation]
	messages    shelf[message]
	seen        seen
	faults      faults
	rotated     int
}

// New returns the console of a stack.
func New(stack Stack) *Console {
	c := &Console{stack: stack, id: rand.Text(), doors: map[string]http.Handler{}}
	c.clock.changed = make(chan struct{})
	c.own = secured(c.endpoints())
	c.all = guarded(http.HandlerFunc(c.divide))
	return c
}

// ServeHTTP serves the page, its endpoints, and the emulated OCI.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.all.ServeHTTP(w, r) }

// divide keeps paths as they are, for OCI's can have what an http.ServeMux would clean.
func (c *Console) divide(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/console/") {
		c.own.ServeHTTP(w, r)
		return
	}
	c.serveOCI(w, r)
}

func (c *Console) endpoints() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { servePage(w, "index.html") })
	mux.HandleFunc("GET /console/{name...}", func(w http.ResponseWriter, r *http.Request) { servePage(w, r.PathValue("name")) })
	mux.HandleFunc("GET /console/stream", c.serveStream)
	mux.HandleFunc("GET /console/samples", c.serveSamples)
	mux.HandleFunc("GET /console/rules", c.serveRules)
	mux.HandleFunc("POST /console/rules", c.tryRules)
	mux.HandleFunc("POST /console/send", c.send)
	mux.HandleFunc("POST /console/act", c.act)
	return mux
}
