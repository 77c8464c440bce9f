package fnhost_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/fnhost"
)

func ExampleHost() {
	host := &fnhost.Host{Command: []string{function}}
	defer host.Close()

	answer, err := host.Invoke(context.Background(), fnhost.Call{Body: []byte("status 200")})
	fmt.Println(string(answer.Body), err)

	_, err = host.Invoke(context.Background(), fnhost.Call{Body: []byte("abort")})
	fmt.Println(err)
	// Output:
	// body of 200 <nil>
	// 502 FunctionInvokeExecutionFailed: error receiving function response
}

func TestInvokeFailures(t *testing.T) {
	const failed, late = "FunctionInvokeExecutionFailed", "FunctionInvokeTimeout"
	for _, c := range []struct {
		name, start, body string
		status            int
		code              string
		keeps             bool // the process takes the next call too
	}{
		{"abort", "", "abort", 502, failed, false},
		{"exit", "", "exit", 502, failed, false},
		{"answer too large", "", "large 6291457", 502, "FunctionInvokeResponseBodyTooLarge", false},
		{"request too large", "", strings.Repeat("x", 6<<20+1), 413, "FunctionInvokeRequestContentTooLarge", true},
		{"cut within the body", "raw", "short", 502, failed, false},
		{"not HTTP", "raw", "garbage", 502, failed, false},
		{"container status 500", "raw", "status 500", 502, failed, false},
		{"container status 202", "raw", "status 202", 502, failed, false},
		{"container status 502", "raw", "status 502", 502, failed, true},
		{"container status 504", "raw", "status 504", 504, late, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t, "START="+c.start)
			before := tell(t, h, nil).Pid
			_, err := h.Invoke(t.Context(), fnhost.Call{Body: []byte(c.body)})
			f := wantFailure(t, err, c.status, c.code)
			if c.code == failed && f.Message != "error receiving function response" {
				t.Errorf("message = %q", f.Message)
			}
			if left := h.Processes(); (left == 1) != c.keeps {
				t.Errorf("%d processes left", left)
			}
			if after := tell(t, h, nil).Pid; (after == before) != c.keeps {
				t.Errorf("the process before was %d, after it is %d", before, after)
			}
		})
	}
}

func TestInvokeSizes(t *testing.T) {
	h := newHost(t)
	answer, err := h.Invoke(t.Context(), fnhost.Call{Body: []byte("large 6291456")})
	if err != nil || len(answer.Body) != 6<<20 {
		t.Errorf("a 6 MB answer: %d bytes, %v", len(answer.Body), err)
	}
	body := []byte("length " + strings.Repeat("x", 6<<20-len("length ")))
	answer, err = h.Invoke(t.Context(), fnhost.Call{Body: body})
	if err != nil || string(answer.Body) != "6291456" {
		t.Errorf("a 6 MB request: %q, %v", answer.Body, err)
	}
}

func TestInvokeHeaders(t *testing.T) {
	h := newHost(t, "START=raw") // fdk-go would hide some headers
	h.Timeout = time.Minute
	before := time.Now()
	plain := tell(t, h, nil).Header
	after := time.Now()
	if names := slices.Sorted(maps.Keys(plain)); !slices.Equal(names, []string{"Fn-Call-Id", "Fn-Deadline"}) {
		t.Errorf("headers of a bare call: %v", names)
	}
	deadline, err := time.Parse("2006-01-02T15:04:05Z", plain.Get("Fn-Deadline"))
	if err != nil {
		t.Fatal(err)
	}
	if !deadline.After(before.Add(time.Minute-time.Second)) || deadline.After(after.Add(time.Minute)) {
		t.Errorf("Fn-Deadline = %v in a call of one minute between %v and %v", deadline, before, after)
	}
	if again := tell(t, h, nil).Header.Get("Fn-Call-Id"); again == plain.Get("Fn-Call-Id") || len(again) < 26 {
		t.Errorf("call ids %q and %q", plain.Get("Fn-Call-Id"), again)
	}

	given := http.Header{"Fn-Call-Id": {"c1"}, "Fn-Deadline": {"2999-01-01T00:00:00Z"}, "X-List": {"a", "b"}, "User-Agent": {"u"}}
	got := tell(t, h, given).Header
	if !maps.EqualFunc(got, given, slices.Equal) {
		t.Errorf("given headers %v arrive as %v", given, got)
	}
	small := http.Header{"Fn-Call-Id": {"c2"}}
	answer, err := h.Invoke(t.Context(), fnhost.Call{Header: small})
	if err != nil || answer.CallID != "c2" || len(small) != 1 {
		t.Errorf("CallID = %q, %v; the caller's headers are now %v", answer.CallID, err, small)
	}
}

