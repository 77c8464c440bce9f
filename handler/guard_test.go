package handler_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/internal/ocitest"
)

const sender = ocitest.DefaultTenancy

// A create that a guardrail refuses reaches Organizations through neither door, however its body is written. Other creates reach it.
func TestGuardrails(t *testing.T) {
	for _, c := range []struct {
		setting, value string
		members        string // of the create
		allowed        bool
	}{
		{"ALLOWED_RECIPIENTS", "*", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, true},
		{"ALLOWED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, true},
		{"ALLOWED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1..ab"`, false},
		{"ALLOWED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1.x.a"`, false}, // a dot matches only a dot
		{"ALLOWED_RECIPIENTS", "ocid1.tenancy.oc1..a, ocid1.*b*c", `"recipientTenancyId": "ocid1.tenancy.oc1..xbyc"`, true},
		{"ALLOWED_RECIPIENTS", "ocid1.*b*c", `"recipientTenancyId": "ocid1.tenancy.oc1..xbycd"`, false},
		{"ALLOWED_RECIPIENTS", "OCID1.TENANCY.OC1..A", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, true},
		{"DENIED_RECIPIENTS", "*", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, false},
		{"DENIED_RECIPIENTS", "*evil*", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, true},
		{"DENIED_RECIPIENTS", "*evil*", `"recipientTenancyId": "ocid1.tenancy.oc1..anEVILone"`, false},
		// The same type, realm and unique part is the same tenancy, whatever its region part says.
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1.iad.a"`, false},
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1.iad.future.A"`, false},
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1..future.a"`, false},
		{"DENIED_RECIPIENTS", "OCID1.tenancy.oc1.iad.A", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, false},
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1.a.b"`, true},
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..*a", `"recipientTenancyId": "ocid1.tenancy.oc1.iad.a"`, false}, // the same tenancy as ..a
		{"ALLOWED_RECIPIENTS", "ocid1.tenancy.oc1..a", `"recipientTenancyId": "ocid1.tenancy.oc1.iad.a"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": null`, true},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@Acme.COM"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "b.org,Acme.Com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@acme.com"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@mail.acme.com"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@notacme.com"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@acme.com.evil.org"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "kind.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@\u212aind.com"`, false}, // the Kelvin sign folds to k
		{"ALLOWED_EMAIL_DOMAINS", "case.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@ca\u017fe.com"`, false}, // and the long s to s
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@\uff41cme.com"`, false}, // full width
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@acme\u3002com"`, false}, // a full stop of Chinese
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@\u0430cme.com"`, false}, // the Cyrillic a
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "m\u00fcller@acme.com"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "\u7528\u6237@acme.com"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "m\u00fcller.example", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@xn--mller-kva.example"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "xn--mller-kva.example", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@M\u00dcLLER.example"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "XN--MLLER-KVA.example", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@mu\u0308ller.example"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "xn--mller-kva.example", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@muller.example"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "xn--fa-hia.de", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@fa\u00df.de"`, false}, // older programs send it to fass.de
		{"ALLOWED_EMAIL_DOMAINS", "xn--fa-hia.de", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@xn--fa-hia.de"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "xn--3xa.gr", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@\u03c2.gr"`, false},            // likewise
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "victim%evil.org@acme.com"`, false}, // some servers route by the local part
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "evil.org!victim@acme.com"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "victim\uff05evil.org@acme.com"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "=?utf-8?q?v=40evil.org?=@acme.com"`, false},
		{"ALLOWED_EMAIL_DOMAINS", "acme.com", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "bounce=bob=acme.org@acme.com"`, true},
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..bad*", `"recipientTenancyId": "ocid1.tenancy.oc1.iad.bad1"`, false}, // the same tenancy as ..bad1
		{"DENIED_RECIPIENTS", "ocid1.tenancy.oc1..bad*", `"recipientTenancyId": "ocid1.tenancy.oc1.iad.good"`, true},
		{"ALLOWED_EMAIL_DOMAINS", "r3---sn.example", `"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@r3---sn.example"`, true},
	} {
		for door, send := range map[string]func(*function) string{
			"direct": func(f *function) string {
				answer, _ := f.invoke(`{"operation": "create", ` + c.members + `}`)
				return answer
			},
			"events": func(f *function) string {
				return f.request(http.MethodPost, "/events", `{"operation": "create", `+c.members+`}`).Body.String()
			},
			"gateway": func(f *function) string {
				return f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", `+c.members+`}`).Body.String()
			},
		} {
			f := newFunction(t, &ocitest.Server{}, c.setting, c.value)
			answer := send(f)
			refused := strings.Contains(answer, `"code":"NotAllowed"`) && strings.Contains(answer, c.setting)
			if made := len(f.oci.Invitations()) == 1; made != c.allowed || refused == c.allowed {
				t.Errorf("%s=%s, %s, %s: created %v: %s", c.setting, c.value, door, c.members, made, answer)
			}
			published, logged := bodiesOf(f.oci), strings.Contains(f.log.String(), `"msg":"write refused"`)
			switch {
			case c.allowed:
			case door == "gateway": // its caller knows, and a topic takes 60 messages a minute
				if len(published) > 0 || !logged {
					t.Errorf("%s=%s, %s, %s: published %v, logged %v", c.setting, c.value, door, c.members, published, logged)
				}
			case len(published) != 1 || !strings.Contains(published[0], `"outcome":"failed"`):
				t.Errorf("%s=%s, %s, %s: published %v", c.setting, c.value, door, c.members, published)
			}
		}
	}
}

