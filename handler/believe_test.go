package handler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// entry returns an invitation as a list shows it. The change is JSON members that replace the usual ones, or add to them.
func entry(id, recipient, change string) string {
	members := map[string]any{"id": id, "compartmentId": sender, "recipientTenancyId": "ocid1.tenancy.oc1.." + recipient, "lifecycleState": "ACTIVE", "status": "PENDING"}
	if err := json.Unmarshal([]byte("{"+change+"}"), &members); err != nil {
		panic(err)
	}
	encoded, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// spoiling returns a function with one PENDING invitation, for the tenancy "other", whose answers of the method and path get the fault.
func spoiling(t *testing.T, method, end string, fault ocitest.Fault, settings ...string) *function {
	t.Helper()
	armed := false
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if armed && isRequest(r, method, end) {
			return fault
		}
		return ocitest.Fault{}
	}}, append([]string{"MAX_ATTEMPTS", "1"}, settings...)...)
	f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..other", "displayName": "one"}`)
	if len(f.oci.Invitations()) != 1 {
		t.Fatal("no invitation")
	}
	armed = true
	return f
}

// lastMessage returns the message that was published last.
func (f *function) lastMessage() string {
	messages := f.oci.Messages()
	return messages[len(messages)-1].Body
}

// A list that is not in the API's form is no empty list, and an invitation that the filter excludes is not one of the recipient's. Whatever
// the command, it is 502 BadGateway, nothing is written, and a redelivery can succeed.
func TestListsThatAreNotBelieved(t *testing.T) {
	commands := map[string]string{
		"create":           creates("a"),
		"creates":          creates("a", "b"),
		"cancel":           `{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`,
		"update":           updates("ocid1.tenancy.oc1..a"),
		"get":              `{"operation": "get", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`,
		"list":             `{"operation": "list", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`,
		"create, no retry": `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "retry": "none"}`,
	}
	for name, body := range map[string]string{
		"no items":               `{}`,
		"items null":             `{"items": null}`,
		"items an object":        `{"items": {}}`,
		"items a text":           `{"items": "[]"}`,
		"another letter case":    `{"Items": []}`,
		"items twice":            `{"items": [` + entry(theInvitation, "other", "") + `], "items": []}`,
		"null":                   `{"items": [null]}`,
		"a text":                 `{"items": ["ocid1.senderinvitation.oc1..1"]}`,
		"a list":                 `{"items": [[]]}`,
		"no id":                  `{"items": [{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..a", "status": "PENDING"}]}`,
		"an empty id":            `{"items": [` + entry("", "a", "") + `]}`,
		"a number as id":         `{"items": [` + entry(theInvitation, "a", `"id": 5`) + `]}`,
		"another recipient":      `{"items": [` + entry(theInvitation, "other", "") + `]}`,
		"no recipient":           `{"items": [{"id": "` + theInvitation + `", "compartmentId": "` + sender + `", "lifecycleState": "ACTIVE", "status": "PENDING"}]}`,
		"blanks as a recipient":  `{"items": [` + entry(theInvitation, "a", `"recipientTenancyId": " "`) + `]}`,
		"another sender tenancy": `{"items": [` + entry(theInvitation, "a", `"compartmentId": "ocid1.tenancy.oc1..stranger"`) + `]}`,
		"1,001 invitations":      `{"items": [` + strings.Repeat(entry(theInvitation, "a", "")+",", 1000) + entry(theInvitation, "a", "") + `]}`,
	} {
		for kind, command := range commands {
			if kind == "creates" && name == "another recipient" {
				continue // the common look has no filter by recipient
			}
			f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Body: body})
			before := len(writes(f.oci))
			answer, cut := f.invoke(command)
			if read := kind == "get" || kind == "list"; cut == read {
				t.Errorf("%s, %s: cut %v: %s", name, kind, cut, answer)
			} else if !read {
				answer = f.lastMessage()
			}
			if !strings.Contains(answer, `"code":"BadGateway"`) || !strings.Contains(answer, `"retryable":true`) {
				t.Errorf("%s, %s: %s", name, kind, answer)
			}
			if made := writes(f.oci)[before:]; len(made) > 0 {
				t.Errorf("%s, %s: wrote %s", name, kind, made)
			}
		}
		f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Body: body}, "MAX_PENDING", "1")
		if w := f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+sender+"&recipientTenancyId=ocid1.tenancy.oc1..a", ""); w.Code != http.StatusBadGateway {
			t.Errorf("%s, HTTP list: %d %s", name, w.Code, w.Body)
		}
		w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
		if counts := name == "another recipient"; !counts && (w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), "MAX_PENDING")) || len(f.oci.Invitations()) != 1 {
			t.Errorf("%s, HTTP create with MAX_PENDING: %d %s", name, w.Code, w.Body)
		}
	}
}

