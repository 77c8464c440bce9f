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
		if !isSample(entry) {
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

// mostSample is the size in bytes of the largest file that is offered.
const mostSample = 1 << 20

// isSample reports whether a file can be a sample. The folder can hold other files, which are nobody's business.
func isSample(entry os.DirEntry) bool {
	kind := filepath.Ext(entry.Name())
	if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") || kind != ".json" && kind != ".http" && kind != ".txt" {
		return false
	}
	info, err := entry.Info()
	return err == nil && info.Size() <= mostSample
}
