package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// compare prints how the stand-in differs from folder, the unpacked npm package @pulumi/oci, whose types are generated from the
// schemas of the real provider. Each kind names its file there (NPM).
func compare(kinds map[string]kind, folder string) error {
	var nested [2]interfaces
	for i, file := range []string{"types/input.d.ts", "types/output.d.ts"} {
		var err error
		if nested[i], err = readTypes(filepath.Join(folder, file)); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		kind := kinds[name]
		file, err := readTypes(filepath.Join(folder, kind.NPM+".d.ts"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		described, err := fields(kind.Schema)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		given, state := file.ofFile()
		comparison{nested[0], nested[1], kind.Partial}.level(name, described, given, state, kind.OCID != "")
	}
	return nil
}

type comparison struct {
	inputs, outputs interfaces
	partial         bool
}

// level compares the arguments and blocks of one level: given are those that can be set, state has all. Top is the first level of a
// resource.
func (c comparison) level(path string, described map[string]*schema.Schema, given, state members, top bool) {
	missing := maps.Clone(state)
	for _, name := range slices.Sorted(maps.Keys(described)) {
		at, field, title := path+"."+name, described[name], state.title(name)
		member, ok := state[title]
		if !ok {
			fmt.Printf("%s: does not exist\n", at)
			continue
		}
		delete(missing, title)
		if !top { // Below, the package does not tell what can only be computed, nor for sure what replaces.
			copied := *field
			copied.ForceNew = false
			copied.Optional = field.Optional || !field.Required && given[title] != nil
			field = &copied
		}
		here, there := words(field), member.words(given[title], top)
		if here != there && name != "name" { // The package invents a name where none is given.
			fmt.Printf("%s: %s; there %s\n", at, here, there)
		}
		if block, ok := field.Elem.(*schema.Resource); ok {
			name := nestedType.FindString(member.Type)
			if name == "" {
				fmt.Printf("%s: a block; there %s\n", at, member.Type)
				continue
			}
			_, name, _ = strings.Cut(name, ".")
			c.level(at, block.Schema, c.inputs[name], c.outputs[name], false)
		}
	}
	for _, title := range slices.Sorted(maps.Keys(missing)) {
		if !c.partial && title != "id" {
			fmt.Printf("%s: has no %s; there %s\n", path, title, missing[title].words(given[title], top))
		}
	}
}

// words says what the stand-in knows of a field, in the words of provider.yaml.
func words(field *schema.Schema) string {
	several := (field.Type == schema.TypeList || field.Type == schema.TypeSet) && field.MaxItems != 1
	return spellOut(field.Required, field.Optional, field.Computed, several, field.ForceNew, field.Deprecated != "")
}

// words says the same of a member. Given is the member of what can be set, or nil.
func (m *member) words(given *member, replaces bool) string {
	several, deprecated := strings.Contains(m.Type, "[]"), strings.Contains(m.Doc, "@deprecated")
	if given == nil {
		return spellOut(false, false, true, several, false, deprecated)
	}
	computed := !m.Optional && !strings.Contains(m.Type, "| undefined")
	replaces = replaces && !strings.Contains(given.Doc, "(Updatable)")
	return spellOut(!given.Optional, given.Optional, given.Optional && computed, several, replaces, deprecated)
}

func spellOut(said ...bool) string {
	var all []string
	for i, word := range []string{"required", "optional", "computed", "several", "replaces", "deprecated"} {
		if said[i] {
			all = append(all, word)
		}
	}
	return strings.Join(all, " ")
}
