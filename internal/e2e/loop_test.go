package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// TestFunctionsThatFeedEachOther checks that two functions with different prefixes come to an end if each is sent what the other
// publishes, whatever brings it. The rules of both take every event.
func TestFunctionsThatFeedEachOther(t *testing.T) {
	const rules = `RULES=[{"name":"all","match":{"type":"*"},"operation":"create","set":{"recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaaacme"}}]`
	for name, bring := range map[string]func(published string) (body string, header http.Header){
		"directly": func(published string) (string, http.Header) { return published, nil },
		"by a topic": func(published string) (string, http.Header) {
			return published, http.Header{"X-OCI-NS-MessageId": {"m1"}, "X-OCI-NS-TopicOcid": {resultTopic}}
		},
		"as a batch": func(published string) (string, http.Header) { return "[" + published + "]", nil },
		"by a stream": func(published string) (string, http.Header) {
			value := base64.StdEncoding.EncodeToString([]byte(published))
			return fmt.Sprintf(`[{"stream": "results", "partition": "0", "key": null, "value": %q, "offset": 1}]`, value), nil
		},
		"by a queue": func(published string) (string, http.Header) {
			quoted, err := json.Marshal(published)
			if err != nil {
				t.Fatal(err)
			}
			return "[" + string(quoted) + "]", nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var functions []*scenario
			for _, prefix := range []string{"com.one.invitation", "com.two.invitation"} {
				functions = append(functions, newScenarioOn(t, &ocitest.Server{}, rules+" EVENT_TYPE_PREFIX="+prefix))
			}
			published := `{"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}`
			var hops []string
			for round := 0; published != "" && round < 10; round++ {
				body, header := bring(published)
				published = functions[round%2].publishedFor(t, body, header)
				var event struct{ SenderInvitationHop json.Number }
				if published != "" && json.Unmarshal([]byte(published), &event) == nil {
					hops = append(hops, event.SenderInvitationHop.String())
				}
			}
			if got := strings.Join(hops, " "); got != "1 2 3 4" {
				t.Errorf("published with the hops %q, then %q", got, published)
			}
		})
	}
}

// publishedFor makes a direct call and returns the event that it publishes; "" if it publishes none.
func (s *scenario) publishedFor(t *testing.T, body string, header http.Header) string {
	t.Helper()
	before := len(s.oci.Messages())
	request, err := http.NewRequest(http.MethodPost, s.direct.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header.Set(name, values[0])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatal(response.Status)
	}
	messages := s.oci.Messages()[before:]
	if len(messages) == 0 {
		return ""
	}
	return messages[0].Body
}