// Every filter that was asked for is checked, through both doors. A filter that is empty, or given twice, is left to OCI.
func TestFilteredLists(t *testing.T) {
	const whole = `"displayName": "Old Name"`
	for _, c := range []struct {
		command, query string
		items          string
		believed       bool
	}{
		{`"status": "PENDING"`, "status=PENDING", entry("1", "a", ""), true},
		{`"status": "PENDING"`, "status=PENDING", entry("1", "a", `"status": "CANCELED"`), false},
		{`"status": "PENDING"`, "status=PENDING", entry("1", "a", "") + "," + entry("2", "a", `"status": null`), false},
		{`"lifecycleState": "ACTIVE"`, "lifecycleState=active", entry("1", "a", ""), true},
		{`"lifecycleState": "ACTIVE"`, "lifecycleState=active", entry("1", "a", `"lifecycleState": "INACTIVE"`), false},
		{`"displayName": "Old Name"`, "displayName=Old+Name", entry("1", "a", whole), true},
		{`"displayName": "Old Name"`, "displayName=Old+Name", entry("1", "a", `"displayName": "Older Name"`), false},
		{`"displayName": "Old Name"`, "displayName=Old+Name", entry("1", "a", ""), false},
		{`"recipientTenancyId": "ocid1.tenancy.oc1..A"`, "recipientTenancyId=ocid1.tenancy.oc1..A", entry("1", "a", ""), true},
		{`"recipientTenancyId": "ocid1.tenancy.oc1..a"`, "recipientTenancyId=ocid1.tenancy.oc1..a", entry("1", "ab", ""), false},
		{`"recipientTenancyId": "ocid1.tenancy.oc1.iad.a"`, "recipientTenancyId=ocid1.tenancy.oc1.iad.a", entry("1", "a", ""), true}, // the same tenancy
		{`"limit": 7`, "status=&displayName=", entry("1", "a", whole), true},
		{`"limit": 7`, "status=PENDING&status=CANCELED", entry("1", "a", `"status": "CANCELED"`), true},
	} {
		f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Status: 200, Body: `{"items": [` + c.items + `]}`})
		answer, cut := f.invoke(`{"operation": "list", ` + c.command + `}`)
		if cut || strings.Contains(answer, `"outcome":"listed"`) != c.believed || strings.Contains(answer, `"code":"BadGateway"`) == c.believed {
			t.Errorf("%s, %s: cut %v: %s", c.command, c.items, cut, answer)
		}
		w := f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+sender+"&"+c.query, "")
		if (w.Code == http.StatusOK) != c.believed || !c.believed && w.Code != http.StatusBadGateway {
			t.Errorf("%s, %s: %d %s", c.query, c.items, w.Code, w.Body)
		}
	}
}

// unclearCreates are answers to a create that took effect all the same.
var unclearCreates = map[string]ocitest.Fault{
	"an empty object":        {Body: `{}`},
	"no body":                {Empty: true},
	"no id":                  {Body: entry("", "a", "")},
	"a number as id":         {Body: entry("1", "a", `"id": 5`)},
	"an id that is no OCID":  {Body: entry("1", "a", "")},
	"a blank id":             {Body: entry(" ", "a", "")},
	"a recipient twice":      {Body: doubled(entry(theInvitation, "a", ""), `"recipienttenancyid": "ocid1.tenancy.oc1..other"`)},
	"another recipient":      {Body: entry(theInvitation, "other", "")},
	"no recipient":           {Body: `{"id": "` + theInvitation + `", "compartmentId": "` + sender + `"}`},
	"another sender tenancy": {Body: entry(theInvitation, "a", `"compartmentId": "ocid1.tenancy.oc1..stranger"`)},
}

