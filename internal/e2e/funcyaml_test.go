package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"sender-invitations/handler/settings"
)

// funcFile has the fields of the Fn CLI that func.yaml uses.
type funcFile struct {
	SchemaVersion int `yaml:"schema_version"`
	Name          string
	Version       string
	Runtime       string
	Memory        int
	Timeout       int
	Config        map[string]string
	Deploy        struct {
		OCI struct {
			DetachedMode struct {
				Timeout   time.Duration
				OnFailure struct{ Type, OCID string } `yaml:"on_failure"`
			} `yaml:"detached_mode"`
		}
	}
}

func parseFuncFile(t *testing.T, text string) (f funcFile) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFuncYAML(t *testing.T) {
	f := parseFuncFile(t, readText(t, "func.yaml"))
	if f.SchemaVersion != 20180708 || f.Name != "sender-invitations" || f.Runtime != "docker" {
		t.Errorf("%+v", f)
	}
	if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(f.Version) { // fn can raise only this form
		t.Errorf("version %q", f.Version)
	}
	if !slices.Contains([]int{128, 256, 512, 1024, 2048, 3072}, f.Memory) {
		t.Errorf("OCI does not offer %d MB", f.Memory)
	}
	if f.Timeout < 1 || f.Timeout > 300 {
		t.Errorf("OCI does not offer %d seconds", f.Timeout)
	}
	for name, value := range f.Config {
		if strings.Contains(value, ".example") {
			t.Errorf("%s is set to an example, which every deployment would use", name)
		}
	}
}

// TestFuncYAMLExamples checks that the commented examples of func.yaml are valid without their #.
func TestFuncYAMLExamples(t *testing.T) {
	f := parseFuncFile(t, regexp.MustCompile(`(?m)^#(config:|deploy:|  )`).ReplaceAllString(readText(t, "func.yaml"), "$1"))
	known := map[string]bool{}
	if _, err := settings.Parse(func(name string) string { known[name] = true; return f.Config[name] }); err != nil {
		t.Error(err)
	}
	for name := range f.Config {
		if !known[name] {
			t.Errorf("%s is not a setting", name)
		}
	}
	if f.Config["RESULT_TOPIC_OCID"] == "" {
		t.Error("RESULT_TOPIC_OCID is required, but not shown")
	}
	detached := f.Deploy.OCI.DetachedMode
	if detached.Timeout < 5*time.Second || detached.Timeout > time.Hour || detached.Timeout%time.Second != 0 {
		t.Errorf("OCI does not offer a detached timeout of %v", detached.Timeout)
	}
	if detached.OnFailure.Type != "notifications" || !strings.HasPrefix(detached.OnFailure.OCID, "ocid1.onstopic.") {
		t.Errorf("destination: %+v", detached.OnFailure)
	}
}

// TestDockerfileVersion checks that the Dockerfile has the version of func.yaml for the label, and that a build that is given no
// other version fails if they differ.
func TestDockerfileVersion(t *testing.T) {
	dockerfile := readText(t, "Dockerfile")
	version := parseFuncFile(t, readText(t, "func.yaml")).Version
	if !strings.Contains(dockerfile, "\nARG FUNC_VERSION="+version+"\n") {
		t.Errorf("the Dockerfile's FUNC_VERSION is not %s, the version of func.yaml: make them equal", version)
	}
	_, rest, _ := strings.Cut(dockerfile, "\nRUN version=")
	check, _, found := strings.Cut(rest, " && GOARCH=")
	for _, c := range []struct {
		given, here string
		fails       bool
	}{{"", version, false}, {"", "0.9.9", true}, {"2.0.0", version, false}, {"2.0.0", "0.9.9", false}} {
		command := exec.CommandContext(t.Context(), "sh", "-c", "version="+check+" && true")
		command.Env = append(os.Environ(), "VERSION="+c.given, "FUNC_VERSION="+c.here)
		output, err := command.CombinedOutput()
		told := strings.Contains(string(output), "func.yaml has version "+version+", but the Dockerfile has ARG FUNC_VERSION="+c.here)
		if !found || (err != nil) != c.fails || told != c.fails {
			t.Errorf("VERSION=%s FUNC_VERSION=%s: %v %s", c.given, c.here, err, output)
		}
	}
}
