package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// These tests run the checks that need no container engine, on images that the tests build. That the other checks find errors
// was verified by hand, with wrong images.

// function is the shipped binary, built once.
var function []byte

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "imagetest-")
	if err != nil {
		panic(err)
	}
	file := filepath.Join(folder, "function")
	build := exec.Command("make", "-C", "../..", "function", "BIN="+file)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64")
	if output, err := build.CombinedOutput(); err != nil {
		panic(err.Error() + "\n" + string(output))
	}
	if function, err = os.ReadFile(file); err != nil {
		panic(err)
	}
	os.RemoveAll(folder)
	os.Exit(m.Run())
}

// entry is a file, or a folder if its name ends in a slash.
type entry struct {
	name, content string
	mode          int64
	uid           int
}

func archive(t *testing.T, entries []entry) []byte {
	t.Helper()
	var all bytes.Buffer
	w := tar.NewWriter(&all)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: e.mode, Uid: e.uid, Size: int64(len(e.content)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(e.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// picture holds the parts of an image.
type picture struct {
	config map[string]any
	files  map[string]entry
}

// right returns an image that passes all checks.
func right() picture {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	p := picture{files: map[string]entry{}, config: map[string]any{"User": "1000:1000", "Entrypoint": []string{"/sender-invitations"},
		"Env": []string{"PATH=/bin"}, "Labels": labels()}}
	for _, e := range []entry{
		{"etc/", "", 0o755, 0}, {"etc/ssl/", "", 0o755, 0}, {"etc/passwd", account, 0o644, 0},
		{"etc/group", group, 0o644, 0}, {bundle, strings.Repeat(string(certificate), 60), 0o644, 0}, {binary, string(function), 0o755, 0},
	} {
		p.files[e.name] = e
	}
	p.addOrigin()
	return p
}

// save returns the image as an engine saves it, with or without compressed layers.
func (p picture) save(t *testing.T, architecture string, compressed bool) []byte {
	t.Helper()
	var entries []entry
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		entries = append(entries, p.files[name])
	}
	layer := archive(t, entries)
	if compressed {
		var zipped bytes.Buffer
		w, err := gzip.NewWriterLevel(&zipped, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(layer); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		layer = zipped.Bytes()
	}
	config, err := json.Marshal(map[string]any{"os": "linux", "architecture": architecture, "config": p.config})
	if err != nil {
		t.Fatal(err)
	}
	return archive(t, []entry{
		{"blobs/config", string(config), 0o644, 0}, {"blobs/layer", string(layer), 0o644, 0},
		{"manifest.json", `[{"Config":"blobs/config","Layers":["blobs/layer"]}]`, 0o644, 0},
	})
}

// look runs the checks that need no engine, and returns the report and its error.
func look(t *testing.T, saved []byte) (string, error) {
	t.Helper()
	s, err := parse(saved)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = report(t.Context(), &out, s.checks())
	return out.String(), err
}

func TestRightImage(t *testing.T) {
	for _, compressed := range []bool{false, true} {
		told, err := look(t, right().save(t, "amd64", compressed))
		if err != nil || strings.Count(told, "ok    ") != 7 || !strings.Contains(told, "static, stripped, built by go1.") {
			t.Errorf("%v\n%s", err, told)
		}
	}
}

func TestWrongImages(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dynamic, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		spoil  func(p picture)
		wanted string
	}{
		{"root", func(p picture) { p.config["User"] = "root" }, `the user is "root"`},
		{"no user", func(p picture) { delete(p.config, "User") }, `the user is ""`},
		{"shell", func(p picture) { p.config["Entrypoint"] = []string{"/bin/sh", "-c"} }, "the entry point is"},
		{"arguments", func(p picture) { p.config["Cmd"] = []string{"doctor"} }, "the entry point is"},
		{"variable", func(p picture) { p.config["Env"] = []string{"GOGC=off"} }, "it sets variables"},
		{"folder", func(p picture) { p.config["WorkingDir"] = "/etc" }, "its working directory is"},
		{"more to build", func(p picture) { p.config["OnBuild"] = []string{"RUN rm -rf /"} }, "its working directory is"},
		{"volume", func(p picture) { p.config["Volumes"] = map[string]any{"/data": nil} }, "it has volumes"},
		{"no certificates", func(p picture) { delete(p.files, bundle) }, bundle + " is missing"},
		{"few certificates", func(p picture) { p.files[bundle] = entry{bundle, "", 0o644, 0} }, "0 certificates"},
		{"another file", func(p picture) { p.files["bin/sh"] = entry{"bin/sh", "", 0o755, 0} }, "bin/sh must not be there"},
		{"owned by the user", func(p picture) { p.files[binary] = entry{binary, string(function), 0o755, 1000} }, "is owned by 1000:0"},
		{"writable", func(p picture) { p.files["etc/"] = entry{"etc/", "", 0o777, 0} }, "etc is owned by 0:0 with mode 777"},
		{"another user", func(p picture) { p.files["etc/passwd"] = entry{"etc/passwd", "root:x:0:0::/:\n", 0o644, 0} }, "must have only the user fn"},
		{"another build", func(p picture) { p.files[binary] = entry{binary, string(dynamic), 0o755, 0} }, "it was not built by make function"},
		{"a script", func(p picture) { p.files[binary] = entry{binary, "#!/bin/sh\nexec another function\n", 0o755, 0} }, "bad magic number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := right()
			c.spoil(p)
			told, err := look(t, p.save(t, "amd64", false))
			if err == nil || !strings.Contains(told, "FAIL  ") || !strings.Contains(told, c.wanted) {
				t.Errorf("%q is not in %v\n%s", c.wanted, err, told)
			}
		})
	}
	if told, err := look(t, right().save(t, "arm64", false)); err == nil || !strings.Contains(told, "it is for EM_X86_64, but the image is for arm64") {
		t.Errorf("%v\n%s", err, told)
	}
	if _, err := look(t, archive(t, nil)); err == nil {
		t.Error("parse accepts an archive without a manifest")
	}
}

// TestReport checks that the checks go on after a failure, and stop when the context ends.
func TestReport(t *testing.T) {
	fine := check{"fine", func(context.Context) (string, error) { return "seen", nil }}
	bad := check{"bad", func(context.Context) (string, error) { return "", errors.New("two\nlines") }}
	var out strings.Builder
	err := report(t.Context(), &out, []check{bad, fine})
	if want := "FAIL  bad            two lines\nok    fine           seen\n"; err == nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	end := check{"end", func(context.Context) (string, error) { cancel(); return "seen", nil }}
	out.Reset()
	if err := report(ctx, &out, []check{end, fine}); !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestReadOnlyRoot(t *testing.T) {
	const mounts = "1 0 0:9 / /proc rw,nosuid - proc proc rw\n2 1 0:8 / / %s,relatime - overlay overlay rw\n"
	for options, want := range map[string]bool{"ro": true, "rw": false} {
		if got := readOnlyRoot(strings.Replace(mounts, "%s", options, 1)); got != want {
			t.Errorf("%s: %v", options, got)
		}
	}
	if readOnlyRoot("") {
		t.Error("a missing root is read-only")
	}
}

func TestCreates(t *testing.T) {
	list := creates(1000, 6<<20)
	var all []struct{ Operation, RecipientTenancyID string }
	if err := json.Unmarshal(list, &all); err != nil || len(all) != 1000 || all[0] == all[999] {
		t.Error(err)
	}
	if len(list) > 6<<20 || len(list) < 6<<20-1000 {
		t.Errorf("%d bytes", len(list))
	}
}
