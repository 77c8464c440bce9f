// Package deploy_test checks the documents in deploy, and the files beside them, against the source tree.
package deploy_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain runs the tests in the root of the source tree, where the commands of the documents are meant to run.
func TestMain(m *testing.M) {
	if err := os.Chdir(".."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