func TestInvokeURLVerbatim(t *testing.T) {
	h := newHost(t)
	for _, url := range []string{"/a%2Fb?x=%zz", "//x/../y", "/%zz", "", "http://h/p?q"} {
		got := tell(t, h, http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {"PUT"}, "Fn-Http-Request-Url": {url}})
		if got.URL != url || got.Method != "PUT" {
			t.Errorf("PUT %q arrives as %s %q", url, got.Method, got.URL)
		}
	}
}

func TestInvokeTimeout(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	h.Timeout = 100 * time.Millisecond
	call := invoke(t.Context(), h, m.body())
	v := m.next()
	wantFailure(t, (<-call).err, 504, "FunctionInvokeTimeout")
	v.wantGone(t)
	if pid := tell(t, h, nil).Pid; pid == v.pid {
		t.Error("the late process takes another call")
	}
}

func TestInvokeGivenDeadline(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	soon := http.Header{"Fn-Deadline": {time.Now().Add(time.Second).UTC().Format(time.RFC3339)}}
	done := make(chan result, 1)
	go func() {
		answer, err := h.Invoke(t.Context(), fnhost.Call{Header: soon, Body: []byte("late " + m.Addr().String())})
		done <- result{answer, err}
	}()
	m.next().dismiss("late")
	if r := <-done; r.err != nil || string(r.answer.Body) != "late" {
		t.Errorf("a function that answers just past its deadline: %q, %v", r.answer.Body, r.err)
	}
	past := http.Header{"Fn-Deadline": {"2001-01-01T00:00:00Z"}}
	_, err := h.Invoke(t.Context(), fnhost.Call{Header: past, Body: []byte("tell")})
	wantFailure(t, err, 504, "FunctionInvokeTimeout")
}

func TestInvokeCanceled(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	ctx, cancel := context.WithCancel(t.Context())
	call := invoke(ctx, h, m.body())
	v := m.next()
	cancel()
	if err := (<-call).err; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	v.wantGone(t)
	if n := h.Processes(); n != 0 {
		t.Errorf("%d processes", n)
	}
	if _, err := h.Invoke(ctx, fnhost.Call{}); !errors.Is(err, context.Canceled) || h.Processes() != 0 {
		t.Errorf("a call canceled before it began: %v, %d processes", err, h.Processes())
	}
	if pid := tell(t, h, nil).Pid; pid == v.pid {
		t.Error("the canceled call's process takes another call")
	}
}

// TestInvokeAtMostOnce makes a call that net/http would repeat on a kept connection: no body, and an Idempotency-Key.
func TestInvokeAtMostOnce(t *testing.T) {
	h := newHost(t)
	tell(t, h, nil)
	file := filepath.Join(t.TempDir(), "calls")
	header := http.Header{"Idempotency-Key": {"k"}, "Fn-Call-Id": {"c1"}, "Do": {"append " + file}}
	_, err := h.Invoke(t.Context(), fnhost.Call{Header: header})
	wantFailure(t, err, 502, "FunctionInvokeExecutionFailed")
	if calls, err := os.ReadFile(file); err != nil || string(calls) != "c1\n" {
		t.Errorf("the function was called as %q, %v", calls, err)
	}
}