// A create whose answer is not believed may have taken effect. It is 502 BadGateway, says so, keeps its place of MAX_PENDING, and is
// existing when it comes again.
func TestCreatesThatAreNotBelieved(t *testing.T) {
	const unknown = "whether the request took effect is not known"
	for name, fault := range unclearCreates {
		f := spoiling(t, http.MethodPost, "/senderInvitations", fault)
		if answer, cut := f.invoke(creates("a")); !cut {
			t.Errorf("%s: %s", name, answer)
		}
		if told := f.lastMessage(); !strings.Contains(told, `"code":"BadGateway"`) || !strings.Contains(told, unknown) || !strings.Contains(told, `"retryable":true`) {
			t.Errorf("%s: published %s", name, told)
		}
		if answer, cut := f.invoke(creates("a")); cut || !strings.Contains(answer, `"outcome":"existing"`) || len(f.oci.Invitations()) != 2 {
			t.Errorf("%s: again, cut %v: %s", name, cut, answer)
		}

		f = spoiling(t, http.MethodPost, "/senderInvitations", fault)
		w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
		if w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), unknown) || w.Header().Get("opc-retry-token") == "" {
			t.Errorf("%s, HTTP: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
		if told := f.lastMessage(); !strings.Contains(told, `"outcome":"failed"`) || !strings.Contains(told, `"code":"BadGateway"`) {
			t.Errorf("%s, HTTP: published %s", name, told)
		}

		f = spoiling(t, http.MethodPost, "/senderInvitations", fault, "MAX_PENDING", "2", "CONCURRENCY", "1")
		if answer := f.request(http.MethodPost, "/events", creates("a", "b")).Body.String(); len(f.oci.Invitations()) != 2 ||
			!strings.Contains(answer, "MAX_PENDING is 2") || !strings.Contains(answer, unknown) {
			t.Errorf("%s, MAX_PENDING: %d invitations: %s", name, len(f.oci.Invitations()), answer)
		}
	}
}

// The next attempt of a create has the same retry token, and so gets the answer to the first.
func TestCreateIsBelievedAtItsNextAttempt(t *testing.T) {
	attempts := 0
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodPost, "/senderInvitations") {
			attempts++
		}
		return ocitest.Fault{Empty: attempts == 1}
	}})
	if answer, cut := f.invoke(creates("a")); cut || !strings.Contains(answer, `"outcome":"created"`) || len(f.oci.Invitations()) != 1 || attempts != 2 {
		t.Errorf("cut %v, %d attempts, %d invitations: %s", cut, attempts, len(f.oci.Invitations()), answer)
	}
}

