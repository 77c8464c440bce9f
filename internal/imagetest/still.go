package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"debug/buildinfo"
	"debug/elf"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

const (
	binary  = "sender-invitations"
	bundle  = "etc/ssl/cert.pem"
	account = "fn:x:1000:1000:fn:/home/fn:/sbin/nologin\n"
	group   = "fn:x:1000:\n"
)

// checks returns the checks of the image that do not run it.
func (s *saved) checks() []check {
	return []check{
		{"configuration", s.configuration}, {"labels", s.labels}, {"files", s.contents}, {"binary", s.program},
		{"licences", s.licences}, {"SBOM", s.sbom}, {"certificates", s.certificates},
	}
}

func (s *saved) configuration(context.Context) (string, error) {
	c := s.Config
	var all []string
	if c.User != "1000:1000" {
		all = append(all, fmt.Sprintf("the user is %q, not 1000:1000", c.User))
	}
	if !slices.Equal(c.Entrypoint, []string{"/" + binary}) || len(c.Cmd) > 0 {
		all = append(all, fmt.Sprintf("the entry point is %q with the arguments %q", c.Entrypoint, c.Cmd))
	}
	if len(c.Env) > 1 || len(c.Env) == 1 && !strings.HasPrefix(c.Env[0], "PATH=") {
		all = append(all, fmt.Sprintf("it sets variables: %q", c.Env))
	}
	if len(c.Volumes)+len(c.ExposedPorts) > 0 {
		all = append(all, "it has volumes or ports")
	}
	if len(c.OnBuild) > 0 || c.WorkingDir != "" && c.WorkingDir != "/" {
		all = append(all, fmt.Sprintf("its working directory is %q, its ONBUILD %q", c.WorkingDir, c.OnBuild))
	}
	if s.OS != "linux" || s.Architecture != "amd64" && s.Architecture != "arm64" {
		all = append(all, fmt.Sprintf("it is for %s/%s", s.OS, s.Architecture))
	}
	return fmt.Sprintf("%s/%s, user %s, entry point %q", s.OS, s.Architecture, c.User, c.Entrypoint), wrong(all)
}

// contents checks that the image has exactly the required files, and that its user can write none of them.
func (s *saved) contents(context.Context) (string, error) {
	wanted := map[string]int64{"etc": 0o755, "etc/ssl": 0o755, // and the files:
		"etc/passwd": 0o644, "etc/group": 0o644, bundle: 0o644, binary: 0o755}
	var all, files []string
	size := 0
	for _, path := range slices.Sorted(maps.Keys(s.files)) {
		f := s.files[path]
		mode, known := wanted[path]
		switch inLicences := path == licences || strings.HasPrefix(path, licences+"/"); {
		case path == "", inLicences && f.FileInfo().IsDir(): // the root itself
			mode, known = 0o755, true
		case inLicences:
			mode, known = 0o644, true
		}
		switch {
		case !known:
			all = append(all, path+" must not be there")
		case f.Uid != 0 || f.Gid != 0 || f.Mode&0o7777 != mode:
			all = append(all, fmt.Sprintf("%s is owned by %d:%d with mode %o, not by 0:0 with %o", path, f.Uid, f.Gid, f.Mode, mode))
		}
		if f.FileInfo().Mode().IsRegular() {
			size += len(f.content)
			if !strings.HasPrefix(path, licences+"/") {
				files = append(files, "/"+path)
			}
		}
	}
	for path := range wanted {
		if _, ok := s.files[path]; !ok {
			all = append(all, path+" is missing")
		}
	}
	if string(s.files["etc/passwd"].content) != account || string(s.files["etc/group"].content) != group {
		all = append(all, "/etc/passwd and /etc/group must have only the user fn")
	}
	slices.Sort(all)
	return fmt.Sprintf("%s, /%s: %.1f MB; the user can write none of them", strings.Join(files, ", "), licences, float64(size)/1e6), wrong(all)
}

// machines maps the processors of OCI Functions from their names in binaries to those in images.
var machines = map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}

// program checks that the binary is static, stripped and for the image's processor.
func (s *saved) program(context.Context) (string, error) {
	content := bytes.NewReader(s.files[binary].content)
	program, err := elf.NewFile(content)
	if err != nil {
		return "", err
	}
	var all []string
	for _, part := range program.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			all = append(all, "it is linked dynamically: "+part.Type.String())
		}
	}
	if program.Section(".symtab") != nil || program.Section(".debug_info") != nil {
		all = append(all, "it is not stripped")
	}
	if machines[program.Machine] != s.Architecture {
		all = append(all, fmt.Sprintf("it is for %v, but the image is for %s", program.Machine, s.Architecture))
	}
	info, err := buildinfo.Read(content)
	if err != nil {
		return "", errors.Join(wrong(all), err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	if settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" || settings["vcs.revision"] != "" {
		all = append(all, fmt.Sprintf("it was not built by make function: %v", settings))
	}
	seen := fmt.Sprintf("static, stripped, built by %s, for %s", info.GoVersion, s.Architecture)
	if module, err := os.ReadFile("go.mod"); err == nil && !bytes.Contains(module, []byte("\ntoolchain "+info.GoVersion+"\n")) {
		seen += "; go.mod names another release of Go"
	}
	return seen, wrong(all)
}

func (s *saved) certificates(context.Context) (string, error) {
	count := 0
	for block, rest := pem.Decode(s.files[bundle].content); block != nil; block, rest = pem.Decode(rest) {
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return "", err
		}
		count++
	}
	if count < 50 { // the number of authorities changes, but stays far above this
		return "", fmt.Errorf("%d certificates", count)
	}
	return fmt.Sprintf("%d", count), nil
}