// The body of an HTTP caller is passed on as it is, but cannot avoid a guardrail.
func TestGuardrailsOfRawBodies(t *testing.T) {
	for _, members := range []string{
		`"recipientTenancyId": " ocid1.tenancy.oc1..evil"`, `"recipientTenancyId": ["ocid1.tenancy.oc1..evil"]`, `"recipientTenancyId": ""`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "RECIPIENTTENANCYID": "ocid1.tenancy.oc1..evil"`,
		`"\u0072ecipientTenancyId": "ocid1.tenancy.oc1..evil"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "a@evil.org, b@acme.com"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "b@acme.com <a@evil.org>"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "\"a@evil.org\"@acme.com"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "a@evil.org\n@acme.com"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": {"to": "a@evil.org"}`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "` + strings.Repeat("a", 246) + `@acme.com"`, // 255 bytes
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "a\uff20evil.org@acme.com"`,                  // a full-width @
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "a@evil.org\ufe6b@acme.com"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "a\u202e@acme.com"`, // text from right to left
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "x@ac\u00adme.com"`, // a soft hyphen
		`"recipientTenancyId": "ocid1.tenancy.oc1.iad.` + strings.Repeat("a", 1024) + `"`,
		`"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientEmailAddress": "b@acme.com", "recipientemailaddress": "a@evil.org"`,
	} {
		f := newFunction(t, &ocitest.Server{}, "DENIED_RECIPIENTS", "*evil*", "ALLOWED_EMAIL_DOMAINS", "acme.com")
		w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", `+members+`}`)
		if w.Code != http.StatusForbidden || len(f.oci.Invitations()) > 0 {
			t.Errorf("%s: %d %s", members, w.Code, w.Body)
		}
	}
}

// A list makes no more invitations than MAX_PENDING has places for, though several records are worked on at a time.
func TestMaxPendingWithinAList(t *testing.T) {
	f := newFunction(t, &ocitest.Server{}, "MAX_PENDING", "3", "CONCURRENCY", "8")
	f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..first"}`)
	answer, cut := f.invoke(creates("a", "b", "c", "d", "e", "f", "g", "h"))
	if cut || strings.Count(answer, `"outcome":"created"`) != 2 || strings.Count(answer, "MAX_PENDING is 3") != 6 {
		t.Errorf("cut %v: %s", cut, answer)
	}
	if made := len(f.oci.Invitations()); made != 3 {
		t.Errorf("%d invitations", made)
	}
	counts := 0
	for _, call := range f.oci.Calls() {
		if strings.Contains(call.RawQuery, "status=PENDING") {
			counts++
		}
	}
	if counts != 2 { // once for each invocation
		t.Errorf("counted %d times", counts)
	}
}

// A create keeps its place if it may have taken effect, even if its last attempt was refused. It gives the place back if it made nothing.
func TestPlaces(t *testing.T) {
	attempts := 0
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/senderInvitations") {
			switch attempts++; attempts {
			case 1:
				return ocitest.Fault{DropAnswer: true}
			case 2:
				return ocitest.Fault{Status: http.StatusTooManyRequests}
			}
		}
		return ocitest.Fault{}
	}}, "MAX_PENDING", "1", "MAX_ATTEMPTS", "2", "CONCURRENCY", "1")
	f.invoke(creates("a", "b"))
	if made := f.oci.Invitations(); len(made) != 1 {
		t.Errorf("%d invitations", len(made))
	}

	f = newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.Method == http.MethodPost && r.Header.Get("Opc-Request-Id") == "refuse" {
			return ocitest.Fault{Status: 400, Code: "LimitExceeded"}
		}
		return ocitest.Fault{}
	}}, "MAX_PENDING", "1", "CONCURRENCY", "1")
	answer, cut := f.invoke(`[{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..x", "opcRequestId": "refuse"}, {"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..x"}]`)
	if cut || strings.Count(answer, `"outcome":"created"`) != 1 || !strings.Contains(answer, "LimitExceeded") {
		t.Errorf("cut %v: %s", cut, answer)
	}

	f = newFunction(t, &ocitest.Server{}, "MAX_PENDING", "1", "CONCURRENCY", "1")
	const create = `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..%s", "opcRetryToken": "%s"}`
	f.invoke(fmt.Sprintf(create, "a", "t"))
	id := f.oci.Invitations()[0].ID
	f.request(http.MethodPut, "/20230401/senderInvitations/"+id, `{"freeformTags": {}}`) // the ledger's tags are gone
	f.request(http.MethodPost, "/20230401/senderInvitations/"+id+"/actions/cancel", "")
	answer, cut = f.invoke("[" + fmt.Sprintf(create, "a", "t") + "," + fmt.Sprintf(create, "b", "u") + "]")
	if cut || !strings.Contains(answer, `"outcome":"existing"`) || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