// An answer about another invitation, or work request, than the one that was asked for is not believed.
func TestAnswersAboutAnother(t *testing.T) {
	const other = "ocid1.senderinvitation.oc1..aaaaaaaa00000002"
	for name, fault := range map[string]ocitest.Fault{
		"another id": {Body: entry(other, "other", "")}, "no id": {Body: `{"status": "PENDING"}`}, "no body": {Empty: true},
	} {
		for command, cut := range map[string]bool{
			`{"operation": "get", "senderInvitationId": "` + theInvitation + `"}`:    false,
			`{"operation": "get", "recipientTenancyId": "ocid1.tenancy.oc1..other"}`: false,
			`{"operation": "cancel", "senderInvitationId": "` + theInvitation + `"}`: true,
			updates(theInvitation):              true,
			updates("ocid1.tenancy.oc1..other"): true,
		} {
			f := spoiling(t, http.MethodGet, theInvitation, fault)
			before := len(writes(f.oci))
			answer, was := f.invoke(command)
			if was {
				answer = f.lastMessage()
			}
			if was != cut || !strings.Contains(answer, `"code":"BadGateway"`) || len(writes(f.oci)) != before {
				t.Errorf("%s, %s: cut %v, %s: %s", name, command, was, writes(f.oci)[before:], answer)
			}
		}
		f := spoiling(t, http.MethodGet, theInvitation, fault)
		if w := f.request(http.MethodGet, "/20230401/senderInvitations/"+theInvitation, ""); w.Code != http.StatusBadGateway {
			t.Errorf("%s, HTTP get: %d %s", name, w.Code, w.Body)
		}

		f = spoiling(t, http.MethodPut, theInvitation, fault)
		if answer, cut := f.invoke(updates(theInvitation)); !cut || !strings.Contains(f.lastMessage(), "took effect is not known") {
			t.Errorf("%s: cut %v: %s", name, cut, answer)
		}
		if answer, cut := f.invoke(updates(theInvitation)); cut || !strings.Contains(answer, `"outcome":"unchanged"`) {
			t.Errorf("%s, again: cut %v: %s", name, cut, answer)
		}
		if w := f.request(http.MethodPut, "/20230401/senderInvitations/"+theInvitation, `{"displayName": "x"}`); w.Code != http.StatusBadGateway {
			t.Errorf("%s, HTTP update: %d %s", name, w.Code, w.Body)
		}
	}
	const request = "/20230401/workRequests/ocid1.organizationsworkrequest.oc1..aaaaaaaa00000001"
	for end, body := range map[string]string{"00000001": `{"id": "other"}`, "/errors": `{}`, "/logs": `{"items": [null]}`} {
		f := spoiling(t, http.MethodGet, end, ocitest.Fault{Body: body})
		if w := f.request(http.MethodGet, request+strings.TrimPrefix(end, "00000001"), ""); w.Code != http.StatusBadGateway {
			t.Errorf("%s, %s: %d %s", end, body, w.Code, w.Body)
		}
	}
}

// Without the etag of the invitation that was read, an update could overwrite what another has changed meanwhile. The command's own etag
// serves too, and so does an update that changes nothing.
func TestReadsWithoutEtag(t *testing.T) {
	const update = `{"operation": "update", "senderInvitationId": "` + theInvitation + `", `
	for _, c := range []struct{ command, want string }{
		{update + `"displayName": "two"}`, `"code":"BadGateway"`},
		{update + `"freeformTags": {"a": "b"}}`, `"code":"BadGateway"`},
		{update + `"displayName": "two", "ifMatch": "1-2"}`, `"outcome":"updated"`},
		{update + `"displayName": "one"}`, `"outcome":"unchanged"`},
		{`{"operation": "cancel", "senderInvitationId": "` + theInvitation + `"}`, `"outcome":"canceled"`},
	} {
		f := spoiling(t, http.MethodGet, theInvitation, ocitest.Fault{Header: map[string]string{"etag": ""}})
		before := len(writes(f.oci))
		_, cut := f.invoke(c.command)
		failed := strings.Contains(c.want, "code")
		if told := f.lastMessage(); cut != failed || !strings.Contains(told, c.want) || failed && len(writes(f.oci)) != before {
			t.Errorf("%s: cut %v, %s: %s", c.command, cut, writes(f.oci)[before:], told)
		}
	}
}

// A dry run compares the caller's etag with that of the invitation. If the answer has none, it does not say that the two differ.
func TestDryRunWithoutEtag(t *testing.T) {
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodGet, theInvitation) {
			return ocitest.Fault{Header: map[string]string{"etag": ""}}
		}
		return ocitest.Fault{}
	}}
	newFunction(t, oci).invoke(creates("a"))
	f := newFunction(t, oci, "MODE", "dry-run")
	for _, command := range []string{`"operation": "update", "displayName": "two"`, `"operation": "cancel"`} {
		answer, cut := f.invoke(`{"senderInvitationId": "` + theInvitation + `", "ifMatch": "1-2", ` + command + `}`)
		if told := f.lastMessage(); !cut || !strings.Contains(told, `"code":"BadGateway"`) || strings.Contains(told, "NoEtagMatch") {
			t.Errorf("%s: cut %v: %s %s", command, cut, answer, told)
		}
	}
}

