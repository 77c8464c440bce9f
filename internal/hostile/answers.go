package hostile

import (
	"fmt"
	"net/http"
	"strings"
)

// Answer is an answer of OCI that is expensive to process.
type Answer struct {
	Name   string
	Body   []byte
	IsList bool // a page of a list, else an invitation
}

// To returns the answer's body for a request, so that the function believes it: the invitations are those that the request asks for. A
// request asks for an id, or for a recipient tenancy, that ends with oc1..a and any number.
func (a Answer) To(r *http.Request) string {
	_, number, _ := strings.Cut(r.URL.Path+r.URL.Query().Get("recipientTenancyId"), "oc1..a")
	return strings.ReplaceAll(string(a.Body), `oc1..a"`, `oc1..a`+number+`"`)
}

// Answers returns pages of a list of the sender tenancy, of nearly size bytes, and invitations as they are on such a page.
func Answers(size int, sender string) (all []Answer) {
	size -= 1000 // for the numbers of To
	identity := func(number int) string {
		id := strings.TrimSuffix(fmt.Sprint("ocid1.x.oc1..a", number), "0")
		return `"id":"` + id + `","compartmentId":"` + sender + `","recipientTenancyId":"ocid1.tenancy.oc1..a"`
	}
	// With these texts, a page has somewhat less than 100,000 values, and one of 13 invitations somewhat less than 512 KB.
	long := strings.Repeat("x", size/95_000-12)
	for _, one := range []struct {
		entries                   int
		name, before, part, after string
	}{
		{1, "text", `"displayName":"`, `x`, `"`},
		{1, "escapes", `"displayName":"`, `\u0000`, `"`},
		{1, "members", ``, `"a%d":0,`, `"z":0`},
		{1, "tags", `"freeformTags":{`, `"%d":"",`, `"":""}`},
		{1, "namespaces", `"definedTags":{`, `"%d":{},`, `"":{}}`},
		{1, "defined tags", `"definedTags":{"n":{`, `"%d":0,`, `"":0}}`},
		{13, "long tags", `"freeformTags":{`, `"%d":"` + long + `",`, `"":""}`},
		{13, "long namespaces", `"definedTags":{`, `"%d":{"":"` + long + long + `xxxxxxxx"},`, `"":{}}`},
		{13, "long defined tags", `"definedTags":{"n":{`, `"%d":"` + long + `",`, `"":0}}`},
		{13, "long text", `"displayName":"`, `x`, `"`},
		{1000, "full page", `"displayName":"`, `x`, `"`},
	} {
		var entries []string
		for number := range one.entries {
			fit, before, after := size/one.entries-len(`{"items":[]}`), "{"+identity(number)+","+one.before, one.after+"}"
			entry := fill(fit, before, one.part, after)
			if strings.Contains(one.part, "%d") {
				entry = keys("", fit, before, one.part, after).Body
			}
			entries = append(entries, string(entry))
		}
		all = append(all, Answer{one.name, []byte(`{"items":[` + strings.Join(entries, ",") + "]}"), true})
		if one.entries < 1000 {
			all = append(all, Answer{one.name, []byte(entries[0]), false})
		}
	}
	for _, entry := range []string{"{}", "[]", "0", "null"} {
		all = append(all, Answer{"entries " + entry, fill(size, `{"items":[`, entry+",", entry+"]}"), true})
	}
	return all
}
