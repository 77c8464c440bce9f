package docs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var (
	named  = regexp.MustCompile("`([a-zA-Z]+)`")
	number = regexp.MustCompile(`\d[\d,.]*\d|\d`)
)

// TestScale computes the tables of docs/scale.md from their inputs. The tables that summarise them have no other numbers.
func TestScale(t *testing.T) {
	t.Chdir(root)
	s := sheet{values: map[string]float64{}, shown: map[string]bool{"429": true}}
	var head []string
	for line := range strings.Lines(read(t, "docs/scale.md").Prose) {
		row := cells(line)
		switch {
		case row == nil:
			head = nil
		case head == nil:
			head = row
		case strings.HasPrefix(row[0], "--"): // the line below the head
		case head[0] == "input":
			s.take(t, row)
		case head[1] == "formula":
			s.check(t, head, row)
		}
	}
	if s.checked < 60 {
		t.Errorf("only %d values were checked", s.checked)
	}
	for _, section := range []string{"Ways in and out", "Next limits"} {
		for line := range strings.Lines(sectionOf(t, section)) {
			for _, text := range number.FindAllString(strings.Join(cells(line), " "), -1) {
				if len(text) > 1 && !s.shown[text] {
					t.Errorf("%s has %s, which is no input and no result", section, text)
				}
			}
		}
	}
}

// sheet holds the numbers of a document.
type sheet struct {
	values  map[string]float64 // of inputs and results
	shown   map[string]bool    // as the document writes them
	checked int
}

// take reads a row of inputs: their names and their values.
func (s *sheet) take(t *testing.T, row []string) {
	t.Helper()
	texts := strings.Split(row[1], ", ")
	for index, match := range named.FindAllStringSubmatch(row[0], -1) {
		s.values[match[1]], s.shown[texts[index]] = parsed(t, texts[index]), true
	}
}

// check computes a row of results: one value, or one for each rate that the head names. A value may be rounded to half a percent.
func (s *sheet) check(t *testing.T, head, row []string) {
	t.Helper()
	formula, err := parser.ParseExpr(strings.Trim(row[1], "`"))
	if err != nil {
		t.Fatalf("%s: %v", row[1], err)
	}
	for index := 2; index < len(row) && head[index] != "unit"; index++ {
		if row[index] == "–" {
			continue
		}
		if head[index] != "value" {
			s.values["rate"], s.shown[head[index]] = parsed(t, head[index]), true
		}
		value := evaluate(t, formula, s.values)
		if math.Abs(parsed(t, row[index])-value) > value*0.005 {
			t.Errorf("%s, %s: %s, but %s is %g", row[0], head[index], row[index], row[1], value)
		}
		if match := named.FindStringSubmatch(row[0]); match != nil {
			s.values[match[1]] = value
		}
		s.shown[row[index]] = true
		s.checked++
	}
}

// sectionOf returns a section of docs/scale.md.
func sectionOf(t *testing.T, heading string) string {
	t.Helper()
	_, text, found := strings.Cut(read(t, "docs/scale.md").Prose, "\n## "+heading+"\n")
	if !found {
		t.Fatalf("docs/scale.md has no section %s", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// cells returns the cells of a row of a table; none for another line.
func cells(line string) (row []string) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") {
		return nil
	}
	for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
		row = append(row, strings.TrimSpace(cell))
	}
	return row
}

// parsed returns the value of a number such as 1,000.
func parsed(t *testing.T, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// evaluate computes a formula with the values of names.
func evaluate(t *testing.T, formula ast.Expr, values map[string]float64) float64 {
	of := func(e ast.Expr) float64 { return evaluate(t, e, values) }
	switch e := formula.(type) {
	case *ast.BasicLit:
		return parsed(t, e.Value)
	case *ast.ParenExpr:
		return of(e.X)
	case *ast.Ident:
		if value, found := values[e.Name]; found {
			return value
		}
		t.Fatalf("%s is no input and no result above", e.Name)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.ADD:
			return of(e.X) + of(e.Y)
		case token.SUB:
			return of(e.X) - of(e.Y)
		case token.MUL:
			return of(e.X) * of(e.Y)
		case token.QUO:
			return of(e.X) / of(e.Y)
		}
	case *ast.CallExpr:
		switch fmt.Sprint(e.Fun) {
		case "ceil":
			return math.Ceil(of(e.Args[0]))
		case "floor":
			return math.Floor(of(e.Args[0]))
		case "max":
			return max(of(e.Args[0]), of(e.Args[1]))
		}
	}
	t.Fatalf("a formula has %T", formula)
	return 0
}

// TestScaleInputs compares inputs of docs/scale.md with what they were taken from.
func TestScaleInputs(t *testing.T) {
	t.Chdir(root)
	inputs := sectionOf(t, "Inputs")
	for input, from := range map[string]struct{ file, pattern string }{
		"cpu":     {"docs/performance.md", `\| CPU per signed request, warm, ms \|[^|]*\|[^|]*\| ([\d.]+) \|`},
		"listCPU": {"func.yaml", `1,000 records needs ([\d.]+) s of CPU`},
		"memory":  {"func.yaml", `\nmemory: (\d+)\n`},
		"timeout": {"func.yaml", `\ntimeout: (\d+)\n`},
	} {
		text, err := os.ReadFile(from.file)
		if err != nil {
			t.Fatal(err)
		}
		match := regexp.MustCompile(from.pattern).FindSubmatch(text)
		if match == nil || !strings.Contains(inputs, "| `"+input+"` | "+string(match[1])+" |") {
			t.Errorf("%s has %q; docs/scale.md has another %s", from.file, match, input)
		}
	}
	_, assumed, _ := strings.Cut(inputs, "| `event` | ")
	assumed, _, _ = strings.Cut(assumed, " |")
	if largest := largestEvent(t); parsed(t, assumed) < largest*1.1 || parsed(t, assumed) > largest*1.5 {
		t.Errorf("docs/scale.md assumes events of %s bytes; one has %g", assumed, largest)
	}
}

// largestEvent returns the size of the largest event that testdata/signup.txtar publishes, with OCIDs of full length.
func largestEvent(t *testing.T) (largest float64) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/signup.txtar")
	if err != nil {
		t.Fatal(err)
	}
	unique := regexp.MustCompile(`(ocid1\.[a-z]+\.oc1\.[a-z]*\.)[a-z0-9]+`)
	for _, part := range archive.Files {
		_, text, _ := bytes.Cut(part.Data, []byte("\n\n"))
		_, published, found := bytes.Cut(text, []byte("\npublished: "))
		var answer struct{ Results []json.RawMessage }
		var event json.RawMessage
		if !found || json.NewDecoder(bytes.NewReader(text)).Decode(&answer) != nil || len(answer.Results) != 1 {
			continue // a request, or an answer over HTTP
		}
		if err := json.NewDecoder(bytes.NewReader(published[bytes.IndexByte(published, '{'):])).Decode(&event); err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, bytes.Replace(event, []byte(`"as answered"`), answer.Results[0], 1)); err != nil {
			t.Fatal(err)
		}
		full := strings.ReplaceAll(compact.String(), "TIME", "2026-01-01T00:00:00.000Z")
		full = unique.ReplaceAllString(full, "${1}"+strings.Repeat("a", 60))
		largest = max(largest, float64(len(full)))
	}
	return largest
}
