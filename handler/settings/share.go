package settings

import (
	"math"
	"strconv"
	"strings"
)

// The platform sets FN_CPUS and FN_MEMORY. A value that cannot be read is ignored, for the operator cannot correct it.

// parseCPUs reads thousandths of a CPU (100m) or CPUs (0.1), and rounds up to whole CPUs. It returns 0 if the text is neither
// (https://github.com/fnproject/fn/blob/300fcd7d92ac673b9baf4e6ed5a540e796dc528d/docs/developers/function-format.md).
func parseCPUs(text string) int {
	thousandths, inThousandths := strings.CutSuffix(text, "m")
	share, err := strconv.ParseFloat(thousandths, 64)
	if inThousandths {
		share /= 1000
	}
	if err != nil || !(share > 0 && share <= 1024) {
		return 0
	}
	return int(math.Ceil(share))
}

// parseMemory reads MB and returns bytes; 0 if the text is no number.
func parseMemory(text string) int64 {
	size, err := strconv.ParseUint(text, 10, 20)
	if err != nil {
		return 0
	}
	return int64(size) << 20
}
