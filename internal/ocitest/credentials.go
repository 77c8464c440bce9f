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

// principalOCID is the function that the credentials speak for, and
// compartmentOCID where it lives.
const (
	principalOCID   = "ocid1.fnfunc.oc1.iad.aaaaaaaafunction"
	compartmentOCID = "ocid1.compartment.oc1..aaaaaaaafunctions"
)

// issuer issues session tokens and knows them again.
type issuer struct {
	mu      sync.Mutex
	key     *rsa.PrivateKey // made with the first token
	issued  int             // tokens so far
	revoked int             // of these, the first so many are revoked
}

// IssueCredentials makes resource-principal credentials (version 2.2): it writes
// the session token and the private key into a directory, as the files rpst and
// private.pem, and returns the environment variables, as "NAME=value", that
// point the OCI SDK at them. Called again it rotates: the files are replaced, each at
// once, the key first; the older token stays valid until it expires or is
// revoked. The error is one of making keys or of writing files.
func (s *Server) IssueCredentials(dir string) (env []string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	session, err := keys.draw()
	if err != nil {
		return nil, err
	}
	now := s.now()
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

// sessionKey is the public key that a valid token vouches for.
func (i *issuer) sessionKey(token string, now time.Time) (*rsa.PublicKey, error) {
	i.mu.Lock()
	key, revoked := i.key, i.revoked
	i.mu.Unlock()
	if key == nil {
		return nil, errors.New("this server has issued none")
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

// replaceFile writes a file so that a reader finds the old content or the new.
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
