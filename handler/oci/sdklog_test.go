package oci

import (
	"testing"

	"github.com/oracle/oci-go-sdk/v65/common"
)

// OCI_GO_SDK_DEBUG turns lines of the SDK on, but never bodies.
func TestTakeLog(t *testing.T) {
	defer TakeLog("", func(string) {})
	for debug, want := range map[string]int{"": 0, "null": 0, "i": 1, "INFO": 1, "what": 1, "d": 2, "debug": 2, "v": 2, "verbose": 2, "1": 2} {
		var lines []string
		TakeLog(debug, func(text string) { lines = append(lines, text) })
		common.Logf("one %d", 1)
		common.Debugf("two %d", 2)
		if len(lines) != want || want > 0 && lines[0] != "one 1" || want > 1 && lines[1] != "two 2" {
			t.Errorf("%q: %q", debug, lines)
		}
	}
}
