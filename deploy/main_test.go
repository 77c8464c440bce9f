// Package deploy_test holds what the documents say, and what is in the files beside them, against the source tree.
package deploy_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain runs the tests in the root of the source tree, for the commands of the documents are for there.
func TestMain(m *testing.M) {
	if err := os.Chdir(".."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
