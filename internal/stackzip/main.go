// Command stackzip packs deploy/terraform for OCI Resource Manager:
//
//	go run ./internal/stackzip FILE    (make stack)
//
// The ZIP holds only the files that Resource Manager reads: no state, no variable values, no tests.
package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const stack = "deploy/terraform"

// modified is the time of all files, so that the same stack makes the same ZIP.
var modified = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: stackzip FILE")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.DirFS(stack)); err != nil {
		fmt.Fprintln(os.Stderr, "stackzip:", err)
		os.Exit(1)
	}
	fmt.Println(os.Args[1])
}

func write(path string, from fs.FS) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	packed := zip.NewWriter(file)
	return errors.Join(pack(packed, from), packed.Close(), file.Close())
}

// pack adds the stack's files. They are in one folder.
func pack(packed *zip.Writer, from fs.FS) error {
	files, err := fs.Glob(from, "*.tf")
	if err != nil {
		return err
	}
	others, err := fs.Glob(from, "*.yaml")
	if err != nil {
		return err
	}
	for _, name := range append(files, others...) {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		entry, err := packed.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified})
		if err != nil {
			return err
		}
		if _, err := entry.Write(text); err != nil {
			return err
		}
	}
	return nil
}