// A list without end is no list: after 1,000 pages, or when a page token repeats, the command fails, and nothing is written.
func TestEndlessLists(t *testing.T) {
	for name, c := range map[string]struct {
		tokens int // until the first one repeats
		pages  int
		told   string
	}{
		"a new token each time": {1 << 30, 1000, "more than 1000 pages"},
		"the same token":        {1, 2, "page token"},
		"a circle":              {3, 4, "page token"},
	} {
		pages := 0
		f := newFunction(t, &ocitest.Server{SkipSignatures: true, Fault: func(r *http.Request) ocitest.Fault {
			if isRequest(r, http.MethodGet, "/senderInvitations") {
				pages++
				return ocitest.Fault{Status: 200, Body: `{"items": []}`, Header: map[string]string{"opc-next-page": fmt.Sprint("p", pages%c.tokens)}}
			}
			return ocitest.Fault{}
		}}, "MAX_ATTEMPTS", "1")
		for _, command := range []string{cancelForA, creates("a")} {
			pages = 0
			answer, cut := f.invoke(command)
			if told := f.lastMessage(); !cut || !strings.Contains(told, `"code":"BadGateway"`) || !strings.Contains(told, c.told) || pages != c.pages || len(writes(f.oci)) > 0 {
				t.Errorf("%s: cut %v after %d pages: %s %s", name, cut, pages, answer, told)
			}
		}
	}
}

// An answer of many small values takes many times its size in memory. It is refused before anything decodes it, through both doors. A full
// page of ordinary invitations is not.
func TestAnswersOfManyValues(t *testing.T) {
	many := func(part string, count int) string { return strings.TrimSuffix(strings.Repeat(part, count), ",") }
	tags := func(count int) string {
		var members []string
		for number := range count {
			members = append(members, fmt.Sprintf(`"%d": ""`, number))
		}
		return `"freeformTags": {` + strings.Join(members, ",") + `}`
	}
	var page []string
	for number := range 1000 {
		page = append(page, entry(fmt.Sprint("ocid1.x.oc1..", number), "a", tags(90)))
	}
	for name, c := range map[string]struct{ list, told string }{
		"objects":               {`{"items": [` + many("{},", 1_000_000) + `]}`, "more than 100000 values"},
		"numbers elsewhere":     {`{"items": [], "more": [` + many("0,", 1_000_000) + `]}`, "more than 100000 values"},
		"an invitation's tags":  {`{"items": [` + entry(theInvitation, "a", tags(20_000)) + `]}`, "an entry has more than 524288 bytes or 20000 values"},
		"a long invitation":     {`{"items": [` + entry(theInvitation, "a", `"displayName": "`+strings.Repeat("x", 512<<10)+`"`) + `]}`, "an entry has more than 524288 bytes or 20000 values"},
		"a full page":           {`{"items": [` + strings.Join(page, ",") + `]}`, ""},
		"a full page, and more": {`{"items": [` + strings.Join(append(page[:999:999], entry("1", "a", tags(10_000))), ",") + `]}`, "more than 100000 values"},
	} {
		f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Body: c.list})
		w := f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+sender, "")
		if (w.Code == http.StatusOK) != (c.told == "") || !strings.Contains(w.Body.String(), c.told) {
			t.Errorf("%s, HTTP: %d %.300s", name, w.Code, w.Body)
		}
		answer, cut := f.invoke(creates("a"))
		if told := f.lastMessage(); cut == (c.told == "") || !strings.Contains(told, c.told) || len(f.oci.Invitations()) > 1 {
			t.Errorf("%s: cut %v: %.300s %.600s", name, cut, answer, told)
		}
	}
	for body, told := range map[string]string{
		entry(theInvitation, "other", tags(100_000)): "more than 100000 values",
		entry(theInvitation, "other", tags(20_000)):  "it has more than 524288 bytes or 20000 values",
		entry(theInvitation, "other", tags(19_000)):  "",
	} {
		f := spoiling(t, http.MethodGet, theInvitation, ocitest.Fault{Body: body})
		w := f.request(http.MethodGet, "/20230401/senderInvitations/"+theInvitation, "")
		if (w.Code == http.StatusOK) != (told == "") || !strings.Contains(w.Body.String(), told) {
			t.Errorf("HTTP get: %d %.300s, want %s", w.Code, w.Body, told)
		}
	}
}

