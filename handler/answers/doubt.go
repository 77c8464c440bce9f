// Package answers checks what Organizations answers before it is believed. An answer can be JSON and still be wrong: a proxy may answer in
// OCI's place, or ignore a filter. If such an answer were believed, an empty list would hide an invitation, and a cancel would reach another
// tenancy's.
package answers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

const (
	// MaxPages is the maximum number of pages of a list, maxEntries that of entries of a page.
	MaxPages   = 1000
	maxEntries = 1000
	// maxSize and maxValues are the maximum numbers of bytes and of JSON values in an invitation: what a command can ask for, and as much
	// again for what the service adds. They bound the memory of merging.
	maxSize   = 2 * command.MaxSize
	maxValues = 2 * command.MaxValues
)

// Asked is what a request has asked for.
type Asked struct {
	Operation *command.Operation
	// ID is that of the invitation or work request that the path names; "" if it names none.
	ID string
	// Query and Body are those of the request.
	Query string
	Body  []byte
}

// Doubt returns why the answer cannot be right; "" if it can. The answer is a JSON object, or has no body.
func (r Asked) Doubt(got oci.Answer) string {
	switch {
	case r.Operation == command.Cancel:
		return r.doubtAboutCancel(got)
	case r.isList():
		return r.doubtAboutList(got)
	}
	fault := doubtAbout("it", got.Body, r.members())
	if fault == "" && r.Operation == command.Create && !ocid.Is(Text(got.Body, "id")) {
		return "it has an id that is not an OCID"
	}
	return fault
}

// doubtAboutCancel returns why the answer to a cancel cannot be right. The API answers without a body, so only the headers tell that the
// answer is OCI's.
func (r Asked) doubtAboutCancel(got oci.Answer) string {
	if got.RequestID() == "" && got.Header.Get("opc-work-request-id") == "" {
		return "it has neither opc-request-id nor opc-work-request-id"
	}
	for name := range strict.Members(got.Body) {
		if bytes.EqualFold(name, []byte("id")) {
			return doubtAbout("it", got.Body, r.members())
		}
	}
	return ""
}

// doubtAboutList returns why a page of a list cannot be right.
func (r Asked) doubtAboutList(got oci.Answer) string {
	asked := r.members()
	items, fault := Items(got.Body)
	for _, item := range items {
		if fault = doubtAbout("an entry", item, asked); fault != "" {
			return fault
		}
	}
	return fault
}

// isList reports whether the answer is a page of a list, of invitations or of a work request's errors or logs.
func (r Asked) isList() bool { return strings.HasPrefix(r.Operation.API, "List") }

// members returns the members that the request asks for: each object in the answer must have them, and have these values. A member that is ""
// may have any value.
func (r Asked) members() map[string]string {
	asked := map[string]string{}
	switch {
	case r.Operation == command.Create:
		asked["id"], asked["compartmentId"], asked["recipientTenancyId"] = "", Text(r.Body, "compartmentId"), Text(r.Body, "recipientTenancyId")
	case r.Operation == command.List:
		asked["id"] = ""
		query, _ := url.ParseQuery(r.Query) // its syntax was checked before it was sent
		for _, filter := range checked[1:] {
			if values := query[filter]; len(values) == 1 && values[0] != "" { // a filter that is empty or repeated is left to OCI
				asked[filter] = values[0]
			}
		}
	case !r.isList():
		asked["id"] = r.ID
	}
	return asked
}

// checked lists the members of an answer that are checked, for they have a text. All but the id are filters of a list.
var checked = []string{"id", "compartmentId", "recipientTenancyId", "lifecycleState", "status", "displayName"}

// single lists the members that may come only once: those that are checked, and others that the function reads.
var single = append([]string{"timeCreated", "timeUpdated", "freeformTags", "definedTags", "recipientEmailAddress", "subjects", "invitationFeatures"},
	checked...)

// doubtAbout returns why an object is not what was asked for; "" if it is. It does not quote the object, which may name people.
func doubtAbout(what string, object []byte, asked map[string]string) string {
	switch {
	case len(object) == 0:
		return what + " has no body"
	case len(object) > maxSize || strict.CountValues(object) > maxValues:
		return fmt.Sprintf("%s has more than %d bytes or %d values", what, maxSize, maxValues)
	case !oci.IsObject(object):
		return what + " is not an object of the API"
	}
	told, fault := singleMembers(object)
	if fault != "" {
		return what + fault
	}
	for _, name := range checked {
		value, have := told[name], string(strict.Unquoted(told[name]))
		if len(value) > 0 && value[0] != '"' && string(value) != "null" {
			return what + " is not an object of the API"
		}
		switch want, ok := asked[name]; {
		case !ok, have == "" && name == "compartmentId": // without a sender it is not another's
		case have == "":
			return what + " has no " + name
		case want != "" && !Same(want, have):
			return what + " has another " + name + " than was asked for"
		}
	}
	return ""
}

// singleMembers returns the members of an object that may come only once. If one comes twice, or in another letter case than the API's, two
// readers could understand the object differently: encoding/json, for one, ignores letter case.
func singleMembers(object []byte) (told map[string]json.RawMessage, fault string) {
	told = map[string]json.RawMessage{}
	for name, value := range strict.Members(object) {
		place := slices.IndexFunc(single, func(known string) bool { return strings.EqualFold(known, string(name)) })
		if place < 0 {
			continue
		}
		known := single[place]
		if told[known] != nil || string(name) != known {
			return nil, " has " + known + " twice, or in another letter case"
		}
		told[known] = value
	}
	return told, ""
}

// Same reports whether two values are the same but for what OCI may normalize: letter case, white space around them, and the parts of an
// OCID that do not identify the resource.
func Same(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return strings.EqualFold(a, b) || ocid.Same(a, b)
}

// Items returns the entries of a list, as parts of the body; or why it is no list.
func Items(body []byte) (items []json.RawMessage, fault string) {
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

// Text returns the text of an object's member; "" if the object has no such member, or if it is not a text.
func Text(object []byte, member string) string {
	for name, value := range strict.Members(object) {
		if string(name) == member {
			return string(strict.Unquoted(value))
		}
	}
	return ""
}
