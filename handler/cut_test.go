package handler_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/handler"
	"sender-invitations/handler/settings"
)

// clockedLog notes when the last line was written.
type clockedLog struct {
	last  time.Time
	lines strings.Builder
}

func (l *clockedLog) Write(b []byte) (int, error) {
	l.last = time.Now()
	return l.lines.Write(b)
}

// breaking is a body that breaks off; panicking is one whose reader panics.
type (
	breaking  struct{}
	panicking struct{}
)

func (breaking) Read([]byte) (int, error)  { return 0, errors.New("broken") }
func (panicking) Read([]byte) (int, error) { panic("reader") }

// Between the last line of a call that is cut and the cut there is time for the platform to read the line: the cut ends the container.
// The wait ends at the deadline. A call that is answered does not wait. The clock stands still while anything runs.
func TestCutComesAfterLog(t *testing.T) {
	for name, c := range map[string]struct {
		body   io.Reader
		left   time.Duration // until the deadline
		wanted time.Duration // from the last line to the end of the call
		line   string        // which the log must have by then
	}{
		"broken body":       {breaking{}, time.Minute, 20 * time.Millisecond, `"cut":true`},
		"panic":             {panicking{}, time.Minute, 20 * time.Millisecond, `"stack":"goroutine`},
		"short of deadline": {breaking{}, 5 * time.Millisecond, 5 * time.Millisecond, `"cut":true`},
		"past deadline":     {breaking{}, -time.Millisecond, 0, `"cut":true`},
		"answered":          {strings.NewReader("[]"), time.Minute, 0, `"cut":false`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config, err := settings.Parse(func(name string) string { return map[string]string{"RESULT_TOPIC_OCID": results}[name] })
				if err != nil {
					t.Fatal(err)
				}
				log := &clockedLog{}
				none := func() (common.ConfigurationProvider, error) { return nil, errors.New("none") }
				h := handler.New(config, none, "test", slog.New(slog.NewJSONHandler(log, nil)))
				ctx, cancel := context.WithTimeout(t.Context(), c.left)
				defer cancel()
				began := time.Now()
				cut := cutOff(h, httptest.NewRequestWithContext(ctx, http.MethodPost, "/invoke", c.body))
				if waited := time.Since(log.last); waited != c.wanted || log.last != began || cut != (name != "answered") {
					t.Errorf("cut %v, %s after the last line", cut, waited)
				}
				if lines := log.lines.String(); !strings.Contains(lines, c.line) {
					t.Error(lines)
				}
			})
		})
	}
}

// cutOff makes a direct call and reports whether it was cut.
func cutOff(h *handler.Handler, r *http.Request) (cut bool) {
	defer func() { cut = recover() != nil }()
	h.Direct(httptest.NewRecorder(), r)
	return false
}

// What fdk-go says before it ends the process reaches the platform too. The lines of net/http do not wait.
func TestEndComesAfterLog(t *testing.T) {
	for line, wanted := range map[string]time.Duration{
		"net.Listen error:  listen unix /a: permission denied\n": 20 * time.Millisecond,
		"http: superfluous response.WriteHeader call\n":          0,
	} {
		synctest.Test(t, func(t *testing.T) {
			log := &clockedLog{}
			if _, err := handler.LibraryLog(slog.New(slog.NewJSONHandler(log, nil))).Write([]byte(line)); err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(log.last); waited != wanted || !strings.Contains(log.lines.String(), `"level":"`) {
				t.Errorf("%s after %s", waited, log.lines.String())
			}
		})
	}
}
