package oci

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"testing"
	"time"
)

// tripper is a function as an [http.RoundTripper].
type tripper func(*http.Request) (*http.Response, error)

func (do tripper) RoundTrip(r *http.Request) (*http.Response, error) { return do(r) }

// If a kept connection is closed and no other one can be made, fetch fails at once.
func TestFetchWithoutAnotherConnection(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	attempts := 0
	client := &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
		if attempts++; attempts == 1 {
			httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{Conn: &checkedConn{}, Reused: true})
			return nil, errClosedByPeer
		}
		return nil, errors.New("connection refused") // without a connection GotConn is not called
	})}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fetch(client, request); err == nil || attempts != 2 {
		t.Errorf("%d attempts, want 2; %v", attempts, err)
	}
}
