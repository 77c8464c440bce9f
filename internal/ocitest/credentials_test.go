package ocitest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/internal/ocitest"
)

func TestCredentials(t *testing.T) {
	dir := t.TempDir()
	s := &ocitest.Server{Tenancy: "ocid1.tenancy.oc1..mine"}
	provider := principal(t, s, dir)
	tenancy, err := provider.TenancyOCID()
	if err != nil || tenancy != s.Tenancy {
		t.Errorf("tenancy %q, %v", tenancy, err)
	}
	if region, err := provider.Region(); err != nil || region != "us-ashburn-1" {
		t.Errorf("region %q, %v", region, err)
	}
	for _, name := range []string{"sub", "iat", "exp", "res_tenant", "res_compartment", "res_type", "jwk"} {
		if claim, err := provider.GetClaim(name); err != nil || claim == nil || claim == "" {
			t.Errorf("claim %s is %v, %v", name, claim, err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		if info, err := file.Info(); err != nil || info.Mode() != fs.FileMode(0o600) {
			t.Errorf("%s has mode %v, %v", file.Name(), info.Mode(), err)
		}
	}
	if _, err := s.IssueCredentials(filepath.Join(dir, "none")); err == nil {
		t.Error("IssueCredentials accepts a missing directory")
	}
}

// TestCredentialsOfContainer checks that another user can read the files, at
// another path.
func TestCredentialsOfContainer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "credentials")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := &ocitest.Server{CredentialsAt: "/.oci-credentials"}
	env, err := s.IssueCredentials(dir)
	if err != nil || !slices.Contains(env, "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM=/.oci-credentials/private.pem") {
		t.Errorf("%q, %v", env, err)
	}
	for name, want := range map[string]fs.FileMode{"": 0o755, "private.pem": 0o644, "rpst": 0o644} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v", name, info, err)
		}
	}
	if _, err := s.IssueCredentials(filepath.Join(dir, "none")); err == nil {
		t.Error("IssueCredentials accepts a missing directory")
	}
}

func TestRotationAndRevocation(t *testing.T) {
	k := start(t, &ocitest.Server{})
	dir := t.TempDir()
	older := held(t, principal(t, k.Server, dir))
	newer := held(t, principal(t, k.Server, dir))
	if older.id == newer.id || older.key.Equal(newer.key) {
		t.Fatal("the credentials did not change")
	}
	check := func(name string, held keys, want int) {
		t.Helper()
		if got := do(t, k.signed(t, common.DefaultRequestSigner(held))); got.status != want {
			t.Errorf("%s credentials: answer %d %s, want %d", name, got.status, got.body, want)
		}
	}
	check("older", older, 200)
	check("newer", newer, 200)
	check("mixed", keys{newer.key, older.id}, 401)
	k.RevokeCredentials()
	check("older, revoked", older, 401)
	check("newer, revoked", newer, 401)
	check("next", held(t, principal(t, k.Server, dir)), 200)
	check("newer, still revoked", newer, 401)
}

func TestTokenLifetime(t *testing.T) {
	for lifetime, want := range map[time.Duration]time.Duration{0: time.Hour, 10 * time.Minute: 10 * time.Minute} {
		t.Run(lifetime.String(), func(t *testing.T) {
			k := start(t, &ocitest.Server{})
			k.TokenLifetime = lifetime // no request has been sent yet
			signer := common.DefaultRequestSigner(held(t, principal(t, k.Server, t.TempDir())))
			k.clock.advance(want - time.Second)
			if got := do(t, k.signed(t, signer)); got.status != 200 {
				t.Errorf("answer %d %s", got.status, got.body)
			}
			k.clock.advance(time.Second)
			do(t, k.signed(t, signer)).check(t, 401, "NotAuthenticated")
		})
	}
}

// TestRevokeOlder checks that the newest credentials stay valid, however often the older ones are revoked.
func TestRevokeOlder(t *testing.T) {
	dir := t.TempDir()
	k := start(t, &ocitest.Server{})
	list := func() int {
		return k.send(t, "GET", invitationsPath+"?compartmentId="+ocitest.DefaultTenancy, "").status
	}
	k.RevokeOlder()
	if status := list(); status != 200 {
		t.Errorf("the only credentials: %d", status)
	}
	if _, err := k.IssueCredentials(dir); err != nil {
		t.Fatal(err)
	}
	k.RevokeOlder()
	if status := list(); status != 401 {
		t.Errorf("older credentials: %d", status)
	}
	k.connect(t, dir) // with still newer ones
	k.RevokeOlder()
	k.RevokeOlder()
	if status := list(); status != 200 {
		t.Errorf("the newest credentials: %d", status)
	}
}
