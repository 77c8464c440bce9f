package ocitest

import (
	"cmp"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultTenancy is the OCID of the sender tenancy if Server.Tenancy is unset.
const DefaultTenancy = "ocid1.tenancy.oc1..aaaaaaaasender"

// maxBody limits the body of a request, in bytes. maxPutBody does so under the path
// of Streaming: 1 MiB of one-byte messages has about 20 MB as JSON.
const (
	maxBody    = 1 << 20
	maxPutBody = 32 << 20
)

// Limits as OCI documents them, for the fields of Server.
const (
	DocumentedTopicMessages     = 60
	DocumentedPartitionBytes    = 1 << 20
	DocumentedPartitionRequests = 1000
)

// Server is the emulated OCI. Its zero value is ready for use; a Server must not
// be copied after first use. It may be used concurrently, but its fields must
// not be changed while it serves.
type Server struct {
	// Tenancy is the OCID of the sender tenancy, the only compartmentId that is
	// accepted. Default: DefaultTenancy.
	Tenancy string

	// Now is the clock of the callers. Signatures and session tokens are dated by
	// it. The service's clock is Now, put forward by Advance. Now is called
	// concurrently. Default: time.Now.
	Now func() time.Time

	// Step is the duration, by the service's clock, of each of the two stages of an
	// asynchronous operation. Default: 0, with which the next request finds it finished.
	Step time.Duration

	// PageSize is the maximum number of items of a page, and the number if a
	// request has no limit. Default: 100.
	PageSize int

	// EmptyPages puts an empty page, with an opc-next-page, before every page of
	// a list. The service documents that an empty page need not be the last.
	EmptyPages bool

	// TokenLifetime is how long an issued session token is valid. Default: 1 hour.
	TokenLifetime time.Duration

	// CredentialsAt is the path at which a container sees the directory of
	// IssueCredentials. If it is set, every user can read the directory, because
	// the container runs as another user; so create it in a directory that only
	// you can enter. Default: only the current user can read the files.
	CredentialsAt string

	// Topics maps the OCID of each topic to its lifecycleState; "" means ACTIVE.
	// Default: every OCID of type onstopic is a topic.
	Topics map[string]string

	// Streams maps the OCID of each stream to its lifecycleState; "" means ACTIVE.
	// Default: every OCID of type stream is a stream.
	Streams map[string]string

	// Partitions is the number of partitions of each stream. Default: 1.
	Partitions int

	// TopicMessages is the number of messages that a topic takes in TopicWindow.
	// Default: no limit.
	TopicMessages int

	// TopicWindow is the time, by the service's clock, for which a message counts
	// towards TopicMessages. Default: a minute. Tests set less, to wait less.
	TopicWindow time.Duration

	// PartitionBytes and PartitionRequests are the bytes of keys and values, and
	// the requests, that a partition takes in a second. Default: no limit.
	PartitionBytes    int
	PartitionRequests int

	// Fault, if set, is called once for each request to the APIs that passes
	// the check of its signature. It may read the body. It is called concurrently.
	Fault func(*http.Request) Fault

	// SkipSignatures turns the check of signatures off. It is for load tests only.
	SkipSignatures bool

	issuer issuer
	ahead  atomic.Int64 // of the service's clock before Now, in nanoseconds

	mu            sync.Mutex // guards the fields below
	calls         []*Call
	requestIDs    int
	invitations   []*invitation // oldest first
	byID          map[string]*invitation
	pending       []*invitation // not yet 30 days old, oldest first
	workRequests  map[string]*workRequest
	unfinished    []*workRequest
	failing       map[string]failing // the next operations that fail, by their kind
	storedAnswers map[string]storedAnswer
	messages      []Message
	topicWindows  map[string]*window // by the topic's OCID
	streams       map[string]*stream // those that have taken a message, by OCID
	put           []StreamMessage
	refused       int
}

// ServeHTTP serves the APIs under /20230401, /20181201 and /20180418, and the pages
// for people. To cut a connection, it panics with http.ErrAbortHandler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.EscapedPath(); {
	case strings.HasPrefix(path, "/20230401/"), strings.HasPrefix(path, "/20181201/"):
		s.serveAPI(w, r, maxBody)
	case strings.HasPrefix(path, "/20180418/"):
		s.serveAPI(w, r, maxPutBody)
	default:
		s.serveView(w, r)
	}
}

// serveAPI records an API request, and answers it or cuts its connection. The body
// has most bytes at most.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, most int) {
	call, requestID := s.arrived(r)
	a, cut := s.answer(r, call, most)
	if cut {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	call.Status = a.status
	s.mu.Unlock()
	w.Header().Set("date", s.now().Format(http.TimeFormat))
	w.Header().Set("opc-request-id", requestID)
	a.write(w)
}

// answer returns the answer to an API request, or reports that its connection
// must be cut.
func (s *Server) answer(r *http.Request, call *Call, most int) (a answer, cut bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	if err != nil {
		return answer{}, true // the client is gone
	}
	s.mu.Lock()
	call.Body = body
	s.mu.Unlock()
	if err := s.admit(r, body, most); err != nil {
		return errorAnswer(err), false
	}
	f := s.fault(r, body)
	if !f.wait(r.Context()) || f.Reset {
		return answer{}, true
	}
	if f.Status != 0 {
		return f.spoil(f.answer()), false
	}
	if a, err = s.operate(r, body, f); err != nil {
		return errorAnswer(err), f.DropAnswer
	}
	return f.spoil(a), f.DropAnswer // the operation has taken effect all the same
}

// admit checks the size and the signature of a request.
func (s *Server) admit(r *http.Request, body []byte, most int) error {
	if len(body) > most {
		return tooLarge(most)
	}
	if s.SkipSignatures {
		return nil
	}
	return s.authenticate(r, body)
}

// operate runs the operation of an API request. Operations run one at a time.
func (s *Server) operate(r *http.Request, body []byte, f Fault) (answer, error) {
	run, id, err := findRoute(r.Method, r.URL.EscapedPath())
	if err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	return run(s, request{Request: r, id: id, query: r.URL.Query(), body: body, now: now, fault: f})
}

// now returns the time by the service's clock in UTC, in milliseconds as the API
// shows it.
func (s *Server) now() time.Time {
	return s.callersNow().Add(time.Duration(s.ahead.Load())).UTC().Truncate(time.Millisecond)
}

// callersNow returns the time by the clock of the callers.
func (s *Server) callersNow() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func (s *Server) tenancy() string {
	return cmp.Or(s.Tenancy, DefaultTenancy)
}
