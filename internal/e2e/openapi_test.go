package e2e

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/handler/command"
)

// description validates deploy/openapi.yaml with its examples. It returns a router that finds the operation of a request.
var description = sync.OnceValues(func() (routers.Router, error) {
	document, err := openapi3.NewLoader().LoadFromFile(inTree("deploy/openapi.yaml"))
	if err != nil {
		return nil, err
	}
	document.Servers = nil // the tests have a gateway of their own
	return legacy.NewRouter(document, openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation())
})

func loadDescription(t *testing.T) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile(inTree("deploy/openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// checkDescribed compares an answer of the gateway with deploy/openapi.yaml, and also the request if it succeeded. A request that
// is not described must be refused.
func (s *scenario) checkDescribed(t *testing.T, response *http.Response, answer []byte) {
	t.Helper()
	described, err := description()
	if err != nil {
		t.Fatal(err)
	}
	request := response.Request.Clone(t.Context())
	where := fmt.Sprint(request.Method, " ", request.URL, " ", response.StatusCode)
	if request.Method == http.MethodHead {
		request.Method = http.MethodGet // deploy/openapi.yaml describes only GET
	}
	if path := strings.TrimPrefix(request.URL.Path, s.basePath); strings.HasPrefix(path, "/") {
		request.URL.Path = path
	}
	route, parameters, err := described.FindRoute(request)
	if err != nil {
		if !slices.Contains([]int{400, 404, 405}, response.StatusCode) {
			t.Errorf("%s is not described", where)
		}
		return
	}
	asked := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestBody: request.Header.Get("content-type") == ""}}
	if response.StatusCode == http.StatusOK && !bytes.Contains(answer, []byte(`"outcome":"failed"`)) {
		if err := openapi3filter.ValidateRequest(t.Context(), asked); err != nil {
			t.Errorf("%s succeeded against the description: %v", where, err)
		}
	}
	checkAnswer(t, where, asked, response, answer)
}

// checkAnswer compares status, headers and body of an answer with the description of its operation.
func checkAnswer(t *testing.T, where string, asked *openapi3filter.RequestValidationInput, response *http.Response, answer []byte) {
	t.Helper()
	described := asked.Route.Operation.Responses.Status(response.StatusCode)
	if described == nil {
		t.Errorf("%s is not described", where)
		return
	}
	for name := range response.Header {
		if !slices.Contains([]string{"Content-Type", "Content-Length", "Date"}, name) && described.Value.Headers[strings.ToLower(name)] == nil {
			t.Errorf("%s has a header %s that is not described", where, name)
		}
	}
	if response.Request.Method == http.MethodHead {
		return
	}
	if len(described.Value.Content) == 0 && len(answer) > 0 {
		t.Errorf("%s has a body that is not described", where)
	}
	if err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{RequestValidationInput: asked,
		Status: response.StatusCode, Header: response.Header, Body: io.NopCloser(bytes.NewReader(answer))}); err != nil {
		t.Errorf("%s: %v", where, err)
	}
}

// TestDescriptionMatchesSDK checks that an operation of deploy/openapi.yaml has exactly the parameters, headers and members that
// the SDK for Go has for it, at any depth, and that the same are required.
func TestDescriptionMatchesSDK(t *testing.T) {
	document := loadDescription(t)
	types := map[string]struct{ request, response any }{
		"createSenderInvitation": {tmcp.CreateSenderInvitationRequest{}, tmcp.CreateSenderInvitationResponse{}},
		"getSenderInvitation":    {tmcp.GetSenderInvitationRequest{}, tmcp.GetSenderInvitationResponse{}},
		"listSenderInvitations":  {tmcp.ListSenderInvitationsRequest{}, tmcp.ListSenderInvitationsResponse{}},
		"updateSenderInvitation": {tmcp.UpdateSenderInvitationRequest{}, tmcp.UpdateSenderInvitationResponse{}},
		"cancelSenderInvitation": {tmcp.CancelSenderInvitationRequest{}, tmcp.CancelSenderInvitationResponse{}},
		"getWorkRequest":         {tmcp.GetWorkRequestRequest{}, tmcp.GetWorkRequestResponse{}},
		"listWorkRequestErrors":  {tmcp.ListWorkRequestErrorsRequest{}, tmcp.ListWorkRequestErrorsResponse{}},
		"listWorkRequestLogs":    {tmcp.ListWorkRequestLogsRequest{}, tmcp.ListWorkRequestLogsResponse{}},
	}
	for _, operation := range command.Operations {
		if !operation.IsCall() {
			continue
		}
		id := strings.ToLower(operation.API[:1]) + operation.API[1:]
		sdk, ok := types[id]
		if !ok {
			t.Errorf("%s has no types of the SDK here", id)
			continue
		}
		described := describedOf(document, id)
		known := append(knownOf(reflect.TypeOf(sdk.request), "contributesTo", ""), knownOf(reflect.TypeOf(sdk.response), "presentIn", "answered ")...)
		if place := slices.Index(known, "answered in body items.displayName*"); place >= 0 {
			known[place] = strings.TrimSuffix(known[place], "*") // the SDK requires it in lists, although a create may omit it
		}
		slices.Sort(described)
		slices.Sort(known)
		if !slices.Equal(described, known) {
			t.Errorf("%s: the description has\n%q, the SDK has\n%q", id, described, known)
		}
	}
}

