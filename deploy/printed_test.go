package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// inOutputs returns the commands that the stack prints.
func inOutputs(t *testing.T) (found []written) {
	return inLines(t, "deploy/terraform/outputs-try.tf", regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`), func(code string) string {
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(code)
	})
}

// inHelp returns a command for each variable that make help names.
func inHelp(t *testing.T) (found []written) {
	t.Helper()
	target := regexp.MustCompile(`^([a-z-]+):.*## `)
	variable := regexp.MustCompile(`\b[A-Z]+=(?:"[^"]*"|\S*)`)
	for number, line := range readLines(t, "Makefile") {
		if match := target.FindStringSubmatch(line); match != nil {
			_, help, _ := strings.Cut(line, "## ")
			given := strings.Join(variable.FindAllString(help, -1), " ")
			found = append(found, written{place{"Makefile", number + 1}, strings.TrimSpace("make " + match[1] + " " + given)})
		}
	}
	return found
}

// inRemedies returns the commands that the doctor and errors of settings recommend.
func inRemedies(t *testing.T) (found []written) {
	t.Helper()
	command := regexp.MustCompile(`((?:fn (?:config|deploy)|oci (?:[a-z-]+|%s)) (?:[a-z-]+ |--[a-z-]+ |--%s-id |<[a-z ]+> )*(?:<[a-z ]+>|[a-z-]+|%s))(?:[),;"]| which| shows)`)
	for _, folder := range []string{"handler/doctor", "handler/settings"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal("no files in ", folder, ": ", err)
		}
		before := len(found)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, w := range inLines(t, file, command, withoutVerb) {
				found = append(found, w.ofDestinations()...)
			}
		}
		if len(found) == before {
			t.Errorf("%s recommends no commands", folder)
		}
	}
	return found
}

// withoutVerb returns a command without the verb of the sentence that goes on behind it.
func withoutVerb(code string) string {
	return strings.TrimSuffix(strings.TrimSuffix(code, " which"), " shows")
}

// ofDestinations returns the commands that the doctor makes of a pattern, for a topic and for a stream.
func (w written) ofDestinations() []written {
	if !strings.Contains(w.text, "%s") {
		return []written{w}
	}
	topic := strings.NewReplacer("oci %s", "oci ons topic", "--%s-id", "--topic-id", "%s", "ocid1.onstopic.oc1..t")
	stream := strings.NewReplacer("oci %s", "oci streaming admin stream", "--%s-id", "--stream-id", "%s", "ocid1.stream.oc1..s")
	return []written{{w.place, topic.Replace(w.text)}, {w.place, stream.Replace(w.text)}}
}

// inComments returns the commands in the comments of files beside the program.
func inComments(t *testing.T) (found []written) {
	command := regexp.MustCompile(`^# .*"(fn [^"]+)"|^#   ((?:make|docker) \S+(?: \S+)*)`)
	for _, file := range []string{"func.yaml", "Dockerfile"} {
		found = append(found, inLines(t, file, command, strings.TrimSpace)...)
	}
	return found
}

// inLines returns the commands that a pattern finds in the lines of a file, each by the first group that has matched.
func inLines(t *testing.T, file string, pattern *regexp.Regexp, clean func(string) string) (found []written) {
	t.Helper()
	for number, line := range readLines(t, file) {
		for _, match := range pattern.FindAllStringSubmatch(line, -1) {
			if code := clean(strings.Join(match[1:], "")); begins(code) {
				found = append(found, written{place{file, number + 1}, code})
			}
		}
	}
	if len(found) == 0 && !strings.HasSuffix(file, ".go") {
		t.Errorf("%s has no commands", file)
	}
	return found
}

func readLines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}
