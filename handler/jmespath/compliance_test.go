package jmespath

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	_ "github.com/jmespath/go-jmespath" // its module has the compliance suite
)

// complianceSuite is a part of the JMESPath compliance suite.
type complianceSuite struct {
	Given any `json:"given"`
	Cases []struct {
		Expression, Error string
		Result            any
	} `json:"cases"`
}

// TestCompliance runs the whole JMESPath compliance suite.
func TestCompliance(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/jmespath/go-jmespath").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "compliance", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var suites []complianceSuite
		if err := json.Unmarshal(text, &suites); err != nil {
			t.Fatal(file, err)
		}
		for _, suite := range suites {
			cases += len(suite.Cases)
			suite.run(t, filepath.Base(file))
		}
	}
	if cases < 800 {
		t.Errorf("the suite has only %d cases", cases)
	}
}

func (suite complianceSuite) run(t *testing.T, file string) {
	for _, c := range suite.Cases {
		e, err := compile(c.Expression)
		var got any
		if err == nil {
			got, err = e.Search(suite.Given)
		}
		anyOrder := strings.Contains(c.Expression, "*") || strings.Contains(c.Expression, "keys(") || strings.Contains(c.Expression, "values(")
		switch {
		case (err != nil) != (c.Error != ""):
			t.Errorf("%s: %s: %v %v, want %v %s", file, c.Expression, got, err, c.Result, c.Error)
		case err == nil && !reflect.DeepEqual(got, c.Result) && !(anyOrder && sameElements(got, c.Result)):
			t.Errorf("%s: %s: %v, want %v", file, c.Expression, got, c.Result)
		}
	}
}

// sameElements compares lists without their order: the members of an object have none.
func sameElements(got, want any) bool {
	elements := func(value any) (texts []string) {
		list, _ := value.([]any)
		for _, element := range list {
			text, _ := json.Marshal(element)
			texts = append(texts, string(text))
		}
		slices.Sort(texts)
		return texts
	}
	return slices.Equal(elements(got), elements(want))
}
