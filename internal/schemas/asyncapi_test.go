package schemas_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"sender-invitations/events"
)

const asyncAPI = "deploy/asyncapi.yaml"

// published is deploy/asyncapi.yaml, as far as the tests read it.
type published struct {
	Channels map[string]struct {
		Description string
		Messages    map[string]reference
	}
	Operations map[string]struct {
		Action  string
		Channel reference
	}
	Components struct {
		Messages map[string]struct {
			Payload  any
			Examples []struct{ Payload any }
		}
	}
}

type reference struct {
	Ref string `yaml:"$ref"`
}

func readAsyncAPI(t *testing.T) (document published, whole any) {
	t.Helper()
	text := []byte(content(t, asyncAPI))
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	return document, whole
}

// TestAsyncAPIChannels checks that the document has each topic and stream that results can go to, and each kind of event that they take.
func TestAsyncAPIChannels(t *testing.T) {
	read(t)
	document, _ := readAsyncAPI(t)
	all := keys(document.Components.Messages)
	events := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return name == "batch" })
	wanted := map[string]struct {
		setting  string
		messages []string
	}{
		"resultTopic":      {"RESULT_TOPIC_OCID", all},
		"deadLetterTopic":  {"DEAD_LETTER_TOPIC_OCID", []string{"batch", "failed"}},
		"approvalTopic":    {"APPROVAL_TOPIC_OCID", []string{"batch", "held"}},
		"resultStream":     {"RESULT_STREAM_OCID", events},
		"deadLetterStream": {"DEAD_LETTER_STREAM_OCID", []string{"failed"}},
	}
	if got := keys(document.Channels); !slices.Equal(got, keys(wanted)) {
		t.Errorf("channels %q", got)
	}
	for name, want := range wanted {
		channel := document.Channels[name]
		if got := keys(channel.Messages); !slices.Equal(got, want.messages) {
			t.Errorf("%s has the messages %q, want %q", name, got, want.messages)
		}
		for message, to := range channel.Messages {
			if to.Ref != "#/components/messages/"+message {
				t.Errorf("%s: %s is %s", name, message, to.Ref)
			}
		}
		if !strings.Contains(channel.Description, "the setting "+want.setting) && !strings.Contains(channel.Description, "of "+want.setting) {
			t.Errorf("%s does not name %s: %s", name, want.setting, channel.Description)
		}
	}
	var used []string
	for name, operation := range document.Operations {
		if operation.Action != "send" {
			t.Errorf("%s: %s", name, operation.Action)
		}
		used = append(used, strings.TrimPrefix(operation.Channel.Ref, "#/channels/"))
	}
	if got := sorted(used); !slices.Equal(got, keys(wanted)) {
		t.Errorf("operations use the channels %q", got)
	}
}

// TestAsyncAPIReferences checks that each reference leads to something.
func TestAsyncAPIReferences(t *testing.T) {
	read(t)
	_, whole := readAsyncAPI(t)
	found := 0
	for _, path := range paths(whole, "") {
		if !strings.HasSuffix(path, ".$ref") {
			continue
		}
		found++
		reference := at(whole, path).(string)
		if name, ok := strings.CutPrefix(reference, "#/"); !ok {
			content(t, filepath.Join("deploy", reference))
		} else if at(whole, "."+strings.ReplaceAll(name, "/", ".")) == nil {
			t.Errorf("%s leads from %s to nothing", reference, path)
		}
	}
	if found < 50 {
		t.Errorf("only %d references", found)
	}
}

// at returns the member at the path; nil if there is none.
func at(value any, path string) (found any) {
	edit(value, path, func(object map[string]any, name string) { found = object[name] })
	return found
}

// TestAsyncAPIExamples checks that each message has an example that its payload takes, that no other payload of a single event takes it, and that
// the function publishes just this for its data.
func TestAsyncAPIExamples(t *testing.T) {
	read(t)
	document, whole := readAsyncAPI(t)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft7)
	compiler.AssertFormat()
	place, err := filepath.Abs(asyncAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource(place, asJSON(t, whole)); err != nil {
		t.Fatal(err)
	}
	payloads := map[string]*jsonschema.Schema{}
	for name := range document.Components.Messages {
		if payloads[name], err = compiler.Compile(place + "#/components/messages/" + name + "/payload"); err != nil {
			t.Fatal(err)
		}
	}
	var types []string
	for name, message := range document.Components.Messages {
		if len(message.Examples) == 0 {
			t.Errorf("%s has no example", name)
		}
		for _, example := range message.Examples {
			value := asJSON(t, example.Payload)
			for other, payload := range payloads {
				// The event of a poll differs from that of a command by its operation and not by the end of its type.
				told := strings.EqualFold(name, "invitation"+other)
				if err := payload.Validate(value); (err == nil) != (other == name || told) {
					t.Errorf("the example of %s as a message %s: %v", name, other, err)
				}
			}
			list, ok := value.([]any)
			if !ok {
				list = []any{value}
				types = append(types, value.(map[string]any)["type"].(string))
			}
			for _, event := range list {
				checkReal(t, event)
			}
		}
	}
	schema := parsed(t, "deploy/result.schema.json").Properties["outcome"].Enum
	for _, outcome := range schema {
		kind := "senderinvitation." + outcome
		if !slices.Contains(types, kind) && !slices.Contains(types, "senderinvitation."+events.Told+outcome) {
			t.Errorf("no example has the outcome %s", outcome)
		}
	}
}

// asJSON returns the value as the validator wants it.
func asJSON(t *testing.T, value any) any {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}