// doubled returns the object with one more member, after the others.
func doubled(object, member string) string {
	return strings.TrimSuffix(object, "}") + "," + member + "}"
}

// If a member comes twice, or in another letter case, two readers of the answer could understand it differently: it is not believed.
func TestMembersThatComeTwice(t *testing.T) {
	for _, member := range []string{
		`"status": "CANCELED"`, `"Status": "CANCELED"`, `"STATUS": null`, `"\u017ftatus": "CANCELED"`, `"\u0073tatus": "PENDING"`,
		`"ID": "ocid1.senderinvitation.oc1..aaaaaaaa00000002"`, `"recipienttenancyid": "ocid1.tenancy.oc1..b"`, `"CompartmentID": "ocid1.tenancy.oc1..b"`,
		`"lifecyclestate": "FAILED"`, `"displayname": "x"`, `"freeformTags": {}, "FreeformTags": {}`, `"definedtags": {}`, `"TimeCreated": ""`,
		`"TimeUpdated": ""`, `"RecipientEmailAddress": "eve@evil.example"`, `"Subjects": []`, `"invitationfeatures": []`,
	} {
		told := func(operation string) string { return `OCI's answer to ` + operation + ` cannot be right` }
		list := ocitest.Fault{Body: `{"items": [` + doubled(entry(theInvitation, "a", ""), member) + `]}`}
		one := ocitest.Fault{Body: doubled(entry(theInvitation, "other", ""), member)}
		for _, c := range []struct {
			end     string
			fault   ocitest.Fault
			command string
		}{
			{"/senderInvitations", list, creates("a")}, {"/senderInvitations", list, creates("a", "b")}, {"/senderInvitations", list, cancelForA},
			{theInvitation, one, `{"operation": "cancel", "senderInvitationId": "` + theInvitation + `"}`}, {theInvitation, one, updates(theInvitation)},
		} {
			f := spoiling(t, http.MethodGet, c.end, c.fault)
			before := len(writes(f.oci))
			answer, cut := f.invoke(c.command)
			if failed := f.lastMessage(); !cut || !strings.Contains(failed, "cannot be right") || !strings.Contains(failed, `"retryable":true`) || len(writes(f.oci)) > before {
				t.Errorf("%s, %s: cut %v, %s: %s %s", member, c.command, cut, writes(f.oci)[before:], answer, failed)
			}
		}
		f := spoiling(t, http.MethodGet, "/senderInvitations", list)
		if w := f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+sender, ""); w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), told("ListSenderInvitations")) {
			t.Errorf("%s, HTTP list: %d %s", member, w.Code, w.Body)
		}
		f = spoiling(t, http.MethodGet, theInvitation, one)
		if w := f.request(http.MethodGet, "/20230401/senderInvitations/"+theInvitation, ""); w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), told("GetSenderInvitation")) {
			t.Errorf("%s, HTTP get: %d %s", member, w.Code, w.Body)
		}
	}
}

// Members that contradict nothing may be missing: a sender, and the lifecycle state.
func TestSparseAnswersAreBelieved(t *testing.T) {
	const sparse = `{"id": "` + theInvitation + `", "recipientTenancyId": "ocid1.tenancy.oc1..a", "status": "PENDING"}`
	f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Status: 200, Body: `{"items": [` + sparse + `]}`})
	if answer, cut := f.invoke(creates("a")); cut || !strings.Contains(answer, `"outcome":"existing"`) {
		t.Errorf("list: cut %v: %s", cut, answer)
	}
	f = spoiling(t, http.MethodPost, "/senderInvitations", ocitest.Fault{Status: 200, Body: sparse})
	if answer, cut := f.invoke(creates("a")); cut || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("create: cut %v: %s", cut, answer)
	}
}

