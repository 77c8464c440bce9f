package console_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/console"
	deliveryfile "sender-invitations/internal/delivery"
	"sender-invitations/internal/ocitest"
)

// TestSamples checks that the page is offered each sample, as make invoke would send it.
func TestSamples(t *testing.T) {
	s := start(t, echo, echo)
	var list []struct {
		Name, File string
		Headers    map[string]string
		Body       string
		BodyBase64 []byte
	}
	answer := do(t, "GET", s.url+"/console/samples", nil)
	if err := json.Unmarshal([]byte(answer.body), &list); err != nil || answer.status != 200 {
		t.Fatal(answer, err)
	}
	var files []string
	for _, sample := range list {
		header, body, err := deliveryfile.Read(filepath.Join(samples, sample.File))
		if err != nil || string(body) != sample.Body+string(sample.BodyBase64) || sample.Headers["Content-Type"] == "" ||
			sample.Name+filepath.Ext(sample.File) != sample.File {
			t.Errorf("%+v %v", sample, err)
		}
		for name := range header {
			if sample.Headers[name] != strings.Join(header[name], ", ") {
				t.Errorf("%s: %v", sample.File, sample.Headers)
			}
		}
		files = append(files, sample.File)
	}
	entries, err := os.ReadDir(samples)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(entries)-1 || !slices.IsSorted(files) || slices.Contains(files, "decoded.txtar") || !slices.Contains(files, "signup.json") {
		t.Errorf("%d of %d files: %s", len(files), len(entries), files)
	}
}

func TestNoSamples(t *testing.T) {
	for _, folder := range []string{"", "/none", "page/index.html"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "http://localhost/console/samples", nil)
		console.New(console.Stack{OCI: &ocitest.Server{}, Samples: folder, Setting: os.Getenv}).ServeHTTP(w, r)
		if got := bytes.TrimSpace(w.Body.Bytes()); string(got) != "[]" || w.Code != 200 {
			t.Errorf("%q: %d %s", folder, w.Code, got)
		}
	}
}

// TestOtherFiles checks that a folder that holds more than samples, such as that of EVENT=~/event.json, does not give away the rest.
func TestOtherFiles(t *testing.T) {
	folder := t.TempDir()
	for _, file := range []string{"event.json", ".json", ".secret.json", ".netrc", "id_rsa", "notes.md", "large.json", "b.http", "c.txt"} {
		content := "A: b\n\n{}"
		if file == "large.json" {
			content = strings.Repeat(" ", 1<<20+1)
		}
		if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "linked.json")); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://localhost/console/samples", nil)
	console.New(console.Stack{OCI: &ocitest.Server{}, Samples: folder, Setting: os.Getenv}).ServeHTTP(w, r)
	var list []struct{ File string }
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || fmt.Sprint(list) != "[{b.http} {c.txt} {event.json}]" {
		t.Error(list, err)
	}
}
