package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"sender-invitations/handler/rules"
)

// What ships is func.go, events and handler with the packages in it. What does not ship is internal.

const module = "sender-invitations"

// ships reports whether a package is part of the function.
func ships(name string) bool {
	return name == module || slices.ContainsFunc([]string{"/events", "/handler"}, func(folder string) bool {
		return name == module+folder || strings.HasPrefix(name, module+folder+"/")
	})
}

// goList returns the lines, without empty ones, of go list for the platform that the function runs on.
func goList(t *testing.T, arguments ...string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list"}, arguments...)...)
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(output), func(r rune) bool { return r == '\n' })
}

func TestBinaryHoldsWhatShips(t *testing.T) {
	t.Parallel()
	binary := goList(t, "-deps", ".")
	for _, name := range binary {
		if inModule := name == module || strings.HasPrefix(name, module+"/"); name == "testing" || inModule && !ships(name) {
			t.Errorf("the binary holds %s", name)
		}
	}
	for _, name := range goList(t, "./...") {
		inside := slices.Contains(binary, name)
		if ships(name) && !inside {
			t.Errorf("the binary does not hold %s", name)
		}
		if !ships(name) && !strings.HasPrefix(name, module+"/internal/") && name != module+"/deploy" {
			t.Errorf("%s does not ship and is not in internal", name)
		}
	}
	for _, name := range []string{module, module + "/events", module + "/handler", "github.com/fnproject/fdk-go"} {
		if !slices.Contains(binary, name) {
			t.Errorf("the binary does not hold %s: %s", name, binary)
		}
	}
}

// TestBinaryHoldsNoPage checks the bytes of the function, for a file that is embedded is in no list of packages. The binary holds the
// built-in rules, and no line of the console's page.
func TestBinaryHoldsNoPage(t *testing.T) {
	t.Parallel()
	function, err := os.ReadFile(binary())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(function, []byte(rules.BuiltInText)) {
		t.Error("the binary does not hold the built-in rules, so this test cannot find what is embedded")
	}
	pages, err := os.ReadDir(inTree("internal/console/page"))
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, page := range pages {
		for line := range strings.Lines(readText(t, "internal/console/page/"+page.Name())) {
			if line = strings.TrimSpace(line); len(line) < 24 {
				continue // other files may have it by chance
			}
			lines++
			if bytes.Contains(function, []byte(line)) {
				t.Errorf("the binary holds %q of %s", line, page.Name())
			}
		}
	}
	if lines == 0 {
		t.Errorf("no line to look for in %s", pages)
	}
}

// TestDockerignore checks that the image's build gets the files that it needs, and no others.
func TestDockerignore(t *testing.T) {
	t.Parallel()
	var patterns []string
	for line := range strings.Lines(readText(t, ".dockerignore")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, line)
		}
	}
	const each = `{{with .Module}}{{if .Main}}{{range $.GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}` +
		`{{range $.EmbedFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`
	needed := append(goList(t, "-deps", "-f", each, "."), "Makefile", "go.mod", "go.sum", "func.yaml",
		"LICENSE", ".ci/licenses", ".ci/image.mod", ".ci/image.sum")
	if len(needed) < 50 {
		t.Errorf("the build needs only %s", needed)
	}
	for _, file := range needed {
		if file := strings.TrimPrefix(file, root+"/"); ignored(patterns, file) {
			t.Errorf("%s does not reach the build", file)
		}
	}
	for _, file := range []string{"handler/rules/rules.go", "handler/rules/rules.yaml"} {
		if ignored(patterns, file) {
			t.Errorf("%s would not reach the build", file)
		}
	}
	for _, file := range []string{".git/config", ".ci/run", "README.md", "func_test.go", "events/decode_test.go", "bin/sender-invitations",
		"handler/rules/rules_test.go", "other.go", "docs/rules.md", "deploy/openapi.yaml", "internal/e2e/doc.go", "internal/local/main.go",
		"testdata/get.txtar"} {
		if !ignored(patterns, file) {
			t.Errorf("%s reaches the build", file)
		}
	}
}

// ignored reports whether Docker leaves a file out. The last pattern that matches it, or a folder above it, decides.
func ignored(patterns []string, file string) (yes bool) {
	for _, pattern := range patterns {
		pattern, taken := strings.CutPrefix(pattern, "!")
		anywhere, isAnywhere := strings.CutPrefix(pattern, "**/")
		for place := file; place != "."; place = path.Dir(place) {
			matches, _ := path.Match(pattern, place)
			if isAnywhere {
				matches, _ = path.Match(anywhere, path.Base(place))
			}
			if matches {
				yes = !taken
			}
		}
	}
	return yes
}
