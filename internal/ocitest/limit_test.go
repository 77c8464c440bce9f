package ocitest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"

	"sender-invitations/internal/ocitest"
)

func TestTopicLimit(t *testing.T) {
	k := start(t, &ocitest.Server{TopicMessages: ocitest.DocumentedTopicMessages})
	publish := func(to string) int {
		response, err := k.messages.PublishMessage(ctx, ons.PublishMessageRequest{
			TopicId: common.String(to), MessageDetails: ons.MessageDetails{Body: common.String("b")},
		})
		if retryAfter := response.RawResponse.Header.Get("retry-after"); retryAfter != "" {
			t.Errorf("retry-after %s", retryAfter)
		}
		var e common.ServiceError
		if errors.As(err, &e) && (e.GetHTTPStatusCode() != 429 || e.GetCode() != "TooManyRequests") {
			t.Error(err)
		}
		return response.RawResponse.StatusCode
	}
	for range 60 { // one a quarter of a second, 15 seconds in all
		if got := publish(topic); got != 202 {
			t.Errorf("answer %d", got)
		}
		k.clock.advance(250 * time.Millisecond)
	}
	for _, step := range []struct {
		after time.Duration
		to    string
		want  int
	}{
		{0, topic, 429},
		{0, topic + "b", 202}, // topics do not share their limits
		{44*time.Second + 999*time.Millisecond, topic, 429},
		{time.Millisecond, topic, 202}, // the first message is a minute old
		{0, topic, 429},
		{250 * time.Millisecond, topic, 202},
		{time.Minute, topic, 202},
	} {
		k.clock.advance(step.after)
		if got := publish(step.to); got != step.want {
			t.Errorf("%+v: answer %d", step, got)
		}
	}
	if got := len(k.Messages()); got != 64 {
		t.Errorf("%d messages", got)
	}
	if got := k.Refused(); got != 3 {
		t.Errorf("%d refused", got)
	}
}

// TestTopicWindow checks that a topic can have a shorter window than a minute.
func TestTopicWindow(t *testing.T) {
	k := start(t, &ocitest.Server{TopicMessages: 1, TopicWindow: 10 * time.Second})
	for _, step := range []struct {
		after time.Duration
		taken bool
	}{{0, true}, {9*time.Second + 999*time.Millisecond, false}, {time.Millisecond, true}, {0, false}} {
		k.clock.advance(step.after)
		if _, err := k.publish(nil, common.String("b")); (err == nil) != step.taken {
			t.Errorf("%+v: %v", step, err)
		}
	}
}

// TestWrongMessagesDoNotCount checks that only what is published uses the limit.
func TestWrongMessagesDoNotCount(t *testing.T) {
	k := start(t, &ocitest.Server{TopicMessages: 1, PartitionRequests: 1, PartitionBytes: 1})
	k.send(t, "POST", messagesPath, `{"body":""}`).check(t, 400, "InvalidParameter")
	k.send(t, "POST", putPath, `{"messages":[{"value":"eA=="},{}]}`).check(t, 400, "MissingParameter")
	if _, err := k.publish(nil, common.String("b")); err != nil {
		t.Error(err)
	}
	if _, err := k.put("x"); err != nil {
		t.Error(err)
	}
}

func TestPartitionLimits(t *testing.T) {
	type step struct {
		after   time.Duration
		entries string // separated by spaces
		want    string
	}
	const full, tooMany = "429 TooManyRequests", "TooManyRequests"
	type limits struct{ partitions, bytes, requests int }
	for _, test := range []struct {
		name   string
		limits limits
		steps  []step
	}{
		{"no limits", limits{}, []step{{0, "aaaaaaaa", "0:0"}, {0, "aaaaaaaa", "0:1"}}},
		{"bytes of keys and values", limits{bytes: 4}, []step{
			{0, "k=aa", "0:0"}, {0, "bb", full}, {0, "b", "0:1"}, {999, "c", full}, {1, "cccc", "0:2"},
		}},
		{"some entries", limits{bytes: 4}, []step{
			{0, "aa bbb cc d", "0:0 " + tooMany + " 0:1 " + tooMany}, {0, "bbb", full}, {1000, "bbb d", "0:2 0:3"},
		}},
		{"bytes slide", limits{bytes: 2}, []step{
			{0, "a", "0:0"}, {600, "b", "0:1"}, {400, "c", "0:2"}, {599, "d", full}, {1, "d", "0:3"},
		}},
		{"a large entry in an idle partition", limits{bytes: 2}, []step{
			{0, "aaaa", "0:0"}, {999, "b", full}, {1, "bbbb", "0:1"},
		}},
		{"requests", limits{requests: 2}, []step{
			{0, "a b c", "0:0 0:1 0:2"}, {0, "d", "0:3"}, {0, "e f", full}, {1000, "e", "0:4"},
		}},
		{"a refused request does not count", limits{requests: 1, bytes: 2}, []step{
			{0, "aa", "0:0"}, {500, "b", full}, {500, "b", "0:1"}, {0, "c", full},
		}},
		{"each partition by itself", limits{partitions: 2, bytes: 2}, []step{
			{0, "aa b", "0:0 1:0"}, {0, "c d", tooMany + " 1:1"}, {0, "e f", full}, {1000, "e f", "0:1 1:2"},
		}},
		{"requests of each partition", limits{partitions: 2, requests: 1}, []step{
			{0, "a", "0:0"}, {0, "b c d", "1:0 " + tooMany + " 1:1"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := start(t, &ocitest.Server{Partitions: test.limits.partitions, PartitionBytes: test.limits.bytes, PartitionRequests: test.limits.requests})
			var want []string
			for _, step := range test.steps {
				k.clock.advance(step.after * time.Millisecond)
				entries := strings.Fields(step.entries)
				response, err := k.put(entries...)
				if got := outcome(t, response, err); got != step.want {
					t.Errorf("%s: %s, want %s", step.entries, got, step.want)
				}
				for i, place := range strings.Fields(step.want) {
					if strings.Contains(place, ":") {
						_, value, keyed := strings.Cut(entries[i], "=")
						if !keyed {
							value = entries[i]
						}
						want = append(want, place+"="+value)
					}
				}
			}
			if got := k.inStream(); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("stream %v, want %v", got, want)
			}
		})
	}
}
