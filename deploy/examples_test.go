package deploy_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"sender-invitations/internal/delivery"
)

const examples = "deploy/examples"

func readExample(t *testing.T, file string, into any) {
	t.Helper()
	_, body, err := delivery.Read(filepath.Join(examples, file))
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// specification has the members of the API deployment's specification that are checked.
type specification struct {
	RequestPolicies struct {
		Authentication struct {
			Type, TokenHeader, TokenAuthScheme string
			ValidationPolicy                   struct {
				IsSslVerifyDisabled        bool
				AdditionalValidationPolicy struct{ Issuers, Audiences []string }
			}
		}
	}
	Routes []struct {
		Path            string
		Methods         []string
		RequestPolicies struct {
			Authorization struct {
				Type         string
				AllowedScope []string
			}
		}
	}
}

// TestExamplesRoutes checks that the deployment has exactly the routes that deploy/openapi.yaml has under the deployment's path
// prefix. Each requires a token, except two that change and reveal nothing. What writes, and what sends events, requires a scope too.
func TestExamplesRoutes(t *testing.T) {
	t.Chdir(root)
	var deployed specification
	readExample(t, "api-gateway/specification.json", &deployed)
	routes := map[string]string{}
	for _, route := range deployed.Routes {
		for _, method := range route.Methods {
			authorization := route.RequestPolicies.Authorization
			routes[method+" /20230401"+route.Path] = strings.Join(append([]string{authorization.Type}, authorization.AllowedScope...), " ")
		}
	}
	document, err := openapi3.NewLoader().LoadFromFile("deploy/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]string{}
	for path, item := range document.Paths.Map() {
		for method := range item.Operations() {
			switch {
			case !strings.HasPrefix(path, "/20230401/"):
			case method == "GET":
				described[method+" "+path] = "AUTHENTICATION_ONLY"
			default:
				described[method+" "+path] = "ANY_OF WRITE_SCOPE"
			}
		}
	}
	for operation, authorization := range map[string]string{
		"POST /20230401/events": "ANY_OF EVENTS_SCOPE", "GET /20230401/health": "ANONYMOUS", "OPTIONS /20230401/events": "ANONYMOUS",
	} {
		if described[operation] == "" {
			t.Errorf("%s is not described", operation)
		}
		described[operation] = authorization
	}
	for operation, authorization := range maps.Clone(described) {
		if path, ok := strings.CutPrefix(operation, "GET "); ok {
			described["HEAD "+path] = authorization // HEAD goes with GET
		}
	}
	if !maps.Equal(routes, described) {
		t.Errorf("the routes are\n%q, described are\n%q", routes, described)
	}
	authentication := deployed.RequestPolicies.Authentication
	validation := authentication.ValidationPolicy
	claims := validation.AdditionalValidationPolicy
	if authentication.Type != "TOKEN_AUTHENTICATION" || authentication.TokenHeader != "Authorization" ||
		authentication.TokenAuthScheme != "Bearer" || validation.IsSslVerifyDisabled ||
		len(claims.Issuers) == 0 || len(claims.Audiences) == 0 {
		t.Errorf("the token policy is %+v", authentication)
	}
}

// TestExamplesArriveAsSent checks that the messages that the pages send are the records of their deliveries.
func TestExamplesArriveAsSent(t *testing.T) {
	t.Chdir(root)
	var stream, records []map[string]any
	readExample(t, "connector-streaming/messages.json", &stream)
	readExample(t, "connector-streaming/delivery.json", &records)
	for _, record := range records {
		maps.DeleteFunc(record, func(name string, _ any) bool { return name != "key" && name != "value" })
	}
	var messages []struct{ Content string }
	var queued, contents []any
	readExample(t, "connector-queue/messages.json", &messages)
	readExample(t, "connector-queue/delivery.json", &queued)
	for _, message := range messages {
		var content any
		if err := json.Unmarshal([]byte(message.Content), &content); err != nil {
			t.Fatal(err)
		}
		contents = append(contents, content)
	}
	var resources, polled []struct{ Parameters []struct{ Value any } }
	var payload, poll, published, message any
	readExample(t, "resource-scheduler/resources.json", &resources)
	readExample(t, "resource-scheduler/delivery-1-payload.http", &payload)
	readExample(t, "resource-scheduler/poll.json", &polled)
	readExample(t, "resource-scheduler/delivery-3-poll.http", &poll)
	readExample(t, "notifications/signup.json", &published)
	readExample(t, "notifications/delivery-1-signup.http", &message)
	for _, c := range []struct {
		name          string
		sent, arrives any
	}{
		{"streaming", stream, records}, {"queue", contents, queued},
		{"scheduler", resources[0].Parameters[0].Value, payload}, {"poll", polled[0].Parameters[0].Value, poll},
		{"notifications", published, message},
	} {
		if !reflect.DeepEqual(c.sent, c.arrives) {
			t.Errorf("%s: sent\n%v\narrived\n%v", c.name, c.sent, c.arrives)
		}
	}
}

// TestExamplesCondition checks that the condition of the Events rule matches the deliveries of its page.
func TestExamplesCondition(t *testing.T) {
	t.Chdir(root)
	var condition struct {
		EventType []string
		Data      any
	}
	readExample(t, "events-rule/condition.json", &condition)
	deliveries, err := filepath.Glob(filepath.Join(examples, "events-rule", "delivery*"))
	if err != nil || len(deliveries) == 0 {
		t.Fatal("no deliveries: ", err)
	}
	for _, file := range deliveries {
		var event struct {
			EventType string
			Data      any
		}
		readExample(t, filepath.Join("events-rule", filepath.Base(file)), &event)
		err := within(condition.Data, event.Data, "data")
		if err != nil || !slices.Contains(condition.EventType, event.EventType) {
			t.Errorf("%s: %s %v", file, event.EventType, err)
		}
	}
}
