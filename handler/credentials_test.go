package handler_test

import (
	"context"
	"crypto/rand"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/internal/ocitest"
)

// unusable lists credentials that can be read, but with which OCI cannot be called, and a part of the log line that says why.
var unusable = map[string]struct {
	plant func(t *testing.T, folder string)
	told  string
}{
	"line break in the token": {func(t *testing.T, folder string) {
		edit(t, folder, "rpst", func(s string) string { return s[:len(s)-9] + "\n" + s[len(s)-9:] })
	},
		"the header Authorization cannot be sent"},
	"NUL behind the token": {func(t *testing.T, folder string) {
		edit(t, folder, "rpst", func(s string) string { return s + "\x00" })
	},
		"the header Authorization cannot be sent"},
	"key too short": {func(t *testing.T, folder string) {
		edit(t, folder, "private.pem", func(string) string { return keyOf(t, 512) })
	},
		"512-bit keys are insecure"},
	"key much too short": {func(t *testing.T, folder string) {
		edit(t, folder, "private.pem", func(string) string { return keyOf(t, 256) })
	},
		"256-bit keys are insecure"},
	"token without expiry": {func(t *testing.T, folder string) {
		edit(t, folder, "rpst", func(string) string { return tokenWithoutExpiry })
	},
		"interface conversion"},
	"key of another token": {func(t *testing.T, folder string) {
		edit(t, folder, "private.pem", func(string) string { return keyOf(t, 2048) })
	},
		"401"},
}

const tokenWithoutExpiry = "e30.eyJyZXNfdGVuYW50Ijoib2NpZDEudGVuYW5jeS5vYzEuLmEifQ.secret"

// edit changes a file of the credentials.
func edit(t *testing.T, folder, name string, change func(string) string) {
	t.Helper()
	file := filepath.Join(folder, name)
	content, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(change(string(content))), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keyOf returns a private key of so many bits. Package rsa makes none that is too short.
func keyOf(t *testing.T, bits int) string {
	t.Helper()
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		p, q := must(rand.Prime(rand.Reader, bits/2)), must(rand.Prime(rand.Reader, bits/2))
		p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
		d := new(big.Int).ModInverse(e, new(big.Int).Mul(p1, q1))
		if d == nil || p.Cmp(q) == 0 {
			continue
		}
		der := must(asn1.Marshal(struct {
			Version                     int
			N, E, D, P, Q, DP, DQ, QInv *big.Int
		}{0, new(big.Int).Mul(p, q), e, d, p, q, new(big.Int).Mod(d, p1), new(big.Int).Mod(d, q1), new(big.Int).ModInverse(q, p)}))
		return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}))
	}
}

// Credentials that cannot sign a request, or make one that cannot be sent, fail the call as retryable, and the log says why. /health and
// the doctor tell it too. With good credentials the next call succeeds, whether the bad ones were read at the start or while in use.
func TestUnusableCredentials(t *testing.T) {
	t.Parallel()
	for name, c := range unusable {
		for _, inUse := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", in use"}[inUse], func(t *testing.T) {
				t.Parallel()
				f := newFunction(t, &ocitest.Server{TokenLifetime: time.Minute}) // the SDK reads it again for each request, as it ends soon
				if inUse {
					f.request(http.MethodGet, "/20230401/senderInvitations/ocid1.x.oc1..a", "")
				}
				c.plant(t, f.folder)
				if !inUse {
					f.Prepare()
				}
				if _, cut := f.invoke(createForAcme); !cut {
					t.Error("not cut")
				}
				if log := f.log.String(); !strings.Contains(log, c.told) || strings.Contains(log, "no answer from OCI") || strings.Contains(log, "panic") {
					t.Error(log)
				}
				wanted := 503
				if c.told == "401" {
					wanted = 401
				}
				if w := f.request(http.MethodGet, "/20230401/senderInvitations/ocid1.x.oc1..a", ""); w.Code != wanted {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				if w := f.request(http.MethodGet, "/health", ""); w.Code != 503 {
					t.Errorf("health: %d %s", w.Code, w.Body)
				}
				if report := f.Doctor(context.Background()); report.OK || report.Credentials.Fault == "" || report.Credentials.Remedy == "" {
					t.Errorf("doctor: %+v", report.Credentials)
				}
				if _, err := f.oci.IssueCredentials(f.folder); err != nil {
					t.Fatal(err)
				}
				if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"outcome":"created"`) {
					t.Errorf("good credentials: %v %s\n%s", cut, answer, f.log.String())
				}
				if w := f.request(http.MethodGet, "/health", ""); w.Code != 200 {
					t.Errorf("health: %d %s", w.Code, w.Body)
				}
			})
		}
	}
}

// Credentials that worked, but were read while they were written, are read once more in the same call.
func TestCredentialsHalfWritten(t *testing.T) {
	for name, c := range unusable {
		f := newFunction(t, &ocitest.Server{TokenLifetime: time.Minute})
		f.request(http.MethodGet, "/20230401/senderInvitations/ocid1.x.oc1..a", "")
		c.plant(t, f.folder)
		f.read = func() (common.ConfigurationProvider, error) {
			if _, err := f.oci.IssueCredentials(f.folder); err != nil {
				return nil, err
			}
			return principal(f.variables)
		}
		if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"outcome":"created"`) {
			t.Errorf("%s: cut %v %s\n%s", name, cut, answer, f.log.String())
		}
	}
}

