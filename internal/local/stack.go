package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/console"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

const topic = "ocid1.onstopic.oc1.iad.aaaaaaaaresults"

// step and rotation are long enough to watch an operation's stages and a rotation of credentials.
const (
	step     = 200 * time.Millisecond
	rotation = 5 * time.Minute
)

// stack is the running local stack.
type stack struct {
	oci           *ocitest.Server
	host          *fnhost.Host
	gateway       string // its URL
	emulator      string
	basePath      string
	folder        string // open to this user only
	credentials   string // a folder in folder
	rotating      sync.Mutex
	servers       []*http.Server
	stopRotations chan struct{}
	once          sync.Once
}

// start starts the stack. The host starts the function's processes later, with the calls. The console offers the deliveries in the folder
// samples. Close the stack at the end.
func start(host *fnhost.Host, port int, samples string) (_ *stack, err error) {
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
	if port != 0 { // 0 means any two free ports
		emulatorPort++
	}
	emulator, err := listen(emulatorPort)
	if err != nil {
		return nil, err
	}
	gateway, err := listen(port)
	if err != nil {
		emulator.Close()
		return nil, err
	}
	s.emulator, s.gateway = "http://"+emulator.Addr().String(), "http://"+gateway.Addr().String()
	host.Stderr, host.Env = os.Stderr, append(settingsFor(s.emulator), credentials...)
	view := console.New(console.Stack{OCI: s.oci, Gateway: s.gateway, Emulator: s.emulator, Samples: samples, Setting: s.setting, Rotate: s.replaceCredentials})
	s.oci.Fault = view.Fault
	direct, viaGateway := view.Record("direct", host.Direct()), view.Record("http", host.Gateway())
	s.serve(emulator, view)
	s.serve(gateway, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/invoke" { // an http.ServeMux would clean the paths that the gateway must pass on unchanged
			direct.ServeHTTP(w, r)
			return
		}
		viaGateway.ServeHTTP(w, r)
	}))
	go s.rotate()
	return s, nil
}

// issueCredentials issues the function's first credentials and returns the settings that name them. A container sees them at
// the platform's path.
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

// renewCredentials issues new credentials. The old ones stay valid.
func (s *stack) renewCredentials() error {
	s.rotating.Lock()
	defer s.rotating.Unlock()
	_, err := s.oci.IssueCredentials(s.credentials)
	return err
}

// replaceCredentials issues new credentials and revokes the old ones, which the function still has.
func (s *stack) replaceCredentials() error {
	if err := s.renewCredentials(); err != nil {
		return err
	}
	s.oci.RevokeOlder() // at last, so that there are valid ones at any time
	return nil
}

// settingsFor returns the function's settings: those that connect it to the stack, and those in the environment, which replace
// them. Results go to a topic if the environment names no stream for them.
func settingsFor(emulator string) []string {
	set := []string{
		"ORGANIZATIONS_ENDPOINT=" + emulator, "NOTIFICATIONS_ENDPOINT=" + emulator,
		"FN_FN_ID=ocid1.fnfunc.oc1.iad.aaaaaaaafunction",
	}
	results, deadLetters := os.Getenv("RESULT_STREAM_OCID"), os.Getenv("DEAD_LETTER_STREAM_OCID")
	if results == "" {
		set = append(set, "RESULT_TOPIC_OCID="+topic)
	}
	if results != "" || deadLetters != "" {
		set = append(set, "STREAMING_ENDPOINT="+emulator)
	}
	for _, name := range settings.Names() {
		if value := os.Getenv(name); value != "" && !fixed(name) {
			set = append(set, name+"="+value)
		}
	}
	return set
}

// setting returns a setting of the function; "" if it is unset. Of equal names the last one counts.
func (s *stack) setting(name string) (value string) {
	for _, set := range s.host.Env {
		if text, ok := strings.CutPrefix(set, name+"="); ok {
			value = text
		}
	}
	return value
}

// fixed reports whether the stack sets the setting itself, or leaves it unset: it connects the function to OCI, or the platform sets it.
func fixed(name string) bool {
	for _, prefix := range []string{"AUTH", "COMPARTMENT_OCID", "FN_", "NOTIFICATIONS_", "OCI_", "ORGANIZATIONS_", "STREAMING_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// listen listens on a loopback port.
func listen(port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, fmt.Errorf("%w; set PORT to a free port that is followed by another", err)
	}
	return listener, nil
}

// serve serves the handler until the stack is closed.
func (s *stack) serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 15 * time.Second}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "local:", err)
		}
	}()
}

// rotate issues new credentials at intervals, as the platform does.
func (s *stack) rotate() {
	ticker := time.NewTicker(rotation)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := s.renewCredentials(); err != nil {
				fmt.Fprintln(os.Stderr, "local: credentials not rotated:", err)
			}
		case <-s.stopRotations:
			return
		}
	}
}

// close ends everything that start started, and the function's processes.
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
Running, until Ctrl-C. Open the console in a browser: %[2]s/

  %[1]s%[3]s/…        as API Gateway calls the function
  %[1]s/invoke   as OCI Events, Notifications and fn invoke call it (POST)
  %[2]s/         the console: what happens, what to send, and the other side's buttons
  %[2]s/messages what has been published, newest last
  %[2]s/20230401/…, /20181201/… and /20180418/…: the emulated OCI, which takes signed requests only

Try it:

  curl -d @testdata/events/signup-cloudevent.json %[1]s/invoke
  curl '%[1]s%[3]s/20230401/senderInvitations?compartmentId=%[4]s'
  curl %[2]s/messages
`, s.gateway, s.emulator, s.basePath, ocitest.DefaultTenancy)
}
