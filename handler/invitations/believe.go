package invitations

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

// What OCI answers is checked before it is believed. An answer can be JSON and still be wrong: a proxy may answer in OCI's place, or ignore
// a filter. If such an answer were believed, an empty list would hide an invitation, and a cancel would reach another tenancy's.

const (
	// maxPages and maxEntries are the maximum numbers of pages of a list, and of entries of a page.
	maxPages   = 1000
	maxEntries = 1000
	// maxSize and maxValues are the maximum numbers of bytes and of JSON values in an invitation: what a command can ask for, and as much
	// again for what the service adds. They bound the memory of merging.
	maxSize   = 2 * command.MaxSize
	maxValues = 2 * command.MaxValues
)

// doubt returns why the answer to the request cannot be right; "" if it can. The answer is a JSON object, or has no body.
func (r Request) doubt(got oci.Answer) string {
	asked := r.asked()
	switch {
	case r.Operation == command.Cancel: // the API answers without a body
		return ""
	case !r.isList():
		return doubtAbout("it", got.Body, asked)
	}
	items, fault := itemsOf(got.Body)
	for _, item := range items {
		if fault = doubtAbout("an entry", item, asked); fault != "" {
			return fault
		}
	}
	return fault
}

// isList reports whether the answer is a page of a list, of invitations or of a work request's errors or logs.
func (r Request) isList() bool { return strings.HasPrefix(r.Operation.API, "List") }

// asked returns the members that the request asks for: each object in the answer must have them, and have these values. A member that is ""
// may have any value.
func (r Request) asked() map[string]string {
	asked := map[string]string{}
	switch {
	case r.Operation == command.Create:
		asked["id"], asked["compartmentId"], asked["recipientTenancyId"] = "", textIn(r.Body, "compartmentId"), textIn(r.Body, "recipientTenancyId")
	case r.Operation == command.List:
		asked["id"] = ""
		query, _ := url.ParseQuery(r.Query) // its syntax was checked before it was sent
		for _, filter := range members[1:] {
			if values := query[filter]; len(values) == 1 && values[0] != "" { // a filter that is empty or repeated is left to OCI
				asked[filter] = values[0]
			}
		}
	case !r.isList():
		asked["id"] = r.id
	}
	return asked
}

// members lists the members of an answer that are checked. All but the id are filters of a list.
var members = []string{"id", "compartmentId", "recipientTenancyId", "lifecycleState", "status", "displayName"}

// doubtAbout returns why an object is not what was asked for; "" if it is. It does not quote the object, which may name people.
func doubtAbout(what string, object []byte, asked map[string]string) string {
	switch {
	case len(object) == 0:
		return what + " has no body"
	case len(object) > maxSize || strict.CountValues(object) > maxValues:
		return fmt.Sprintf("%s has more than %d bytes or %d values", what, maxSize, maxValues)
	}
	var told struct{ ID, CompartmentID, RecipientTenancyID, LifecycleState, Status, DisplayName string }
	if !oci.IsObject(object) || json.Unmarshal(object, &told) != nil {
		return what + " is not an object of the API"
	}
	for index, have := range []string{told.ID, told.CompartmentID, told.RecipientTenancyID, told.LifecycleState, told.Status, told.DisplayName} {
		name := members[index]
		switch want, ok := asked[name]; {
		case !ok:
		case have == "":
			return what + " has no " + name
		case want != "" && !same(want, have):
			return what + " has another " + name + " than was asked for"
		}
	}
	return ""
}

// same reports whether two values are the same but for what OCI may normalize: letter case, white space around them, and the parts of an
// OCID that do not identify the resource.
func same(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return strings.EqualFold(a, b) || ocid.Same(a, b)
}

// itemsOf returns the entries of a list, as parts of the body; or why it is no list.
func itemsOf(body []byte) (items []json.RawMessage, fault string) {
	var list json.RawMessage
	for name, value := range strict.Members(body) {
		if string(name) != "items" {
			continue
		}
		if list != nil {
			return nil, `it has "items" twice`
		}
		list = value
	}
	if len(list) == 0 || list[0] != '[' {
		return nil, `it has no list "items"`
	}
	items = []json.RawMessage{} // an empty list is a list
	for e := strict.ElementsOf(list); e.Next(); items = append(items, e.Element) {
		if len(items) == maxEntries {
			return nil, fmt.Sprintf("it has more than %d entries", maxEntries)
		}
	}
	return items, ""
}

// textIn returns the text of an object's member; "" if the object has no such member, or if it is not a text.
func textIn(object []byte, member string) string {
	for name, value := range strict.Members(object) {
		if string(name) == member {
			return string(strict.Unquoted(value))
		}
	}
	return ""
}
