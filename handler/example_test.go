package handler_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"

	"sender-invitations/handler"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/ocitest"
)

// A handler is made from settings and credentials. Each of its doors is an [http.HandlerFunc].
func Example() {
	oci := &ocitest.Server{}
	server := httptest.NewServer(oci)
	defer server.Close()
	defer actAs(oci)()

	environment := map[string]string{
		"RESULT_TOPIC_OCID":      "ocid1.onstopic.oc1.iad.results",
		"ORGANIZATIONS_ENDPOINT": server.URL,
		"NOTIFICATIONS_ENDPOINT": server.URL,
	}
	config, err := settings.Parse(func(name string) string { return environment[name] })
	if err != nil {
		fmt.Println(err)
		return
	}
	credentials := func() (common.ConfigurationProvider, error) { return auth.ResourcePrincipalConfigurationProvider() }
	h := handler.New(config, credentials, "1.0.0", slog.New(slog.DiscardHandler))

	answer := httptest.NewRecorder()
	h.Direct(answer, httptest.NewRequest(http.MethodPost, "/invoke", strings.NewReader(
		`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme"}`)))
	fmt.Println(answer.Code, strings.Contains(answer.Body.String(), `"outcome":"created"`))
	fmt.Println(len(oci.Invitations()), "invitation,", len(oci.Messages()), "message")

	answer = httptest.NewRecorder()
	h.HTTP(answer, httptest.NewRequest(http.MethodGet, "/health", nil))
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.Code, string(body))
	// Output:
	// 200 true
	// 1 invitation, 1 message
	// 200 {"status":"ok","version":"1.0.0"}
}

// actAs puts credentials of the emulated OCI where the SDK looks for those of a function. The function that it returns removes them.
func actAs(oci *ocitest.Server) func() {
	folder, err := os.MkdirTemp("", "credentials-")
	if err != nil {
		panic(err)
	}
	variables, err := oci.IssueCredentials(folder)
	if err != nil {
		panic(err)
	}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		os.Setenv(name, value)
	}
	return func() { os.RemoveAll(folder) }
}
