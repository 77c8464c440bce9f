package ocitest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/internal/ocitest"
)

// keys is a key provider whose key and key id need not match.
type keys struct {
	key *rsa.PrivateKey
	id  string
}

func (k keys) PrivateRSAKey() (*rsa.PrivateKey, error) { return k.key, nil }
func (k keys) KeyID() (string, error)                  { return k.id, nil }

// held returns the key and the key id of a principal.
func held(t *testing.T, provider common.KeyProvider) keys {
	t.Helper()
	key, err := provider.PrivateRSAKey()
	if err != nil {
		t.Fatal(err)
	}
	id, err := provider.KeyID()
	if err != nil {
		t.Fatal(err)
	}
	return keys{key, id}
}

// signed returns a signed create.
func (k *stack) signed(t *testing.T, signer common.HTTPRequestSigner) *http.Request {
	t.Helper()
	r := newRequest(t, "POST", k.url+invitationsPath, details("one"))
	if r.Header.Get("date") == "" {
		r.Header.Set("date", k.clock.Now().Format(http.TimeFormat))
	}
	if err := signer.Sign(r); err != nil {
		t.Fatal(err)
	}
	return r
}

// checkRefused sends a request and checks that it is refused for this reason.
func (k *stack) checkRefused(t *testing.T, r *http.Request, reason string) {
	t.Helper()
	got := do(t, r)
	got.check(t, 401, "NotAuthenticated")
	if !strings.Contains(got.body, reason) {
		t.Errorf("answer %s, want one about %q", got.body, reason)
	}
	if n := len(k.Invitations()); n != 0 {
		t.Errorf("%d invitations were created", n)
	}
}

func replaceBody(r *http.Request, body string) {
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(strings.NewReader(body)), int64(len(body)), nil
}

func editAuthorization(r *http.Request, old, new string) {
	r.Header.Set("authorization", strings.Replace(r.Header.Get("authorization"), old, new, 1))
}

func TestTamperedRequests(t *testing.T) {
	k := start(t, &ocitest.Server{})
	const unverified = "does not verify"
	for _, test := range []struct {
		name, reason string
		tamper       func(*http.Request)
	}{
		{"no signature", "not signed", func(r *http.Request) { r.Header.Del("authorization") }},
		{"other scheme", "not signed", func(r *http.Request) { r.Header.Set("authorization", "Bearer x") }},
		{"version", "version 1", func(r *http.Request) { editAuthorization(r, `version="1"`, `version="2"`) }},
		{"algorithm", "rsa-sha256", func(r *http.Request) { editAuthorization(r, "rsa-sha256", "rsa-sha512") }},
		{"user key", "session token", func(r *http.Request) { editAuthorization(r, "ST$", "ocid1.tenancy/ocid1.user/") }},
		{"not a token", "not issued", func(r *http.Request) { editAuthorization(r, "ST$", "ST$x") }},
		{"signature", unverified, func(r *http.Request) { editAuthorization(r, `signature="`, `signature="AAAA`) }},
		{"no base64", unverified, func(r *http.Request) { editAuthorization(r, `signature="`, `signature="!`) }},
		{"date", unverified, func(r *http.Request) {
			r.Header.Set("date", k.clock.Now().Add(time.Second).Format(http.TimeFormat))
		}},
		{"no date", "not an HTTP date", func(r *http.Request) { r.Header.Del("date") }},
		{"late, with a fresh x-date unsigned", "away from", func(r *http.Request) {
			r.Header.Set("x-date", k.clock.Now().Format(http.TimeFormat))
			r.Header.Set("date", k.clock.Now().Add(-time.Hour).Format(http.TimeFormat))
		}},
		{"host", unverified, func(r *http.Request) { r.Host = "other" }},
		{"path", unverified, func(r *http.Request) { r.URL.Path += "/x" }},
		{"query", unverified, func(r *http.Request) { r.URL.RawQuery = "x=y" }},
		{"method", unverified, func(r *http.Request) { r.Method = "PUT" }},
		{"content type", unverified, func(r *http.Request) { r.Header.Set("content-type", "text/plain") }},
		{"body", "hash of the body", func(r *http.Request) { replaceBody(r, details("two")) }},
		{"body and hash", unverified, func(r *http.Request) {
			hash := sha256.Sum256([]byte(details("two")))
			r.Header.Set("x-content-sha256", base64.StdEncoding.EncodeToString(hash[:]))
			replaceBody(r, details("two"))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := k.signed(t, k.signer)
			test.tamper(r)
			k.checkRefused(t, r, test.reason)
		})
	}
	if got := do(t, k.signed(t, k.signer)); got.status != 200 {
		t.Errorf("the unchanged request: answer %d %s", got.status, got.body)
	}
}