// describedOf returns the described parameters, headers and members of an operation, without those that only this function has.
// An asterisk marks required ones.
func describedOf(document *openapi3.T, id string) (names []string) {
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.OperationID != id {
				continue
			}
			for _, p := range slices.Concat(item.Parameters, operation.Parameters) {
				if p.Value.Name != "opc-client-retries" {
					names = append(names, "in "+p.Value.In+" "+p.Value.Name+asterisk(p.Value.Required))
				}
			}
			if operation.RequestBody != nil {
				names = append(names, membersOf(operation.RequestBody.Value.Content.Get("application/json").Schema, "in body ")...)
			}
			success := operation.Responses.Status(http.StatusOK).Value
			for name := range success.Headers {
				if name != "x-result-event" && name != "x-dry-run" {
					names = append(names, "answered in header "+name)
				}
			}
			if media := success.Content.Get("application/json"); media != nil {
				names = append(names, membersOf(media.Schema, "answered in body ")...)
			}
		}
	}
	return names
}

func membersOf(schema *openapi3.SchemaRef, place string) (names []string) {
	if len(schema.Value.AnyOf) > 0 {
		schema = schema.Value.AnyOf[0] // the other forms are the function's
	}
	for name, member := range schema.Value.Properties {
		names = append(names, place+name+asterisk(slices.Contains(schema.Value.Required, name)))
		if member.Value.Items != nil {
			names = append(names, membersOf(member.Value.Items, place+name+".")...)
		}
	}
	return names
}

// knownOf returns the same for a request or response of the SDK. The value of the tag is the part of the message that holds a
// field.
func knownOf(kind reflect.Type, tag, prefix string) (names []string) {
	for index := range kind.NumField() {
		field := kind.Field(index)
		switch place := field.Tag.Get(tag); place {
		case "":
		case "body":
			names = append(names, fieldsOf(field.Type, prefix+"in body ")...)
		default:
			names = append(names, prefix+"in "+place+" "+field.Tag.Get("name")+asterisk(field.Tag.Get("mandatory") == "true"))
		}
	}
	return names
}

func fieldsOf(kind reflect.Type, place string) (names []string) {
	for index := range kind.NumField() {
		field := kind.Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, place+name+asterisk(field.Tag.Get("mandatory") == "true"))
		if field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct {
			names = append(names, fieldsOf(field.Type.Elem(), place+name+".")...)
		}
	}
	return names
}

func asterisk(required bool) string {
	if required {
		return "*"
	}
	return ""
}

// TestDescriptionNamesErrors checks that each described operation has the errors that follow from its method, parameters and
// body.
func TestDescriptionNamesErrors(t *testing.T) {
	document := loadDescription(t)
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			if strings.HasSuffix(path, "/events") || strings.HasSuffix(path, "/health") {
				continue
			}
			want := []string{"200", "400", "401", "403", "404", "429", "431", "4XX", "5XX"}
			if method != http.MethodGet {
				want = append(want, "409")
			}
			if slices.Contains(describedOf(document, operation.OperationID), "in header if-match") {
				want = append(want, "412")
			}
			if operation.RequestBody != nil {
				want = append(want, "413", "415")
			}
			if operation.OperationID == "createSenderInvitation" {
				want = append(want, "202") // MODE=hold
			}
			slices.Sort(want)
			if got := slices.Sorted(maps.Keys(operation.Responses.Map())); !slices.Equal(got, want) {
				t.Errorf("%s %s answers %q, want %q", method, path, got, want)
			}
		}
	}
}

// TestDescriptionNamesValues checks that the description lists the values that the SDK lists.
func TestDescriptionNamesValues(t *testing.T) {
	document := loadDescription(t)
	schemas := document.Components.Schemas
	open := func(schema *openapi3.SchemaRef) []any { return schema.Value.AnyOf[0].Value.Enum }
	values := map[string][]any{"sortOrder": document.Components.Parameters["sortOrder"].Value.Schema.Value.Enum,
		"subject": open(schemas["Subject"]), "lifecycleState of one": open(schemas["LifecycleState"]), "status of one": open(schemas["Status"]),
		"work request": open(schemas["WorkRequest"].Value.Properties["status"]),
		"action":       open(schemas["WorkRequestResource"].Value.Properties["actionType"])}
	for _, p := range document.Paths.Find("/20230401/senderInvitations").Get.Parameters {
		if p.Value.Schema.Value.Enum != nil {
			values[p.Value.Name] = p.Value.Schema.Value.Enum
		}
	}
	known := map[string][]string{
		"sortOrder":             tmcp.GetListSenderInvitationsSortOrderEnumStringValues(),
		"sortBy":                tmcp.GetListSenderInvitationsSortByEnumStringValues(),
		"lifecycleState":        tmcp.GetListSenderInvitationsLifecycleStateEnumStringValues(),
		"status":                tmcp.GetListSenderInvitationsStatusEnumStringValues(),
		"lifecycleState of one": tmcp.GetLifecycleStateEnumStringValues(),
		"status of one":         tmcp.GetSenderInvitationStatusEnumStringValues(),
		"subject":               tmcp.GetInvitationSubjectEnumStringValues(),
		"work request":          tmcp.GetOperationStatusEnumStringValues(),
		"action":                tmcp.GetActionTypeEnumStringValues(),
		"opc-client-retries":    {"true", "false"},
	}
	for name, want := range known {
		if got := fmt.Sprint(values[name]); got != fmt.Sprint(want) {
			t.Errorf("%s has the values %s, want %s", name, got, want)
		}
	}
}
