package deploy_test

import (
	"os/exec"
	"testing"

	"sender-invitations/internal/docs"
)

func readDocument(t *testing.T, path string) docs.Document {
	t.Helper()
	d, err := docs.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func findBash(t *testing.T) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal("these tests need bash")
	}
	return bash
}
