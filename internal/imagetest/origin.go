package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
)

// What the image tells of its origin: labels, the licences of what is linked into the binary, and an SBOM.
const (
	licences = "licenses"
	bom      = licences + "/sbom.cdx.json"
	label    = "org.opencontainers.image."
)

// labelled are the labels that each image has, with what their values look like. The source may be unknown.
var labelled = map[string]*regexp.Regexp{
	"title": regexp.MustCompile(`^sender-invitations$`), "description": regexp.MustCompile(`.`),
	"version": regexp.MustCompile(`^\w[\w.-]*$`), "licenses": regexp.MustCompile(`^Apache-2\.0$`),
	"source": regexp.MustCompile(`^(https://[^@\s]+)?$`),
}

// commit is what the label for the revision looks like, if the image has it.
var commit = regexp.MustCompile(`^[0-9a-f]{40}$`)

func (s *saved) labels(context.Context) (string, error) {
	var all, seen []string
	for _, name := range slices.Sorted(maps.Keys(labelled)) {
		value, ok := s.Config.Labels[label+name]
		if !ok || !labelled[name].MatchString(value) {
			all = append(all, fmt.Sprintf("%s is %q", label+name, value))
		}
		seen = append(seen, fmt.Sprintf("%s %q", name, value))
	}
	if revision, ok := s.Config.Labels[label+"revision"]; ok {
		seen = append(seen, "revision "+revision)
		if !commit.MatchString(revision) {
			all = append(all, fmt.Sprintf("%s is %q", label+"revision", revision))
		}
	}
	return strings.Join(seen, ", "), wrong(all)
}

// modules returns what is linked into the binary, as NAME@VERSION: modules, and the standard library as std.
func (s *saved) modules() ([]string, error) {
	info, err := buildinfo.Read(bytes.NewReader(s.files[binary].content))
	if err != nil {
		return nil, err
	}
	all := []string{"std@" + info.GoVersion}
	for _, module := range info.Deps {
		all = append(all, module.Path+"@"+module.Version)
	}
	return all, nil
}

// text is the name of a file with a licence.
var text = regexp.MustCompile(`(?i)^(licen[cs]e|copying)`)

// licences checks that the image has a licence of this project and of all that is linked into the binary.
func (s *saved) licences(context.Context) (string, error) {
	modules, err := s.modules()
	if err != nil {
		return "", err
	}
	have := map[string]bool{}
	for name, f := range s.files {
		if f.FileInfo().Mode().IsRegular() && text.MatchString(path.Base(name)) && len(f.content) > 500 {
			have[path.Dir(name)] = true
		}
	}
	var all []string
	for _, folder := range append(modules, "") {
		if folder = path.Join(licences, folder); !have[folder] {
			all = append(all, folder+" has no licence")
		}
	}
	return fmt.Sprintf("of this project, and of %d modules and the standard library", len(modules)-1), wrong(all)
}

// sbom checks that the SBOM is one of this very binary, and that its components are all that is linked into it.
func (s *saved) sbom(context.Context) (string, error) {
	modules, err := s.modules()
	if err != nil {
		return "", err
	}
	if _, ok := s.files[bom]; !ok {
		return "", errors.New(bom + " is missing")
	}
	var b cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(s.files[bom].content), cyclonedx.BOMFileFormatJSON).Decode(&b); err != nil {
		return "", fmt.Errorf("%s: %w", bom, err)
	}
	if b.Metadata == nil || b.Metadata.Component == nil || b.Metadata.Properties == nil || b.Components == nil {
		return "", fmt.Errorf("%s has no component", bom)
	}
	var all, components []string
	sum := sha256.Sum256(s.files[binary].content)
	if !slices.Contains(*b.Metadata.Properties, cyclonedx.Property{Name: "cdx:gomod:binary:hash:SHA-256", Value: hex.EncodeToString(sum[:])}) {
		all = append(all, "it is of another binary")
	}
	if version := b.Metadata.Component.Version; version != s.Config.Labels[label+"version"] {
		all = append(all, fmt.Sprintf("it is of version %q, not of that of the label", version))
	}
	if b.Metadata.Timestamp != "" || b.SerialNumber != "" {
		all = append(all, "a time or a serial number makes it another one at each build")
	}
	for _, c := range *b.Components {
		components = append(components, c.Name+"@"+c.Version)
		if c.Name != "std" && (c.Evidence == nil || c.Evidence.Licenses == nil) {
			all = append(all, c.Name+" has no licence")
		}
	}
	slices.Sort(components)
	slices.Sort(modules)
	if !slices.Equal(components, modules) {
		all = append(all, fmt.Sprintf("its components are %q, but linked are %q", components, modules))
	}
	return fmt.Sprintf("CycloneDX %s, %d components", b.SpecVersion, len(components)), wrong(all)
}
