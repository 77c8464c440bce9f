package oci

import (
	"fmt"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"
)

// sdkLog takes the lines of the SDK.
type sdkLog struct {
	most  int // the highest level that is logged
	write func(text string)
}

// The levels of the SDK, less the highest one: it dumps bodies.
const (
	sdkSilent = iota
	sdkInfo
	sdkDebug
)

// TakeLog makes the SDK write its lines by write. debug is what OCI_GO_SDK_DEBUG holds: "" and null for no lines, info for a few, debug and
// verbose for more, but never for bodies.
func TakeLog(debug string, write func(text string)) {
	most := sdkInfo
	switch strings.ToLower(debug) {
	case "", "null":
		most = sdkSilent
	case "d", "debug", "v", "verbose", "1":
		most = sdkDebug
	}
	common.SetSDKLogger(sdkLog{most, write})
}

// LogLevel returns the highest level that is logged.
func (l sdkLog) LogLevel() int { return l.most }

// Log writes a line, unless its level is too high.
func (l sdkLog) Log(level int, format string, values ...any) error {
	if level <= l.most {
		l.write(fmt.Sprintf(format, values...))
	}
	return nil
}
