package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
)

func labels() map[string]string {
	return map[string]string{
		label + "title": "sender-invitations", label + "description": "OCI function", label + "version": "1.0.0",
		label + "source": "https://git.example/sender-invitations", label + "licenses": "Apache-2.0",
		label + "revision": strings.Repeat("0a", 20),
	}
}

// add puts a file and its folders into an image.
func (p picture) add(name, content string) {
	for i, c := range name {
		if c == '/' {
			p.files[name[:i+1]] = entry{name[:i+1], "", 0o755, 0}
		}
	}
	p.files[name] = entry{name, content, 0o644, 0}
}

// addOrigin puts the licences and the SBOM of the binary into an image.
func (p picture) addOrigin() {
	info, err := buildinfo.Read(bytes.NewReader(function))
	if err != nil {
		panic(err)
	}
	p.add(licences+"/LICENSE", strings.Repeat("licence ", 100))
	p.add(licences+"/ca-certificates/copyright", "of the certificates")
	p.add(licences+"/std@"+info.GoVersion+"/LICENSE", strings.Repeat("licence ", 100))
	components := []cyclonedx.Component{{Type: cyclonedx.ComponentTypeLibrary, Name: "std", Version: info.GoVersion}}
	for _, module := range info.Deps {
		p.add(licences+"/"+module.Path+"@"+module.Version+"/LICENSE.txt", strings.Repeat("licence ", 100))
		components = append(components, cyclonedx.Component{Type: cyclonedx.ComponentTypeLibrary, Name: module.Path, Version: module.Version,
			Evidence: &cyclonedx.Evidence{Licenses: &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "MIT"}}}}})
	}
	p.setSBOM(function, "1.0.0", components)
}

func (p picture) setSBOM(function []byte, version string, components []cyclonedx.Component) {
	sum := sha256.Sum256(function)
	b := cyclonedx.NewBOM()
	b.Metadata = &cyclonedx.Metadata{
		Component:  &cyclonedx.Component{Type: cyclonedx.ComponentTypeApplication, Name: "sender-invitations", Version: version},
		Properties: &[]cyclonedx.Property{{Name: "cdx:gomod:binary:hash:SHA-256", Value: hex.EncodeToString(sum[:])}},
	}
	b.Components = &components
	var text bytes.Buffer
	if err := cyclonedx.NewBOMEncoder(&text, cyclonedx.BOMFileFormatJSON).Encode(b); err != nil {
		panic(err)
	}
	p.add(bom, text.String())
}

func TestWrongOrigin(t *testing.T) {
	const sdk = "github.com/fnproject/fdk-go@"
	for _, c := range []struct {
		name   string
		spoil  func(p picture)
		wanted string
	}{
		{"no labels", func(p picture) { delete(p.config, "Labels") }, label + `version is ""`},
		{"source with a password", func(p picture) { p.label("source", "https://me:secret@git.example/") }, label + "source is"},
		{"no source is known", func(p picture) { p.label("source", "") }, ""},
		{"revision", func(p picture) { p.label("revision", "main") }, label + `revision is "main"`},
		{"version", func(p picture) { p.label("version", "2.0.0") }, `it is of version "1.0.0"`},
		{"own licence", func(p picture) { delete(p.files, licences+"/LICENSE") }, licences + " has no licence"},
		{"a module's licence", func(p picture) { p.remove(licences + "/" + sdk) }, licences + "/" + sdk + "v0.1.15 has no licence"},
		{"Go's licence", func(p picture) { p.remove(licences + "/std@") }, "/std@go"},
		{"empty licence", func(p picture) { p.add(licences+"/LICENSE", "Apache") }, licences + " has no licence"},
		{"writable", func(p picture) { p.files[licences+"/LICENSE"] = entry{licences + "/LICENSE", "", 0o666, 0} }, "with mode 666"},
		{"no SBOM", func(p picture) { delete(p.files, bom) }, bom + " is missing"},
		{"empty SBOM", func(p picture) { p.add(bom, `{"bomFormat": "CycloneDX", "specVersion": "1.6"}`) }, "has no component"},
		{"another binary", func(p picture) { p.setSBOM([]byte("another"), "1.0.0", []cyclonedx.Component{}) }, "it is of another binary"},
		{"components", func(p picture) { p.setSBOM(function, "1.0.0", []cyclonedx.Component{}) }, "its components are []"},
		{"component without a licence", func(p picture) {
			p.setSBOM(function, "1.0.0", []cyclonedx.Component{{Type: cyclonedx.ComponentTypeLibrary, Name: "some/module"}})
		}, "some/module has no licence"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := right()
			c.spoil(p)
			told, err := look(t, p.save(t, "amd64", false))
			if (err == nil) != (c.wanted == "") || !strings.Contains(told, c.wanted) {
				t.Errorf("%q is not in %v\n%s", c.wanted, err, told)
			}
		})
	}
}

func (p picture) label(name, value string) {
	p.config["Labels"].(map[string]string)[label+name] = value
}

// remove takes away all whose name begins so.
func (p picture) remove(beginning string) {
	for name := range p.files {
		if strings.HasPrefix(name, beginning) {
			delete(p.files, name)
		}
	}
}
