package ocitest

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// DefaultTenancy is the OCID of the sender tenancy of a Server that names none.
const DefaultTenancy = "ocid1.tenancy.oc1..aaaaaaaasender"

// maxBody is the most bytes of a request's body that are read.
const maxBody = 1 << 20

// Server is the emulated OCI. Its zero value is ready for use; a Server must not
// be copied after first use. It may be used concurrently, but its fields must
// not be changed while it serves.
type Server struct {
	// Tenancy is the OCID of the sender tenancy, the only compartmentId that is
	// accepted. Default: DefaultTenancy.
	Tenancy string

	// Now is the clock of everything: timestamps, asynchronous operations,
	// expiry, and what the date of a signed request is compared with. It is
	// called concurrently. Default: time.Now.
	Now func() time.Time

	// Step is how long each of the two stages of an asynchronous operation takes
	// by Now. 0: the next request finds it finished.
	Step time.Duration

	// PageSize is the most items of one page of a list, and how many a page has
	// when the request gives no limit. Default: 100.
	PageSize int

	// EmptyPages puts an empty page, with an opc-next-page, before every page of
	// a list: the service documents that a page may be empty and not the last.
	EmptyPages bool

	// TokenLifetime is how long an issued session token is valid. Default: 1 hour.
	TokenLifetime time.Duration

	// CredentialsAt is the path at which a container sees the directory of
	// IssueCredentials, which then lets every user enter it and read the files,
	// for the container's is another one: let it be in one that is yours alone.
	// Default: the function is a process, and nobody else can read them.
	CredentialsAt string

	// Topics are the topics that there are, by OCID, with the lifecycleState of
	// each ("": ACTIVE). Default: every OCID of the type onstopic names one.
	Topics map[string]string

	// Fault, if set, is asked once for each request to the two APIs, after its
	// signature was checked, and may read the request's body. It is called
	// concurrently.
	Fault func(*http.Request) Fault

	// SkipSignatures accepts requests whatever their signature, or none: for
	// measurements under load only.
	SkipSignatures bool

	issuer issuer

	mu            sync.Mutex // guards the fields below
	calls         []*Call
	requestIDs    int
	invitations   []*invitation // oldest first
	byID          map[string]*invitation
	pending       []*invitation // not yet looked at for expiry, oldest first
	workRequests  map[string]*workRequest
	unfinished    []*workRequest
	storedAnswers map[string]storedAnswer
	messages      []Message
}

// ServeHTTP answers one request: the two APIs under /20230401 and /20181201, and
// the pages for people. A connection that a Fault cuts is cut by a panic with
// http.ErrAbortHandler, which net/http understands.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if strings.HasPrefix(path, "/20230401/") || strings.HasPrefix(path, "/20181201/") {
		s.serveAPI(w, r)
		return
	}
	s.serveView(w, r)
}

// serveAPI records, answers and, where a fault says so, cuts one API request.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	call, requestID := s.arrived(r)
	a, cut := s.answer(r, call)
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

// answer works out what to say to one API request; cut means nothing, by
// cutting the connection.
func (s *Server) answer(r *http.Request, call *Call) (a answer, cut bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return answer{}, true // the client is gone
	}
	s.mu.Lock()
	call.Body = body
	s.mu.Unlock()
	if err := s.admit(r, body); err != nil {
		return errorAnswer(err), false
	}
	f := s.fault(r, body)
	if !f.wait(r.Context()) || f.Reset {
		return answer{}, true
	}
	if f.Status != 0 {
		return f.answer(), false
	}
	a, err = s.operate(r, body)
	if err != nil {
		a = errorAnswer(err)
	}
	return a, f.DropAnswer // the operation is done even if nobody hears of it
}

// admit refuses a request that no operation should see.
func (s *Server) admit(r *http.Request, body []byte) error {
	if len(body) > maxBody {
		return tooLarge(maxBody)
	}
	if s.SkipSignatures {
		return nil
	}
	return s.authenticate(r, body)
}

// operate routes one API request and runs its operation, alone: operations
// see and leave a consistent state.
func (s *Server) operate(r *http.Request, body []byte) (answer, error) {
	run, id, err := findRoute(r.Method, r.URL.EscapedPath())
	if err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	return run(s, request{Request: r, id: id, query: r.URL.Query(), body: body, now: now})
}

// now is the time by the server's clock, in UTC, at the milliseconds that the
// API shows.
func (s *Server) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC().Truncate(time.Millisecond)
	}
	return s.Now().UTC().Truncate(time.Millisecond)
}

func (s *Server) tenancy() string {
	if s.Tenancy == "" {
		return DefaultTenancy
	}
	return s.Tenancy
}
