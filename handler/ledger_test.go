package handler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// The key of the event in signupFor, and the digest of what it asks for.
var theKey = events.Hash("/s", "1", "create")

func signupFor(recipient string) string {
	return `{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.create", "data": {"recipientTenancyId": "ocid1.tenancy.oc1..` + recipient + `"}}`
}

// put makes an invitation over HTTP with the freeform tags and the retry token.
func (f *function) put(t *testing.T, recipient, tags, token string) (id string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/20230401/senderInvitations", strings.NewReader(
		fmt.Sprintf(`{"compartmentId": %q, "recipientTenancyId": "ocid1.tenancy.oc1..%s", "freeformTags": {%s}}`, sender, recipient, tags)))
	r.Header.Set("opc-retry-token", token)
	w := httptest.NewRecorder()
	if f.HTTP(w, r); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	made := f.oci.Invitations()
	return made[len(made)-1].ID
}

// The key of an event counts only with the recipient tenancy and the digest. An invitation that has the key without them does not answer
// the event: the signup would be lost in silence. It is a Conflict that names the invitation and says why, and what to do.
func TestKeyCountsOnlyWithRecipientAndDigest(t *testing.T) {
	digest := func(t *testing.T, recipient string) string {
		f := newFunction(t, &ocitest.Server{})
		f.invoke(signupFor(recipient))
		return f.oci.Invitations()[0].FreeformTags["senderinvitation-digest"]
	}
	key := `"senderinvitation-key": "` + theKey + `"`
	right := `, "senderinvitation-digest": "` + digest(t, "a") + `"`
	const wrong = `, "senderinvitation-digest": "forged"`
	type made struct{ recipient, tags, token, then string }
	for name, c := range map[string]struct {
		before []made
		want   string // of the event for a
		named  int    // the invitation that the answer names, counted from 1
	}{
		"another recipient":                     {[]made{{"b", key, theKey, ""}}, "for another recipient tenancy", 1},
		"another recipient, right digest":       {[]made{{"b", key + right, theKey, ""}}, "for another recipient tenancy", 1},
		"another recipient, canceled":           {[]made{{"b", key, theKey, "cancel"}}, "for another recipient tenancy", 1},
		"no digest":                             {[]made{{"a", key, "", ""}}, "no tag senderinvitation-digest", 1},
		"no digest, canceled":                   {[]made{{"a", key, "", "cancel"}}, "no tag senderinvitation-digest", 1},
		"another digest":                        {[]made{{"a", key + wrong, "", ""}}, "another payload", 1},
		"right":                                 {[]made{{"a", key + right, "", ""}}, `"outcome":"existing"`, 1},
		"right, canceled":                       {[]made{{"a", key + right, "", "cancel"}}, `"outcome":"existing"`, 1},
		"right, among others":                   {[]made{{"a", key, "", ""}, {"a", key + wrong, "", ""}, {"a", key + right, "", ""}, {"a", key, "", ""}}, `"outcome":"existing"`, 3},
		"another recipient, but a live one":     {[]made{{"b", key, theKey, ""}, {"a", "", "", ""}}, `"outcome":"existing"`, 2},
		"tags lost, live":                       {[]made{{"a", "", theKey, ""}}, `"outcome":"existing"`, 1},
		"another recipient, other token":        {[]made{{"b", key, "", ""}}, `"outcome":"created"`, 2},
		"a tag with another event's key, live":  {[]made{{"a", `"senderinvitation-key": "other"`, "", ""}}, `"outcome":"existing"`, 1},
		"another event's key, no longer live":   {[]made{{"a", `"senderinvitation-key": "other"`, "", "cancel"}}, `"outcome":"created"`, 2},
		"nobody has the key, the token is used": {[]made{{"b", "", theKey, ""}}, "opcRetryToken", 0},
	} {
		for door, settings := range map[string][]string{"": nil, " in a dry run": {"MODE", "dry-run"}} {
			oci := &ocitest.Server{}
			f := newFunction(t, oci)
			for _, one := range c.before {
				id := f.put(t, one.recipient, one.tags, one.token)
				if one.then != "" {
					f.request(http.MethodPost, "/20230401/senderInvitations/"+id+"/actions/cancel", "")
				}
			}
			want, named := c.want, c.named
			if door != "" && (c.named == 0 || strings.HasPrefix(want, "for another") || strings.Contains(want, "created")) {
				want, named = `"outcome":"created"`, 0 // the service is not asked, so nothing shows that the token is used
			}
			answer, cut := newFunction(t, oci, settings...).invoke(signupFor("a"))
			if cut || !strings.Contains(answer, want) {
				t.Errorf("%s%s: cut %v: %s", name, door, cut, answer)
			}
			if fault := !strings.Contains(want, "outcome"); fault &&
				(!strings.Contains(answer, `"code":"Conflict"`) || !strings.Contains(answer, `"retryable":false`) || !strings.Contains(answer, "use another event id or opcRetryToken")) {
				t.Errorf("%s%s: %s", name, door, answer)
			}
			if id := fmt.Sprintf("aaaaaaaa%08d", named); named > 0 && !strings.Contains(answer, id) {
				t.Errorf("%s%s: no %s in %s", name, door, id, answer)
			}
		}
	}
}

// The same holds in a list, whose records share one look.
func TestKeyInTheCommonLook(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	key := events.Hash("/s", "0", "create")
	f.put(t, "other", `"senderinvitation-key": "`+key+`"`, key)
	answer, cut := f.invoke(creates("a", "b"))
	if cut || strings.Count(answer, `"code":"Conflict"`) != 1 || strings.Count(answer, `"outcome":"created"`) != 1 || !strings.Contains(answer, "for another recipient tenancy") {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

// An invitation counts for its recipient tenancy, whatever the region part of the OCID.
func TestSpellingsOfRecipientInTheCommonLook(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	f.put(t, "a", "", "token")
	answer, cut := f.invoke(creates("iad.a", "b"))
	if cut || strings.Count(answer, `"outcome":"existing"`) != 1 || strings.Count(answer, `"outcome":"created"`) != 1 || len(f.oci.Invitations()) != 2 {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

// A PUT over HTTP that drops only the digest leaves an invitation that looks as if it were made for the event. For another recipient
// tenancy, it was not.
func TestDigestDroppedByPut(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	f.invoke(signupFor("b"))
	f.request(http.MethodPut, "/20230401/senderInvitations/"+theInvitation, `{"freeformTags": {"senderinvitation-key": "`+theKey+`"}}`)
	if answer, cut := f.invoke(signupFor("a")); cut || !strings.Contains(answer, `"code":"Conflict"`) || !strings.Contains(answer, theInvitation) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}
