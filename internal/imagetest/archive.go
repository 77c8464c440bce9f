package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// saved is an image as an engine saves it.
type saved struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Config       struct {
		User, WorkingDir              string
		Entrypoint, Cmd, Env, OnBuild []string
		ExposedPorts, Volumes         map[string]any
		Labels                        map[string]string
	} `json:"config"`
	files map[string]file // by path without the leading slash
}

type file struct {
	tar.Header
	content []byte
}

// save reads an image from the engine's store.
func save(ctx context.Context, engine, image string) (*saved, error) {
	cmd := exec.CommandContext(ctx, engine, "save", image)
	var problems strings.Builder
	cmd.Stderr = &problems
	archive, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s save %s: %w: %s", engine, image, err, strings.TrimSpace(problems.String()))
	}
	return parse(archive)
}

// parse reads the output of docker save or podman save: a manifest that names the configuration and the layers.
func parse(archive []byte) (*saved, error) {
	parts, err := untar(archive)
	if err != nil {
		return nil, err
	}
	var manifests []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(parts["manifest.json"].content, &manifests); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	if len(manifests) != 1 {
		return nil, fmt.Errorf("manifest.json has %d images, not 1", len(manifests))
	}
	s := &saved{files: map[string]file{}}
	if err := json.Unmarshal(parts[manifests[0].Config].content, s); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	for _, name := range manifests[0].Layers {
		layer, err := untar(parts[name].content)
		if err != nil {
			return nil, fmt.Errorf("layer %s: %w", name, err)
		}
		for path, f := range layer { // a file that a later layer removes is still in the image
			s.files[path] = f
		}
	}
	return s, nil
}

// untar reads a tar, which may be compressed. It refuses empty input, which the tar package accepts.
func untar(archive []byte) (map[string]file, error) {
	if len(archive) == 0 {
		return nil, errors.New("there is no archive")
	}
	var reader io.Reader = bytes.NewReader(archive)
	if bytes.HasPrefix(archive, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(reader)
		if err != nil {
			return nil, err
		}
		reader = unzipped
	}
	files := map[string]file{}
	for entries := tar.NewReader(reader); ; {
		header, err := entries.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(entries)
		if err != nil {
			return nil, err
		}
		files[strings.Trim(strings.TrimPrefix(header.Name, "./"), "/")] = file{*header, content}
	}
}
