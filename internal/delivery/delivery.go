// Package delivery reads deliveries from files, for the tests and the tools that play them.
package delivery

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
)

// Read reads a delivery. A file NAME.http is its headers, an empty line and its body; any other file is its body.
func Read(file string) (http.Header, []byte, error) {
	content, err := os.ReadFile(file)
	if err != nil || filepath.Ext(file) != ".http" {
		return http.Header{}, content, err
	}
	reader := bufio.NewReader(bytes.NewReader(content))
	header, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: headers, an empty line and a body are wanted: %w", file, err)
	}
	body, err := io.ReadAll(reader)
	return http.Header(header), body, err
}
