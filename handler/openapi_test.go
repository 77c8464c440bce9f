package handler

import (
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The OpenAPI description has every route, and no other. HEAD belongs to GET.
func TestRoutesAreDescribed(t *testing.T) {
	document, err := openapi3.NewLoader().LoadFromFile("../deploy/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var described, served []string
	for path, item := range document.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, route := range routes {
		served = append(served, route.method+" "+route.path)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("the description has\n%q, the function serves\n%q", described, served)
	}
}
