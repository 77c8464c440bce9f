package console

import (
	"net/http"
	"slices"
	"strings"
)

// shown returns the headers that the page shows, with their values in one. It never has credentials.
func shown(header http.Header, which func(name string) bool) map[string]string {
	shown := map[string]string{}
	for name, values := range header {
		if lower := strings.ToLower(name); which(lower) && !strings.HasSuffix(lower, "authorization") && lower != "cookie" && lower != "set-cookie" {
			shown[name] = strings.Join(values, ", ")
		}
	}
	return shown
}

func everything(string) bool { return true }

// ofInterest reports whether a header says more than how the message was sent.
func ofInterest(name string) bool {
	return slices.Contains([]string{"allow", "content-type", "date", "etag", "if-match", "retry-after"}, name) ||
		slices.ContainsFunc([]string{"fn-", "opc-", "x-"}, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
