package handler_test

import (
	"os"
	"strings"
	"sync"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"
)

// environment guards the variables that name credentials: tests that run at the same time have a function each.
var environment sync.Mutex

// principal reads the credentials that variables as "NAME=value" name, and leaves none of them in the environment.
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
