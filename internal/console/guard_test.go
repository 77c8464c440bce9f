package console_test

import (
	"strings"
	"testing"
)

// TestHost checks that a name that was pointed at this machine gets nothing, at no path.
func TestHost(t *testing.T) {
	s := start(t, echo, echo)
	for _, path := range []string{"/", "/console/stream", "/console/rules", "/messages", "/20230401/senderInvitations?compartmentId=x"} {
		for _, host := range []string{"evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example:8081", "localhost.",
			"10.0.0.1", "0.0.0.0:8081", "[::]:8081", "127.0.0.1@evil.example", "169.254.169.254"} {
			if got := do(t, "GET", s.url+path, nil, "Host", host); got.status != 421 || !strings.Contains(got.body, "use one of them in the address") {
				t.Errorf("%s of %s: %d %q", path, host, got.status, got.body)
			}
		}
	}
	for _, host := range []string{"127.0.0.1", "127.0.0.1:8081", "127.1.2.3:1", "localhost", "LocalHost:8081", "[::1]", "[::1]:8081"} {
		for path, want := range map[string]int{"/": 200, "/messages": 200, "/20230401/x": 404} {
			if got := do(t, "GET", s.url+path, nil, "Host", host); got.status != want {
				t.Errorf("%s of %s: %d %q", path, host, got.status, got.body)
			}
		}
	}
	if calls := s.oci.Calls(); len(calls) != 7 {
		t.Errorf("%d requests reached OCI", len(calls))
	}
}

// TestCrossOrigin checks that a page of another origin can write nothing.
func TestCrossOrigin(t *testing.T) {
	s := start(t, echo, echo)
	for _, path := range []string{"/console/send", "/console/act", "/console/rules", "/20230401/senderInvitations"} {
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Origin", "http://127.0.0.1:1"},
		} {
			headers = append(headers, "Content-Type", "application/json")
			if got := do(t, "POST", s.url+path, strings.NewReader(`{"action":"rotate"}`), headers...); got.status != 403 {
				t.Errorf("POST %s with %q: %d %s", path, headers, got.status, got.body)
			}
		}
	}
	if s.rotations != 0 || len(s.oci.Calls()) != 0 {
		t.Errorf("%d rotations, %d calls", s.rotations, len(s.oci.Calls()))
	}
	for _, headers := range [][]string{{"Sec-Fetch-Site", "same-origin", "Origin", s.url}, {"Origin", s.url}} {
		headers = append(headers, "Content-Type", "application/json")
		if got := do(t, "POST", s.url+"/console/act", strings.NewReader(`{"action":"throttle"}`), headers...); got.status != 204 {
			t.Errorf("the page's own POST with %q: %d %s", headers, got.status, got.body)
		}
	}
}

// TestHeaders checks the headers of the console's answers, and that those of OCI are its own.
func TestHeaders(t *testing.T) {
	s := start(t, echo, echo)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
			"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
	}
	for _, request := range []string{"GET /", "HEAD /", "GET /console/samples", "GET /console/rules", "HEAD /console/stream", "GET /console/none.js",
		"POST /", "POST /console/act", "DELETE /console/rules"} {
		method, path, _ := strings.Cut(request, " ")
		got := do(t, method, s.url+path, nil)
		for name, value := range want {
			if got.header.Get(name) != value {
				t.Errorf("%s: %d, %s: %q", request, got.status, name, got.header.Get(name))
			}
		}
	}
	for _, path := range []string{"/messages", "/20230401/x", "/consoles"} {
		if got := do(t, "GET", s.url+path, nil); got.header.Get("Content-Security-Policy") != "" {
			t.Errorf("%s: headers %v", path, got.header)
		}
	}
}