// If the PENDING invitations cannot be counted, no invitation is made, and the failure is retryable.
func TestMaxPendingUnknown(t *testing.T) {
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.URL.Query().Get("status") == "PENDING" {
			return ocitest.Fault{Status: 503, RetryAfter: 7}
		}
		return ocitest.Fault{}
	}}, "MAX_PENDING", "3", "MAX_ATTEMPTS", "1")
	if _, cut := f.invoke(creates("a")); !cut || len(f.oci.Invitations()) > 0 {
		t.Errorf("cut %v, %d invitations", cut, len(f.oci.Invitations()))
	}
	w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
	if w.Code != http.StatusServiceUnavailable || len(f.oci.Invitations()) > 0 || w.Header().Get("retry-after") != "7" || !strings.Contains(w.Body.String(), "MAX_PENDING") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

// The answer to a failed create has a retry token if the create may have taken effect, but not if the function refused it.
func TestRetryTokenOfFailures(t *testing.T) {
	for _, c := range []struct {
		denied string
		fault  ocitest.Fault
		status int
		token  bool
	}{{"*", ocitest.Fault{}, 403, false}, {"", ocitest.Fault{Reset: true}, 502, true}, {"", ocitest.Fault{Status: 409}, 409, true}} {
		f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if strings.HasSuffix(r.URL.Path, "/senderInvitations") {
				return c.fault
			}
			return ocitest.Fault{}
		}}, "DENIED_RECIPIENTS", c.denied, "MAX_ATTEMPTS", "1")
		w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
		if w.Code != c.status || (w.Header().Get("opc-retry-token") != "") != c.token {
			t.Errorf("%+v: %d %v", c, w.Code, w.Header())
		}
	}
}

// writes returns the requests to Organizations that can change something.
func writes(oci *ocitest.Server) (found []string) {
	for _, call := range oci.Calls() {
		if strings.HasPrefix(call.Path, "/20230401/") && call.Method != http.MethodGet {
			found = append(found, call.Method+" "+call.Path)
		}
	}
	return found
}

// A create that never begins, because OCI asks for a wait longer than the time that is left, takes no place.
func TestPlacesOfCreatesNeverBegun(t *testing.T) {
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/senderInvitations") {
			return ocitest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 2 * int(unhurried.Seconds())}
		}
		return ocitest.Fault{}
	}}, "CONCURRENCY", "1", "MAX_PENDING", "2")
	w := f.request(http.MethodPost, "/events", creates("a", "b", "c", "d", "e"))
	if answer := w.Body.String(); w.Code != http.StatusServiceUnavailable || strings.Count(answer, `"retryable":true`) != 5 {
		t.Error(w.Code, answer)
	}
}

// A create whose first attempt may have taken effect keeps its place, even if the last attempt could not be signed, and the error has a
// warning.
func TestPlacesOfUnclearCreates(t *testing.T) {
	t.Parallel()
	var posts atomic.Int64
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/senderInvitations") {
			return ocitest.Fault{}
		}
		switch posts.Add(1) {
		case 1:
			return ocitest.Fault{DropAnswer: true}
		case 2:
			return ocitest.Fault{Status: http.StatusUnauthorized, Code: "NotAuthenticated"}
		}
		return ocitest.Fault{}
	}}, "CONCURRENCY", "1", "MAX_PENDING", "1")
	reads := 0
	f.read = func() (common.ConfigurationProvider, error) {
		if reads++; reads == 2 { // after the 401
			return nil, errors.New("gone")
		}
		return principal(f.variables)
	}
	answer := f.request(http.MethodPost, "/events", creates("a", "b")).Body.String()
	if len(f.oci.Invitations()) != 1 || !strings.Contains(answer, "NotAllowed") || !strings.Contains(answer, "may have taken effect") {
		t.Error(len(f.oci.Invitations()), answer)
	}
}
