package e2e

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// room matches a row of the table of rooms.
var room = regexp.MustCompile("(?m)^\\| `([a-z./]+)` \\| [^|]+ \\|([^|]*)\\|$")

// TestRooms checks that the table of rooms in docs/architecture.md names each package that ships, and its imports.
func TestRooms(t *testing.T) {
	_, table, _ := strings.Cut(readText(t, "docs/architecture.md"), "## Rooms")
	table, _, _ = strings.Cut(table, "\n## ")
	documented := map[string][]string{}
	for _, row := range room.FindAllStringSubmatch(table, -1) {
		imports := strings.Fields(strings.ReplaceAll(row[2], "`", ""))
		slices.Sort(imports)
		documented[strings.Replace(row[1], "func.go", ".", 1)] = imports
	}
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, ".", "./events/...", "./handler/...") {
		fields := strings.Fields(line)
		name := strings.TrimPrefix(strings.Replace(fields[0], module, ".", 1), "./")
		imports := []string{}
		for _, path := range fields[1:] {
			if own, ok := strings.CutPrefix(path, module+"/"); ok {
				imports = append(imports, strings.TrimPrefix(strings.TrimPrefix(own, "handler/"), "events/"))
			}
		}
		slices.Sort(imports)
		if want, ok := documented[name]; !ok || !slices.Equal(imports, want) {
			t.Errorf("%s imports %q; the table of rooms has %q", name, imports, want)
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Errorf("the table of rooms has %s, which does not exist", name)
	}
}

// TestRoomsAreSmall checks that a package that ships has at most 1,500 lines of code. Tests, comments and blank lines do not
// count.
func TestRoomsAreSmall(t *testing.T) {
	lines := map[string]int{}
	for _, pattern := range []string{"events/*.go", "events/*/*.go", "handler/*.go", "handler/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for line := range strings.Lines(readText(t, file)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
					lines[filepath.Dir(file)]++
				}
			}
		}
	}
	if len(lines) < 10 {
		t.Fatal("packages are missing: ", lines)
	}
	for name, count := range lines {
		if count > 1500 {
			t.Errorf("%s has %d lines of code", name, count)
		}
	}
}
