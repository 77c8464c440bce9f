package ocitest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"

	"sender-invitations/internal/ocitest"
)

const messagesPath = "/20181201/topics/" + topic + "/messages"

func (k *stack) publish(title, body *string) (ons.PublishMessageResponse, error) {
	return k.messages.PublishMessage(ctx, ons.PublishMessageRequest{
		TopicId:        common.String(topic),
		MessageDetails: ons.MessageDetails{Title: title, Body: body},
	})
}

func TestPublish(t *testing.T) {
	k := start(t, &ocitest.Server{})
	var ids []string
	for _, body := range []string{"one", "two"} {
		response, err := k.publish(common.String("title"), common.String(body))
		if err != nil {
			t.Fatal(err)
		}
		if response.RawResponse.StatusCode != 202 || !response.TimeStamp.Equal(k.clock.Now().Truncate(time.Millisecond)) {
			t.Errorf("answer %v", response)
		}
		ids = append(ids, *response.MessageId)
	}
	list := k.Messages()
	if len(list) != 2 || ids[0] == ids[1] {
		t.Fatalf("messages %v with ids %v", list, ids)
	}
	if m := list[1]; m.ID != ids[1] || m.TopicID != topic || m.Title != "title" || m.Body != "two" {
		t.Errorf("message %v", m)
	}
}

func TestPublishRefuses(t *testing.T) {
	k := start(t, &ocitest.Server{})
	for _, test := range []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"no body", messagesPath, ``, 400, "CannotParseRequest"},
		{"no body member", messagesPath, `{"title":"t"}`, 400, "MissingParameter"},
		{"null body member", messagesPath, `{"body":null}`, 400, "MissingParameter"},
		{"empty body member", messagesPath, `{"body":""}`, 400, "InvalidParameter"},
		{"body of another type", messagesPath, `{"body":{}}`, 400, "InvalidParameter"},
		{"not a topic", "/20181201/topics/ocid1.tenancy.oc1..x/messages", `{"body":"b"}`, 404, "NotAuthorizedOrNotFound"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k.send(t, "POST", test.path, test.body).check(t, test.status, test.code)
		})
	}
	if list := k.Messages(); len(list) != 0 {
		t.Errorf("messages %v", list)
	}
}

func TestPublishLimit(t *testing.T) {
	k := start(t, &ocitest.Server{})
	room := 65536 - len(`{"body":""}`)
	full := fmt.Sprintf(`{"body":"%s"}`, strings.Repeat("x", room))
	if got := k.send(t, "POST", messagesPath, full); got.status != 202 {
		t.Errorf("%d bytes: answer %d %s", len(full), got.status, got.body)
	}
	k.send(t, "POST", messagesPath, full+" ").check(t, 413, "PayloadTooLarge")
	_, err := k.publish(nil, common.String(strings.Repeat("x", 65536)))
	checkServiceError(t, err, 413, "PayloadTooLarge")
	if list := k.Messages(); len(list) != 1 || len(list[0].Body) != room {
		t.Errorf("%d messages", len(list))
	}
}

func TestTopic(t *testing.T) {
	k := start(t, &ocitest.Server{})
	got, err := k.topics.GetTopic(ctx, ons.GetTopicRequest{TopicId: common.String(topic)})
	if err != nil {
		t.Fatal(err)
	}
	if *got.TopicId != topic || got.LifecycleState != "ACTIVE" || *got.Name == "" || *got.ApiEndpoint != k.url || got.TimeCreated == nil {
		t.Errorf("topic %v", got.NotificationTopic)
	}
	_, err = k.topics.GetTopic(ctx, ons.GetTopicRequest{TopicId: common.String("ocid1.onstopicx.oc1..x")})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")
}

func TestListedTopics(t *testing.T) {
	k := start(t, &ocitest.Server{Topics: map[string]string{topic: "", topic + "b": "DELETING"}})
	for id, want := range map[string]string{topic: "ACTIVE", topic + "b": "DELETING", topic + "c": ""} {
		got, err := k.topics.GetTopic(ctx, ons.GetTopicRequest{TopicId: common.String(id)})
		if string(got.LifecycleState) != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", id, got.LifecycleState, err)
		}
	}
	_, err := k.messages.PublishMessage(ctx, ons.PublishMessageRequest{TopicId: common.String(topic + "c"), MessageDetails: ons.MessageDetails{Body: common.String("b")}})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")
}

func TestMessagesPage(t *testing.T) {
	k := start(t, &ocitest.Server{})
	page := func() reply { return do(t, newRequest(t, "GET", k.url+"/messages", "")) }
	if got := page(); got.status != 200 || got.body != "[]\n" {
		t.Errorf("answer %d %q", got.status, got.body)
	}
	for _, body := range []string{"plain <text>", `{"type":"a"}`} {
		if _, err := k.publish(nil, common.String(body)); err != nil {
			t.Fatal(err)
		}
	}
	var list []struct {
		MessageID, TopicID, TimeStamp string
		Body                          json.RawMessage
	}
	got := page()
	if err := json.Unmarshal([]byte(got.body), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || string(list[0].Body) != `"plain <text>"` || list[1].Body[0] != '{' {
		t.Fatalf("page %s", got.body)
	}
	if m := list[1]; m.MessageID != k.Messages()[1].ID || m.TopicID != topic || m.TimeStamp != "2050-01-02T15:04:05.678Z" {
		t.Errorf("page %s", got.body)
	}
}
