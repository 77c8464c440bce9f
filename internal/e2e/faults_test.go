package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// plannedFault is a line of a scenario's part "faults".
type plannedFault struct {
	method, suffix string // of the calls that match
	which          string // of the matching calls get the fault: a number, counted from 1, or * for all
	fault          ocitest.Fault
	seen           atomic.Int64
}

// parseFaults reads the part "faults".
func parseFaults(t *testing.T, text string) func(*http.Request) ocitest.Fault {
	t.Helper()
	var plan []*plannedFault
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 4 {
			t.Fatalf("a line has the form METHOD path-suffix which fault…, unlike %q", line)
		}
		p := &plannedFault{method: words[0], suffix: words[1], which: words[2]}
		for _, word := range words[3:] {
			if err := setFault(&p.fault, word); err != nil {
				t.Fatalf("%s: %v", word, err)
			}
		}
		plan = append(plan, p)
	}
	return func(r *http.Request) (fault ocitest.Fault) {
		for _, p := range plan {
			if r.Method != p.method || !strings.HasSuffix(r.URL.Path, p.suffix) {
				continue
			}
			if seen := fmt.Sprint(p.seen.Add(1)); p.which == "*" || p.which == seen {
				fault = p.fault
			}
		}
		return fault
	}
}

func setFault(fault *ocitest.Fault, word string) (err error) {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "status":
		fault.Status, err = strconv.Atoi(value)
	case "code":
		fault.Code, fault.Message = value, "planned"
	case "retry-after":
		fault.RetryAfter, err = strconv.Atoi(value)
	case "refuse":
		fault.RefuseEntries, err = numbers(value)
	case "body":
		fault.Body = value
	case "empty":
		fault.Empty = true
	case "header":
		if fault.Header == nil {
			fault.Header = map[string]string{}
		}
		of, text, _ := strings.Cut(value, ":")
		fault.Header[of] = text
	case "delay":
		fault.Delay, err = time.ParseDuration(value)
	case "reset":
		fault.Reset = true
	case "drop":
		fault.DropAnswer = true
	default:
		err = errors.New("there is no such fault")
	}
	return err
}

// numbers reads numbers that commas separate.
func numbers(text string) (list []int, err error) {
	for word := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		list = append(list, number)
	}
	return list, nil
}