// Credentials that /health or the doctor read while they are written are read once more.
func TestHealthWhileCredentialsAreWritten(t *testing.T) {
	for name, ask := range map[string]func(*function) bool{
		"health": func(f *function) bool { return f.request(http.MethodGet, "/health", "").Code == http.StatusOK },
		"doctor": func(f *function) bool { return f.Doctor(context.Background()).OK },
	} {
		f := newFunction(t, &ocitest.Server{})
		reads := 0
		f.read = func() (common.ConfigurationProvider, error) {
			if reads++; reads == 1 {
				unusable["key of another token"].plant(t, f.folder)
			} else if _, err := f.oci.IssueCredentials(f.folder); err != nil {
				return nil, err
			}
			return principal(f.variables)
		}
		if !ask(f) || reads < 2 {
			t.Errorf("%s, read %d times: %s", name, reads, f.log.String())
		}
	}
}

// claimless is a principal whose claims the SDK cannot read: its provider for version 3.0 of resource principals panics.
type claimless struct{ common.ConfigurationProvider }

func (claimless) GetClaim(string) (any, error) { panic("implement me") }

// Whether key and token belong together is left to OCI if the claims of the token cannot be read.
func TestClaimsThatCannotBeRead(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	f.read = func() (common.ConfigurationProvider, error) {
		provider, err := principal(f.variables)
		return claimless{provider}, err
	}
	if w := f.request(http.MethodGet, "/health", ""); w.Code != http.StatusOK {
		t.Errorf("health: %d %s %s", w.Code, w.Body, f.log.String())
	}
	if report := f.Doctor(context.Background()); !report.OK {
		t.Errorf("doctor: %+v", report.Credentials)
	}
}

// A list of records reads credentials that cannot sign no more often than it has calls.
func TestUnusableCredentialsOfList(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	unusable["line break in the token"].plant(t, f.folder)
	var read atomic.Int64
	f.read = func() (common.ConfigurationProvider, error) {
		read.Add(1)
		return principal(f.variables)
	}
	const records = 50
	if _, cut := f.invoke("[" + strings.Repeat(`{"operation": "list"},`, records-1) + `{"operation": "list"}]`); !cut && read.Load() == 0 {
		t.Error("nothing is read")
	}
	if count := read.Load(); count > records+2 { // and the sender, and a look
		t.Errorf("read %d times", count)
	}
}

// A line break behind the session token, in its file or in the variable itself, does no harm.
func TestLineBreakBehindToken(t *testing.T) {
	for _, literal := range []bool{false, true} {
		f := newFunction(t, &ocitest.Server{})
		edit(t, f.folder, "rpst", func(s string) string { return s + "\r\n" })
		if literal {
			for index, variable := range f.variables {
				if name, file, _ := strings.Cut(variable, "="); filepath.IsAbs(file) {
					f.variables[index] = name + "=" + string(must(os.ReadFile(file)))
				}
			}
		}
		if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"outcome":"created"`) {
			t.Errorf("literal %v: %v %s\n%s", literal, cut, answer, f.log.String())
		}
		if w := f.request(http.MethodGet, "/health", ""); w.Code != 200 {
			t.Errorf("literal %v: health: %d %s", literal, w.Code, w.Body)
		}
	}
}

// What the SDK appends to the header User-Agent may not be fit for one. The doctor names the variable, and not the network.
func TestUserAgentThatCannotBeSent(t *testing.T) {
	t.Setenv("OCI_SDK_APPEND_USER_AGENT", "a\nb")
	p := newPatient(t)
	p.issue(t)
	checks, answer := p.report(t)
	if found := checks["credentials"]; !strings.Contains(found.Fault, "OCI_SDK_APPEND_USER_AGENT has a line break") || !strings.Contains(found.Remedy, "unset") {
		t.Error(answer)
	}
}
