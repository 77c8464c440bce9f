package console

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"

	deliveryfile "sender-invitations/internal/delivery"
)

// sample is a delivery that the page offers to send.
type sample struct {
	Name    string            `json:"name"`
	File    string            `json:"file"`
	Headers map[string]string `json:"headers"`
	body
}

// serveSamples answers with the sample deliveries. There are none if the folder cannot be read.
func (c *Console) serveSamples(w http.ResponseWriter, _ *http.Request) {
	samples := []sample{}
	entries, _ := os.ReadDir(c.stack.Samples) // sorted by name
	for _, entry := range entries {
		file := entry.Name()
		if !entry.Type().IsRegular() || filepath.Ext(file) == ".txtar" {
			continue
		}
		header, content, err := deliveryfile.Read(filepath.Join(c.stack.Samples, file))
		if err != nil {
			continue
		}
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", "application/json") // as make invoke sends it
		}
		samples = append(samples, sample{strings.TrimSuffix(file, filepath.Ext(file)), file, shown(header, everything), bodyOf(content, false)})
	}
	respond(w, http.StatusOK, samples)
}
