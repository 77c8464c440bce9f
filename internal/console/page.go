package console

import (
	"embed"
	"net/http"
	"path"
)

// files are the page: HTML, CSS and JavaScript as they are written.
//
//go:embed page
var files embed.FS

// types are the content types of the page's files, by their extension. The system's own table could say otherwise.
var types = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".mjs":  "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// servePage serves a file of the page.
func servePage(w http.ResponseWriter, name string) {
	kind := types[path.Ext(name)]
	content, err := files.ReadFile("page/" + name)
	if kind == "" || err != nil {
		http.Error(w, "the page has no file of this name", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(content)
}
