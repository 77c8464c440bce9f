// Package names shows names in errors, and finds the ones that are like a name that is wrong.
package names

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sender-invitations/events/private"
)

// The numbers of names that an error lists, and that are compared with the one that is missing. An event may have very many.
const (
	maxNames    = 10
	maxCompared = 100
)

// Ranked brings the first of the names to the front, in order, those near the wanted one first. It returns the names and the nearest; "" if
// none is near.
func Ranked(names []string, wanted string) (ordered []string, nearest string) {
	compared := names[:min(len(names), maxCompared)]
	bringFirst(names, len(compared), func(a, b string) int {
		if same := strings.EqualFold(a, wanted); same != strings.EqualFold(b, wanted) {
			return map[bool]int{true: -1, false: 1}[same]
		}
		return cmp.Compare(a, b)
	})
	distances := map[string]int{}
	for _, name := range compared {
		distances[name] = distance(plain(name), plain(wanted))
	}
	slices.SortStableFunc(compared, func(a, b string) int { return cmp.Compare(distances[a], distances[b]) })
	if len(names) > 0 && distances[names[0]] < far {
		nearest = names[0]
	}
	return names, nearest
}

// bringFirst sorts the first so many names to the front. It does not sort the others, which takes long if they are many.
func bringFirst(names []string, count int, compare func(a, b string) int) {
	first, others := names[:count], names[count:]
	slices.SortFunc(first, compare)
	for index, name := range others {
		if compare(name, first[count-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(first, name, compare)
		others[index] = first[count-1]
		copy(first[at+1:], first[at:])
		first[at] = name
	}
}

// Listed lists the first of the names.
func Listed(names []string) string {
	var list []string
	for _, name := range names[:min(len(names), maxNames)] {
		list = append(list, Shown(name))
	}
	if more := len(names) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}

// Meant returns the question whether the one of the names was meant that is near the wanted one; "" if none is.
func Meant(names []string, wanted string) string {
	if _, nearest := Ranked(slices.Clone(names), wanted); nearest != "" {
		return " (did you mean " + Shown(nearest) + "?)"
	}
	return ""
}

// far is the distance of names that are not alike, maxEdited the length in bytes of the longest name that is compared by its edits.
const (
	far       = 3
	maxEdited = 32
)

// distance returns how many characters differ, if it is one in four at most; else far. Two that are interchanged count as one.
func distance(a, b string) int {
	longer, shorter := max(len(a), len(b)), min(len(a), len(b))
	switch {
	case a == b:
		return 0
	case longer > maxEdited || longer-shorter >= far:
		return far
	}
	if count := Edits(a, b); count <= longer/4 {
		return min(count, far)
	}
	return far
}

// separators are the characters that people leave out of names or put in.
var separators = strings.NewReplacer("-", "", "_", "")

// plain returns the name in lower case without separators.
func plain(name string) string {
	return separators.Replace(strings.ToLower(name[:min(len(name), 2*maxEdited)]))
}

// Interchanged reports whether the texts differ only in the order of two neighbouring bytes.
func Interchanged(a, b string) bool {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return len(a) == len(b) && at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
}

// Edits returns how many bytes must be put in, taken out or replaced to make b of a (Levenshtein's distance); 1 if only two neighbours are
// interchanged.
func Edits(a, b string) int {
	if Interchanged(a, b) {
		return 1
	}
	row := make([]int, len(b)+1)
	for index := range row {
		row[index] = index
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Shown returns a name as an expression has it: in double quotes if it needs them. It hides e-mail addresses, and shortens.
func Shown(name string) string {
	if short := Shortened(name); short != name || IsPlain(name) {
		return short
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return `""`
	}
	return string(quoted)
}

// maxRead is the number of bytes of a text that are read to shorten it: many more than are shown.
const maxRead = 1024

// Shortened returns a text for an error.
func Shortened(name string) string {
	return strings.ToValidUTF8(private.Shorten(name[:min(len(name), maxRead)]), "")
}

// plainForm matches a name that an expression has without quotes.
var plainForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

// IsPlain reports whether an expression has the name without quotes.
func IsPlain(name string) bool { return plainForm().MatchString(name) }
