package main_test

import (
	"bytes"
	"fmt"
	"io"
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
)

func loadDescription() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile("deploy/openapi.yaml")
}

// description finds the operation of a request in deploy/openapi.yaml, which must be valid by itself, its examples included.
var description = sync.OnceValues(func() (routers.Router, error) {
	document, err := loadDescription()
	if err != nil {
		return nil, err
	}
	document.Servers = nil // the tests have a gateway of their own
	return legacy.NewRouter(document, openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation())
})

// checkDescribed holds an answer of the gateway's against deploy/openapi.yaml: status, headers and body, and the request too
// if all of it succeeded. What is not described must be refused.
func checkDescribed(t *testing.T, response *http.Response, answer []byte) {
	t.Helper()
	described, err := description()
	if err != nil {
		t.Fatal(err)
	}
	request := *response.Request
	where := fmt.Sprint(request.Method, " ", request.URL, " ", response.StatusCode)
	if request.Method == http.MethodHead {
		request.Method = http.MethodGet // which describes it
	}
	route, parameters, err := described.FindRoute(&request)
	if err != nil {
		if response.StatusCode < 400 || response.StatusCode > 405 {
			t.Errorf("%s is not described", where)
		}
		return
	}
	asked := &openapi3filter.RequestValidationInput{Request: &request, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	succeeded := response.StatusCode == http.StatusOK && !bytes.Contains(answer, []byte(`"outcome":"failed"`))
	if succeeded && request.Header.Get("content-type") != "" {
		if err := openapi3filter.ValidateRequest(t.Context(), asked); err != nil {
			t.Errorf("%s, but is described otherwise: %v", where, err)
		}
	}
	wanted := route.Operation.Responses.Status(response.StatusCode)
	if wanted == nil {
		t.Errorf("%s is not described", where)
		return
	}
	for name := range response.Header {
		if !slices.Contains([]string{"Content-Type", "Content-Length", "Date"}, name) && wanted.Value.Headers[strings.ToLower(name)] == nil {
			t.Errorf("%s has a header %s that is not described", where, name)
		}
	}
	if response.Request.Method == http.MethodHead {
		return
	}
	if len(wanted.Value.Content) == 0 && len(answer) > 0 {
		t.Errorf("%s has a body that is not described", where)
	}
	if err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{RequestValidationInput: asked,
		Status: response.StatusCode, Header: response.Header, Body: io.NopCloser(bytes.NewReader(answer))}); err != nil {
		t.Errorf("%s: %v", where, err)
	}
}

// The description has every parameter, header and member that the Go SDK has for the operation, and no more.
func TestDescriptionHasWhatTheSDKHas(t *testing.T) {
	document, err := loadDescription()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id                string
		request, response any
	}{
		{"createSenderInvitation", tmcp.CreateSenderInvitationRequest{}, tmcp.CreateSenderInvitationResponse{}},
		{"getSenderInvitation", tmcp.GetSenderInvitationRequest{}, tmcp.GetSenderInvitationResponse{}},
		{"listSenderInvitations", tmcp.ListSenderInvitationsRequest{}, tmcp.ListSenderInvitationsResponse{}},
		{"updateSenderInvitation", tmcp.UpdateSenderInvitationRequest{}, tmcp.UpdateSenderInvitationResponse{}},
		{"cancelSenderInvitation", tmcp.CancelSenderInvitationRequest{}, tmcp.CancelSenderInvitationResponse{}},
		{"getWorkRequest", tmcp.GetWorkRequestRequest{}, tmcp.GetWorkRequestResponse{}},
		{"listWorkRequestErrors", tmcp.ListWorkRequestErrorsRequest{}, tmcp.ListWorkRequestErrorsResponse{}},
		{"listWorkRequestLogs", tmcp.ListWorkRequestLogsRequest{}, tmcp.ListWorkRequestLogsResponse{}},
	} {
		item, operation := operationWithID(document, c.id)
		if operation == nil {
			t.Errorf("%s is not described", c.id)
			continue
		}
		success := operation.Responses.Status(http.StatusOK).Value
		described := append(parametersOf(item.Parameters), parametersOf(operation.Parameters)...)
		for name := range success.Headers {
			described = append(described, "answered in header "+name)
		}
		if operation.RequestBody != nil {
			described = append(described, membersOf(operation.RequestBody.Value.Content, "in body ")...)
		}
		described = append(described, membersOf(success.Content, "answered in body ")...)
		known := append(fieldsOf(reflect.TypeOf(c.request), "contributesTo", ""), fieldsOf(reflect.TypeOf(c.response), "presentIn", "answered ")...)
		for _, names := range []*[]string{&described, &known} {
			slices.Sort(*names)
			*names = slices.Compact(*names)
		}
		described = slices.DeleteFunc(described, func(name string) bool { // what is this function's own
			return name == "in header opc-client-retries" || name == "answered in header x-result-event"
		})
		if !slices.Equal(described, known) {
			t.Errorf("%s has\n%q, the SDK\n%q", c.id, described, known)
		}
	}
}

func operationWithID(document *openapi3.T, id string) (*openapi3.PathItem, *openapi3.Operation) {
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.OperationID == id {
				return item, operation
			}
		}
	}
	return nil, nil
}

func parametersOf(parameters openapi3.Parameters) (names []string) {
	for _, p := range parameters {
		names = append(names, "in "+p.Value.In+" "+p.Value.Name)
	}
	return names
}

func membersOf(content openapi3.Content, place string) (names []string) {
	if media := content.Get("application/json"); media != nil {
		for name := range media.Schema.Value.Properties {
			names = append(names, place+name)
		}
	}
	return names
}

// fieldsOf are the fields of one of the SDK's requests or answers, by the tag that says where they stand.
func fieldsOf(kind reflect.Type, tag, prefix string) (names []string) {
	for index := range kind.NumField() {
		field := kind.Field(index)
		switch place := field.Tag.Get(tag); place {
		case "":
		case "body":
			for inner := range field.Type.NumField() {
				name, _, _ := strings.Cut(field.Type.Field(inner).Tag.Get("json"), ",")
				names = append(names, prefix+"in body "+name)
			}
		default:
			names = append(names, prefix+"in "+place+" "+field.Tag.Get("name"))
		}
	}
	return names
}
