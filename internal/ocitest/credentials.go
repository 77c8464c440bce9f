package ocitest

import (
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// principalOCID is the function that the credentials identify, compartmentOCID
// its compartment.
const (
	principalOCID   = "ocid1.fnfunc.oc1.iad.aaaaaaaafunction"
	compartmentOCID = "ocid1.compartment.oc1..aaaaaaaafunctions"
)

// issuer issues and verifies session tokens.
type issuer struct {
	mu      sync.Mutex
	key     *rsa.PrivateKey // made with the first token
	issued  int             // the number of the last token
	revoked int             // the number of the last revoked token
}

// IssueCredentials issues resource-principal credentials (version 2.2). It writes
// the session token and the private key to the files rpst and private.pem in dir,
// and returns the environment variables, as "NAME=value", that point the OCI SDK
// to them.
//
// A further call rotates the credentials: it replaces the key, then the token,
// each atomically. The older token stays valid until it expires or is revoked.
func (s *Server) IssueCredentials(dir string) (env []string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	session, err := keys.draw()
	if err != nil {
		return nil, err
	}
	now := s.callersNow()
	token, err := s.issuer.issue(claims{
		Subject:     principalOCID,
		IssuedAt:    now.Unix(),
		Expires:     now.Add(cmp.Or(s.TokenLifetime, time.Hour)).Unix(),
		Tenancy:     s.tenancy(),
		Compartment: compartmentOCID,
		Type:        "fnfunc",
		JWK:         encodeJWK(&session.PublicKey),
	})
	if err != nil {
		return nil, err
	}
	const keyFile, tokenFile = "private.pem", "rpst"
	mode := fs.FileMode(0o600)
	if s.CredentialsAt != "" {
		mode = 0o644
		err = os.Chmod(dir, 0o755)
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(session)}
	if err == nil {
		err = replaceFile(filepath.Join(dir, keyFile), pem.EncodeToMemory(block), mode)
	}
	if err == nil {
		err = replaceFile(filepath.Join(dir, tokenFile), []byte(token), mode)
	}
	seen := cmp.Or(s.CredentialsAt, dir)
	return []string{
		"OCI_RESOURCE_PRINCIPAL_VERSION=2.2",
		"OCI_RESOURCE_PRINCIPAL_RPST=" + filepath.Join(seen, tokenFile),
		"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM=" + filepath.Join(seen, keyFile),
		"OCI_RESOURCE_PRINCIPAL_REGION=us-ashburn-1",
	}, err
}

// RevokeOlder makes every token but the last one invalid.
func (s *Server) RevokeOlder() {
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	s.issuer.revoked = max(s.issuer.revoked, s.issuer.issued-1)
}

// RevokeCredentials makes every token issued so far invalid.
func (s *Server) RevokeCredentials() {
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	s.issuer.revoked = s.issuer.issued
}

// issue numbers and signs a token.
func (i *issuer) issue(c claims) (token string, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.key == nil {
		i.key, err = keys.draw()
		if err != nil {
			return "", err
		}
	}
	i.issued++
	c.Number = i.issued
	return signToken(c, i.key)
}

// sessionKey verifies a token and returns the public key that it contains.
func (i *issuer) sessionKey(token string, now time.Time) (*rsa.PublicKey, error) {
	i.mu.Lock()
	key, revoked := i.key, i.revoked
	i.mu.Unlock()
	if key == nil {
		return nil, errors.New("this server has issued no token")
	}
	c, err := verifyToken(token, &key.PublicKey, now)
	if err != nil {
		return nil, err
	}
	if c.Number <= revoked {
		return nil, errors.New("revoked")
	}
	return parseJWK(c.JWK)
}

// replaceFile writes a file atomically: a reader finds the old content or the new.
func replaceFile(path string, content []byte, mode fs.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails once the file has been renamed
	_, err = file.Write(content)
	if err := errors.Join(err, file.Chmod(mode), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
