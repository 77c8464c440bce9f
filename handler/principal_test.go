package handler_test

import (
	"os"
	"strings"
	"sync"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"
)

// environment guards the environment variables that name credentials: parallel tests have different credentials.
var environment sync.Mutex

// principal reads the credentials that the variables, each NAME=value, name. It leaves no variable in the environment.
func principal(variables []string) (common.ConfigurationProvider, error) {
	environment.Lock()
	defer environment.Unlock()
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		os.Setenv(name, value)
		defer os.Unsetenv(name)
	}
	return auth.ResourcePrincipalConfigurationProvider()
}
