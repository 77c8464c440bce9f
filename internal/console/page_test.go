package console_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPage checks that each file of the page is served as it is, with its type.
func TestPage(t *testing.T) {
	s := start(t, echo, echo)
	entries, err := os.ReadDir("page")
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".svg": "image/svg+xml"}
	for _, entry := range entries {
		file := entry.Name()
		content, err := os.ReadFile(filepath.Join("page", file))
		if err != nil {
			t.Fatal(err)
		}
		got := do(t, "GET", s.url+"/console/"+file, nil)
		if kind := kinds[filepath.Ext(file)]; got.status != 200 || got.body != string(content) || got.header.Get("Content-Type") != kind || kind == "" {
			t.Errorf("%s: %d, %s", file, got.status, got.header.Get("Content-Type"))
		}
	}
	index, err := os.ReadFile("page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	if got := do(t, "GET", s.url+"/", nil); got.status != 200 || got.body != string(index) || got.header.Get("Content-Type") != kinds[".html"] {
		t.Errorf("/: %d %s", got.status, got.header.Get("Content-Type"))
	}
}

func TestNoSuchPage(t *testing.T) {
	s := start(t, echo, echo)
	for request, want := range map[string]int{
		"GET /console/":                   404,
		"GET /console/none.js":            404,
		"GET /console/..%2fpage.go":       404,
		"GET /console/%2e%2e%2fpage.go":   404,
		"GET /console/index.html%00":      404,
		"POST /":                          405,
		"POST /console/index.html":        405,
		"PUT /console/send":               405,
		"GET /console":                    404, // of OCI
		"GET //":                          404,
		"GET /index.html":                 404,
		"POST /20230401/../console/act":   404, // OCI does not clean paths
		"GET /20230401/senderInvitations": 400,
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := do(t, method, s.url+path, nil); got.status != want {
			t.Errorf("%s: %d %s", request, got.status, got.body)
		}
	}
}
