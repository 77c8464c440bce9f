package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// compare tells how the stand-in differs from folder, the unpacked npm package @pulumi/oci, whose types are generated from the
// schemas of the real provider. Each kind names its file there (NPM).
func compare(kinds map[string]kind, folder string) (differences []string, err error) {
	var nested [2]interfaces
	for i, file := range []string{"types/input.d.ts", "types/output.d.ts"} {
		if nested[i], err = readTypes(filepath.Join(folder, file)); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		kind := kinds[name]
		file, err := readTypes(filepath.Join(folder, kind.NPM+".d.ts"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		described, err := fields(kind.Schema)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		given, state := file.ofFile()
		c := comparison{nested[0], nested[1], kind.Partial, &differences}
		c.level(name, described, given, state, kind.OCID != "")
	}
	return differences, nil
}

type comparison struct {
	inputs, outputs interfaces
	partial         bool
	differences     *[]string
}

func (c comparison) tell(format string, values ...any) {
	*c.differences = append(*c.differences, fmt.Sprintf(format, values...))
}

// level compares the arguments and blocks of one level: given are those that can be set, state has all. Top is the first level of a
// resource.
func (c comparison) level(path string, described map[string]*schema.Schema, given, state members, top bool) {
	missing := maps.Clone(state)
	for _, name := range slices.Sorted(maps.Keys(described)) {
		at, field, title := path+"."+name, described[name], state.title(name)
		member, ok := state[title]
		if !ok {
			c.tell("%s: does not exist", at)
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
			c.tell("%s: %s; there %s", at, here, there)
		}
		if block, ok := field.Elem.(*schema.Resource); ok {
			name := nestedType.FindString(member.Type)
			if name == "" {
				c.tell("%s: a block; there %s", at, member.Type)
				continue
			}
			_, name, _ = strings.Cut(name, ".")
			c.level(at, block.Schema, c.inputs[name], c.outputs[name], false)
		}
	}
	for _, title := range slices.Sorted(maps.Keys(missing)) {
		if !c.partial && title != "id" {
			c.tell("%s: has no %s; there %s", path, title, missing[title].words(given[title], top))
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
