package settings

import (
	"slices"
	"strings"
	"unicode"

	"sender-invitations/events/private"
	"sender-invitations/handler/names"
)

// Suspect is an environment variable that is no setting but has almost the name of one. What it sets is not set.
type Suspect struct{ Name, Setting string }

// Misspelt returns the suspects among the variables, which have the form of [os.Environ]. The names of the platform and of OCI's tools, FN_…
// and OCI_…, are left alone.
func Misspelt(environment []string) (found []Suspect) {
	known := Names()
	own := slices.DeleteFunc(slices.Clone(known), isForeign)
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if isForeign(name) || slices.Contains(known, name) {
			continue
		}
		if near := slices.IndexFunc(own, func(setting string) bool { return resembles(name, setting) }); near >= 0 {
			found = append(found, Suspect{private.Shorten(name), own[near]})
		}
	}
	return found
}

func isForeign(name string) bool {
	return strings.HasPrefix(name, "FN_") || strings.HasPrefix(name, "OCI_")
}

// resembles reports whether the name has the words of the setting, or is a few letters away: one in five, three at most. In a short name,
// only two neighbours may be interchanged, so that names of other programs are not taken for settings.
func resembles(name, setting string) bool {
	words, wanted := wordsOf(name), wordsOf(setting)
	written, right := strings.Join(words, "_"), strings.Join(wanted, "_")
	most := min(3, len(right)/5)
	switch {
	case len(right) < 6:
		return written == right || names.Interchanged(written, right)
	case len(written) < len(right)-most || len(written) > len(right)+most:
		return false
	case names.Edits(written, right) <= most:
		return true
	}
	slices.Sort(words)
	slices.Sort(wanted)
	return slices.Equal(words, wanted)
}

// wordsOf returns the words of a name, in capitals and in the singular, without OCID and ID.
func wordsOf(name string) []string {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return !unicode.IsLetter(r) })
	for index, word := range words {
		words[index] = strings.TrimSuffix(word, "S")
	}
	return slices.DeleteFunc(words, func(word string) bool { return word == "OCID" || word == "ID" })
}
