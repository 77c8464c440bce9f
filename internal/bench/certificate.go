package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// systemBundle holds the certification authorities on most systems. A program reads it all before its first handshake.
const systemBundle = "/etc/ssl/certs/ca-certificates.crt"

// systemAuthorities returns the system's bundle, or nothing if there is no such file.
func (l *lab) systemAuthorities() ([]byte, error) {
	bundle, err := os.ReadFile(systemBundle)
	if errors.Is(err, fs.ErrNotExist) {
		l.progress("no %s: programs read only one authority, so starts over TLS look faster than they are", systemBundle)
		return nil, nil
	}
	return bundle, err
}

// newCertificate makes a certificate for loopback, and adds its authority to the bundle. It returns the settings that make a
// program use this bundle, and an empty folder so that Go reads no others.
func newCertificate(folder string, bundle []byte) (_ tls.Certificate, settings []string, err error) {
	authority, key, err := newAuthority()
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw})...)
	file, empty := filepath.Join(folder, "authorities.pem"), filepath.Join(folder, "no-certificates")
	if err := errors.Join(os.WriteFile(file, bundle, 0o600), os.Mkdir(empty, 0o700)); err != nil {
		return tls.Certificate{}, nil, err
	}
	certificate, err := newLeaf(authority, key)
	return certificate, []string{"SSL_CERT_FILE=" + file, "SSL_CERT_DIR=" + empty}, err
}

func newAuthority() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := newTemplate("bench authority", 1)
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	authority, err := x509.ParseCertificate(raw)
	return authority, key, err
}

func newLeaf(authority *x509.Certificate, signer *ecdsa.PrivateKey) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := newTemplate("bench", 2)
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	raw, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, signer)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, err
}

func newTemplate(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{Subject: pkix.Name{CommonName: name}, SerialNumber: big.NewInt(serial),
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
}