func TestSignedHeaders(t *testing.T) {
	k := start(t, &ocitest.Server{})
	mine := held(t, principal(t, k.Server, t.TempDir()))
	all := slices.Concat(common.DefaultGenericHeaders(), common.DefaultBodyHeaders())
	for _, left := range all {
		t.Run(left, func(t *testing.T) {
			without := func(headers []string) []string {
				return slices.DeleteFunc(headers, func(name string) bool { return name == left })
			}
			signer := common.RequestSigner(mine, without(common.DefaultGenericHeaders()), without(common.DefaultBodyHeaders()))
			k.checkRefused(t, k.signed(t, signer), "must cover "+left)
		})
	}
	// A signature may cover more headers, and x-date instead of date.
	more := common.RequestSigner(mine, []string{"x-date", "(request-target)", "host", "opc-retry-token"}, common.DefaultBodyHeaders())
	r := newRequest(t, "POST", k.url+invitationsPath, details("one"))
	r.Header.Set("x-date", k.clock.Now().Format(http.TimeFormat))
	r.Header.Set("opc-retry-token", "token")
	if err := more.Sign(r); err != nil {
		t.Fatal(err)
	}
	if got := do(t, r); got.status != 200 {
		t.Errorf("answer %d %s", got.status, got.body)
	}
}

func TestDateSkew(t *testing.T) {
	k := start(t, &ocitest.Server{})
	mine := held(t, principal(t, k.Server, t.TempDir()))
	for skew, want := range map[time.Duration]int{
		-5*time.Minute - time.Second: 401,
		-5*time.Minute + time.Second: 200,
		5 * time.Minute:              200,
		5*time.Minute + time.Second:  401,
	} {
		t.Run(skew.String(), func(t *testing.T) {
			date := func() time.Time { return k.clock.Now().Add(skew) }
			r := k.signed(t, datedSigner{common.DefaultRequestSigner(mine), date})
			if got := do(t, r); got.status != want {
				t.Errorf("answer %d %s, want %d", got.status, got.body, want)
			}
		})
	}
}

func TestWrongKeysAndTokens(t *testing.T) {
	k := start(t, &ocitest.Server{})
	mine := held(t, principal(t, k.Server, t.TempDir()))
	stranger := &ocitest.Server{Now: k.Now, TokenLifetime: k.TokenLifetime}
	foreign := held(t, principal(t, stranger, t.TempDir()))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	header, rest, _ := strings.Cut(mine.id, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	_, foreignRest, _ := strings.Cut(foreign.id, ".")
	foreignPayload, _, _ := strings.Cut(foreignRest, ".")
	for _, test := range []struct {
		name, reason string
		keys         keys
	}{
		{"another key", "does not verify", keys{key, mine.id}},
		{"foreign token", "not issued by this server", foreign},
		{"foreign payload", "not issued by this server", keys{foreign.key, header + "." + foreignPayload + "." + signature}},
		{"unsigned token", "not issued by this server", keys{mine.key, "ST$e30." + payload + "."}},
		{"two parts", "not issued by this server", keys{mine.key, header + "." + payload}},
	} {
		t.Run(test.name, func(t *testing.T) {
			k.checkRefused(t, k.signed(t, common.DefaultRequestSigner(test.keys)), test.reason)
		})
	}
	empty := start(t, &ocitest.Server{})
	empty.checkRefused(t, empty.signed(t, common.DefaultRequestSigner(mine)), "not issued by this server")
}

func TestSkipSignatures(t *testing.T) {
	k := start(t, &ocitest.Server{SkipSignatures: true})
	if got := do(t, newRequest(t, "POST", k.url+invitationsPath, details("one"))); got.status != 200 {
		t.Errorf("answer %d %s", got.status, got.body)
	}
}
