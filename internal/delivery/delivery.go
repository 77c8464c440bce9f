// Package delivery reads deliveries from files, for tests and tools.
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

// Read reads a delivery. A file NAME.http holds its headers, an empty line and its body. Any other file holds its body.
func Read(file string) (http.Header, []byte, error) {
	content, err := os.ReadFile(file)
	if err != nil || filepath.Ext(file) != ".http" {
		return http.Header{}, content, err
	}
	reader := bufio.NewReader(bytes.NewReader(content))
	header, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return nil, nil, fmt.Errorf("%s must hold headers, an empty line and a body: %w", file, err)
	}
	body, err := io.ReadAll(reader)
	return http.Header(header), body, err
}