// An invitation whose state this function does not know is neither live nor gone: a command that would decide on it fails, and nothing is
// written. A redelivery would read the same, so the failure is permanent. Who only reads gets the invitation as it is.
func TestStatesThatAreNotKnown(t *testing.T) {
	bare := func(more string) string {
		return `{"id": "` + theInvitation + `", "compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"` + more + `}`
	}
	for invitation, told := range map[string]string{
		bare(`, "lifecycleState": "ACTIVE"`):                                               "no status",
		bare(`, "lifecycleState": "ACTIVE", "status": null`):                               "no status",
		bare(`, "lifecycleState": "ACTIVE", "status": ""`):                                 "no status",
		bare(`, "lifecycleState": "ACTIVE", "status": "HELD"`):                             "the status HELD",
		bare(`, "lifecycleState": "ACTIVE", "status": "pending"`):                          "the status pending",
		bare(`, "lifecycleState": "ACTIVE", "status": "PENDING "`):                         "a status in another form",
		bare(`, "lifecycleState": "ACTIVE", "status": "bob@acme.example"`):                 "a status in another form",
		bare(`, "lifecycleState": "failed", "status": "PENDING"`):                          "the lifecycleState failed",
		bare(`, "lifecycleState": "updating", "status": "PENDING"`):                        "the lifecycleState updating",
		bare(`, "lifecycleState": "` + strings.Repeat("A", 99) + `", "status": "PENDING"`): "a lifecycleState in another form",
	} {
		list, one := ocitest.Fault{Body: `{"items": [` + invitation + `]}`}, ocitest.Fault{Body: invitation, Header: map[string]string{"etag": "1-1"}}
		const cancel, get = `{"operation": "cancel", "senderInvitationId": "` + theInvitation + `"}`, `{"operation": "get", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
		for _, c := range []struct {
			end     string
			fault   ocitest.Fault
			command string
		}{
			{"/senderInvitations", list, creates("a")}, {"/senderInvitations", list, creates("a", "a")}, {"/senderInvitations", list, cancelForA},
			{"/senderInvitations", list, updates("ocid1.tenancy.oc1..a")}, {"/senderInvitations", list, get}, {theInvitation, one, cancel}, {theInvitation, one, updates(theInvitation)},
		} {
			f := spoiling(t, http.MethodGet, c.end, c.fault)
			before := len(writes(f.oci))
			answer, cut := f.invoke(c.command)
			if cut || !strings.Contains(answer, "an invitation with "+told+", which this function does not know") || !strings.Contains(answer, `"retryable":false`) || len(writes(f.oci)) > before {
				t.Errorf("%s, %s: cut %v, %s: %s", invitation, c.command, cut, writes(f.oci)[before:], answer)
			}
		}
		f := spoiling(t, http.MethodGet, "/senderInvitations", list, "MAX_PENDING", "1")
		if w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`); w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), "MAX_PENDING") {
			t.Errorf("%s, MAX_PENDING: %d %s", invitation, w.Code, w.Body)
		}
		if answer, cut := f.invoke(`{"operation": "list"}`); cut || !strings.Contains(answer, `"outcome":"listed"`) {
			t.Errorf("%s, list: %s", invitation, answer)
		}
		if w := f.request(http.MethodGet, "/20230401/senderInvitations?compartmentId="+sender, ""); w.Code != http.StatusOK {
			t.Errorf("%s, HTTP list: %d %s", invitation, w.Code, w.Body)
		}
		f = spoiling(t, http.MethodGet, theInvitation, one)
		if answer, cut := f.invoke(`{"operation": "get", "senderInvitationId": "` + theInvitation + `"}`); cut || !strings.Contains(answer, `"outcome":"retrieved"`) {
			t.Errorf("%s, get: %s", invitation, answer)
		}
		if w := f.request(http.MethodGet, "/20230401/senderInvitations/"+theInvitation, ""); w.Code != http.StatusOK {
			t.Errorf("%s, HTTP get: %d %s", invitation, w.Code, w.Body)
		}
	}
}

