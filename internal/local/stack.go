package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

const topic = "ocid1.onstopic.oc1.iad.aaaaaaaaresults"

// The pace of the emulated OCI: slow enough to watch, and to see credentials change.
const (
	step     = 200 * time.Millisecond
	rotation = 5 * time.Minute
)

// stack is the running local stack.
type stack struct {
	oci           *ocitest.Server
	host          *fnhost.Host
	gateway       string // its address, with scheme
	emulator      string
	basePath      string
	folder        string // this user's alone
	credentials   string // their folder, in that one
	servers       []*http.Server
	stopRotations chan struct{}
	once          sync.Once
}

// start starts everything but the function's processes, which the host starts as calls come. Close it after.
func start(host *fnhost.Host, port int) (_ *stack, err error) {
	s := &stack{host: host, oci: &ocitest.Server{Step: step}, stopRotations: make(chan struct{})}
	s.basePath = os.Getenv("HTTP_BASE_PATH")
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	credentials, err := s.issueCredentials()
	if err != nil {
		return nil, err
	}
	emulatorPort := port
	if port != 0 { // 0: any two
		emulatorPort++
	}
	if s.emulator, err = s.listen(emulatorPort, s.oci); err != nil {
		return nil, err
	}
	host.Stderr, host.Env = os.Stderr, append(settings(s.emulator), credentials...)
	direct, viaGateway := s.host.Direct(), s.host.Gateway()
	s.gateway, err = s.listen(port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/invoke" { // by hand: an http.ServeMux cleans the paths that the gateway must pass as they are
			direct.ServeHTTP(w, r)
			return
		}
		viaGateway.ServeHTTP(w, r)
	}))
	go s.rotate()
	return s, err
}

// issueCredentials makes the function's first credentials and returns the settings that name them. A container sees them
// where the platform has them.
func (s *stack) issueCredentials() (settings []string, err error) {
	if s.folder, err = os.MkdirTemp("", "sender-invitations-"); err != nil {
		return nil, err
	}
	s.credentials = filepath.Join(s.folder, "credentials")
	if err := os.Mkdir(s.credentials, 0o700); err != nil {
		return nil, err
	}
	if s.host.Container != nil {
		s.oci.CredentialsAt = "/.oci-credentials"
		s.host.Container.Mounts = map[string]string{s.oci.CredentialsAt: s.credentials}
	}
	return s.oci.IssueCredentials(s.credentials)
}

// settings are the function's: those that tie it to the stack, and whatever the environment says of the others.
func settings(emulator string) []string {
	set := []string{
		"RESULT_TOPIC_OCID=" + topic,
		"ORGANIZATIONS_ENDPOINT=" + emulator, "NOTIFICATIONS_ENDPOINT=" + emulator,
		"FN_FN_ID=ocid1.fnfunc.oc1.iad.aaaaaaaafunction",
	}
	for _, name := range []string{
		"RESULT_TOPIC_OCID", "DEAD_LETTER_TOPIC_OCID", "EVENT_TYPE_PREFIX", "CONNECT_TIMEOUT", "READ_TIMEOUT",
		"MAX_ATTEMPTS", "RULES", "RULES_FILE", "HTTP_BASE_PATH", "ALLOWED_RECIPIENTS", "DENIED_RECIPIENTS",
		"ALLOWED_EMAIL_DOMAINS", "MAX_PENDING", "MODE", "CONCURRENCY", "LOG_LEVEL",
	} {
		if value := os.Getenv(name); value != "" {
			set = append(set, name+"="+value)
		}
	}
	return set
}

// listen serves the handler on a loopback port and returns its address.
func (s *stack) listen(port int, handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return "", fmt.Errorf("%w; set PORT to another, of which the next is free too", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 15 * time.Second}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "local:", err)
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

// rotate gives the function new credentials from time to time, as the platform does.
func (s *stack) rotate() {
	ticker := time.NewTicker(rotation)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if _, err := s.oci.IssueCredentials(s.credentials); err != nil {
				fmt.Fprintln(os.Stderr, "local: credentials not rotated:", err)
			}
		case <-s.stopRotations:
			return
		}
	}
}

// close ends what start started, the function's processes included.
func (s *stack) close() {
	s.once.Do(func() {
		close(s.stopRotations)
		for _, server := range s.servers {
			server.Close()
		}
		if s.host != nil {
			s.host.Close()
		}
		os.RemoveAll(s.folder)
	})
}

func (s *stack) greet(out io.Writer) {
	fmt.Fprintf(out, `
Running, until Ctrl-C:

  %[1]s%[3]s/…        as API Gateway calls the function
  %[1]s/invoke   as OCI Events, Notifications and fn invoke call it (POST)
  %[2]s/messages what has been published, newest last
  %[2]s/20230401/… and /20181201/…: the emulated OCI, which takes signed requests only

Try it:

  curl -d @testdata/events/signup-cloudevent.json %[1]s/invoke
  curl '%[1]s%[3]s/20230401/senderInvitations?compartmentId=%[4]s'
  curl %[2]s/messages
`, s.gateway, s.emulator, s.basePath, ocitest.DefaultTenancy)
}
