package main

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

const topic = "ocid1.onstopic.oc1.iad.aaaaaaaaresults"

// stage holds what the image needs to run: credentials, and an emulated OCI with and without TLS on loopback.
type stage struct {
	image       *saved
	oci         *ocitest.Server
	plain, tls  *httptest.Server
	container   fnhost.Container
	credentials []string
	folder      string // open to this user only
}

func newStage(engine, image string, saved *saved) (*stage, error) {
	folder, err := os.MkdirTemp("", "imagetest-")
	if err != nil {
		return nil, err
	}
	s := &stage{image: saved, oci: &ocitest.Server{CredentialsAt: "/.oci-credentials"}, folder: folder}
	s.plain, s.tls = httptest.NewServer(s.oci), httptest.NewUnstartedServer(s.oci)
	s.tls.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.tls.Config.ErrorLog = log.New(io.Discard, "", 0) // of the client that must not trust it
	s.tls.StartTLS()
	credentials := filepath.Join(folder, "credentials")
	s.container = fnhost.Container{Engine: engine, Image: image, Mounts: map[string]string{s.oci.CredentialsAt: credentials}}
	if err = os.Mkdir(credentials, 0o700); err == nil {
		s.credentials, err = s.oci.IssueCredentials(credentials)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stage) close() {
	s.plain.Close()
	s.tls.Close()
	os.RemoveAll(s.folder)
}

// settings returns the function's settings, with the services at address.
func (s *stage) settings(address string, more ...string) []string {
	return slices.Concat(s.credentials, []string{
		"RESULT_TOPIC_OCID=" + topic, "ORGANIZATIONS_ENDPOINT=" + address, "NOTIFICATIONS_ENDPOINT=" + address,
	}, more)
}

// certificate returns the certificate of the TLS server, which is its own authority.
func (s *stage) certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.tls.Certificate().Raw})
}
