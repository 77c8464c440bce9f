package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// changeOCI makes a change at OCI, such as "accept ID". It is what follows OCI in a request.
func (s *scenario) changeOCI(change string) error {
	first, more, _ := strings.Cut(change, "\n")
	words := append(strings.Fields(first), "", "") // for those that are left out
	what, which, errors := words[0], words[1], planned(strings.Join(words[2:], " ")+"\n"+more)
	switch what {
	case "invite":
		s.oci.Invite(which)
		return nil
	case "accept":
		return s.oci.Accept(which)
	case "expire":
		return s.oci.Expire(which)
	case "fail":
		return s.oci.FailInvitation(which, errors...)
	case "fail-cancel":
		return s.oci.FailCancel(which, errors...)
	case "fail-next":
		n, err := strconv.Atoi(which)
		s.oci.FailCreations(n, errors...)
		return err
	case "advance":
		d, err := parseAge(which)
		if err != nil {
			return err
		}
		return s.oci.Advance(d)
	case "rotate":
		_, err := s.oci.IssueCredentials(s.credentials)
		return err
	case "revoke":
		s.oci.RevokeCredentials()
		return nil
	default:
		return fmt.Errorf("there is no change %q at OCI", what)
	}
}

// planned reads errors, each in a line CODE MESSAGE….
func planned(text string) (errors []ocitest.WorkRequestError) {
	for line := range strings.Lines(text) {
		if code, message, _ := strings.Cut(strings.TrimSpace(line), " "); code != "" {
			errors = append(errors, ocitest.WorkRequestError{Code: code, Message: message})
		}
	}
	return errors
}

// parseAge reads a duration that may be in whole days, such as 28d.
func parseAge(text string) (time.Duration, error) {
	days, ok := strings.CutSuffix(text, "d")
	if !ok {
		return time.ParseDuration(text)
	}
	n, err := strconv.Atoi(days)
	return time.Duration(n) * 24 * time.Hour, err
}

func TestChangeOCIRefuses(t *testing.T) {
	s := &scenario{oci: &ocitest.Server{}}
	for _, change := range []string{"", "destroy", "accept", "accept none", "fail none", "fail-cancel none", "fail-next", "fail-next x", "advance", "advance -1h", "advance x"} {
		if s.changeOCI(change) == nil {
			t.Errorf("%q is done", change)
		}
	}
}

func TestParseAge(t *testing.T) {
	for text, want := range map[string]time.Duration{"28d": 672 * time.Hour, "672h": 672 * time.Hour, "1h30m": 90 * time.Minute} {
		if got, err := parseAge(text); err != nil || got != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "1.5d", "28"} {
		if got, err := parseAge(text); err == nil {
			t.Errorf("%q: %s", text, got)
		}
	}
}