// A cancel that something else answers in OCI's place is not canceled. The message says that its effect is not known; a redelivery finds
// the invitation PENDING, and cancels it, or CANCELED.
func TestCancelsThatAreNotBelieved(t *testing.T) {
	none := map[string]string{"opc-request-id": "", "opc-work-request-id": ""}
	for name, c := range map[string]struct {
		fault    ocitest.Fault
		believed bool
	}{
		"a proxy's object":        {ocitest.Fault{Status: 200, Body: `{"login": "https://proxy.example/"}`, Header: none}, false},
		"an error":                {ocitest.Fault{Status: 200, Body: `{"code": "NotAuthenticated", "message": "x"}`, Header: none}, false},
		"nothing":                 {ocitest.Fault{Status: 200, Empty: true, Header: none}, false},
		"the invitation, no id":   {ocitest.Fault{Status: 200, Body: entry(theInvitation, "other", ""), Header: none}, false},
		"nothing, but it is done": {ocitest.Fault{Empty: true, Header: none}, false},
		"another invitation":      {ocitest.Fault{Status: 200, Body: entry("ocid1.senderinvitation.oc1..z", "other", "")}, false},
		"another letter case":     {ocitest.Fault{Status: 200, Body: `{"Id": "ocid1.senderinvitation.oc1..z"}`}, false},
		"an id twice":             {ocitest.Fault{Status: 200, Body: doubled(entry(theInvitation, "other", ""), `"id": "ocid1.senderinvitation.oc1..z"`)}, false},
		"an empty id":             {ocitest.Fault{Status: 200, Body: entry("", "other", "")}, false},
		"a request id":            {ocitest.Fault{Empty: true, Header: map[string]string{"opc-work-request-id": ""}}, true},
		"a work request":          {ocitest.Fault{Empty: true, Header: map[string]string{"opc-request-id": ""}}, true},
		"the invitation":          {ocitest.Fault{Body: entry(theInvitation, "other", "")}, true},
		"an object without id":    {ocitest.Fault{Body: `{}`}, true},
	} {
		const unknown = "whether the request took effect is not known"
		for _, target := range []string{`"senderInvitationId": "` + theInvitation + `"`, `"recipientTenancyId": "ocid1.tenancy.oc1..other"`} {
			spoilt := false
			oci := &ocitest.Server{}
			oci.Fault = func(r *http.Request) ocitest.Fault {
				if spoilt || !isRequest(r, http.MethodPost, "/actions/cancel") {
					return ocitest.Fault{}
				}
				spoilt = true
				return c.fault
			}
			f := newFunction(t, oci, "MAX_ATTEMPTS", "1")
			f.invoke(creates("other"))
			command := `{"operation": "cancel", ` + target + `, "opcRetryToken": "t"}`
			answer, cut := f.invoke(command)
			if told := f.lastMessage(); cut == c.believed || c.believed != strings.Contains(answer, `"outcome":"canceled"`) ||
				!c.believed && !(strings.Contains(told, `"code":"BadGateway"`) && strings.Contains(told, unknown) && strings.Contains(told, `"retryable":true`)) {
				t.Errorf("%s, %s: cut %v: %s %s", name, target, cut, answer, told)
			}
			if answer, cut = f.invoke(command); cut || !strings.Contains(answer, `"outcome":"canceled"`) && !strings.Contains(answer, `"outcome":"unchanged"`) || oci.Invitations()[0].Status != "CANCELED" {
				t.Errorf("%s, %s, again: cut %v: %s", name, target, cut, answer)
			}
		}
		f := spoiling(t, http.MethodPost, "/actions/cancel", c.fault)
		w := f.request(http.MethodPost, "/20230401/senderInvitations/"+theInvitation+"/actions/cancel", "")
		if (w.Code == http.StatusOK) != c.believed || !c.believed && (w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), unknown)) {
			t.Errorf("%s, HTTP: %d %s", name, w.Code, w.Body)
		}
	}
}
