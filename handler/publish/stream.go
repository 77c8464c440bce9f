package publish

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/streaming"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

// maxPut is the maximum size in bytes of an encoded PutMessages request. Streaming takes 1 MiB of keys and messages, decoded
// (https://docs.oracle.com/iaas/Content/Streaming/Concepts/streamingoverview_topic-Limits_on_Streaming_Resources.htm).
const maxPut = 1_000_000

// maxKey is the maximum length in bytes of a message's key (PutMessagesDetailsEntry of the Streaming API).
const maxKey = 256

// registerStreaming registers the two parts of the Streaming API: messages, and the administration of streams.
func registerStreaming(client *oci.Client, endpoint string) (messages, admin *oci.API) {
	messages = client.Register(oci.Service{Name: "streaming", Endpoint: endpoint,
		New: func(provider common.ConfigurationProvider) (common.BaseClient, error) {
			made, err := streaming.NewStreamClientWithConfigurationProvider(provider, endpoint)
			return made.BaseClient, err
		}})
	admin = client.Register(oci.Service{Name: "streaming", Endpoint: adminEndpoint(endpoint), Seldom: true,
		New: func(provider common.ConfigurationProvider) (common.BaseClient, error) {
			made, err := streaming.NewStreamAdminClientWithConfigurationProvider(provider)
			return made.BaseClient, err
		}})
	return messages, admin
}

// adminEndpoint returns the address at which the streams of a messages endpoint are administered:
// https://streaming.us-ashburn-1.oci.oraclecloud.com for https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com. An address of another
// form serves both.
func adminEndpoint(messages string) string {
	scheme, host, _ := strings.Cut(messages, "://")
	if _, rest, found := strings.Cut(host, ".streaming."); found {
		return scheme + "://streaming." + rest
	}
	return messages
}

// put holds the messages of one PutMessages request.
type put struct {
	publications []emit.Publication
	entries      []streaming.PutMessagesDetailsEntry
	size         int // of the encoded entries
}

func (b put) fits(size int) bool {
	return len(b.entries) == 0 || b.size+size <= maxPut-len(`{"messages":[]}`)
}

// sendToStream puts the results into the stream: one event is one message. It makes one request at a time, so that the events of a recipient
// stay in order.
func (p *Publisher) sendToStream(ctx context.Context, watch oci.Observer, share share, counts *Counts) {
	var pending put
	for _, one := range share.results {
		encoded, ok := p.encode(watch, one, counts)
		if !ok {
			continue
		}
		entry := streaming.PutMessagesDetailsEntry{Key: keyOf(one), Value: encoded}
		size := len(`{"value":"","key":null},`) + base64.StdEncoding.EncodedLen(len(entry.Value)) + base64.StdEncoding.EncodedLen(len(entry.Key)) + len(`""`)
		if !pending.fits(size) {
			p.put(ctx, watch, share.to, pending, counts)
			pending = put{}
		}
		pending.publications, pending.entries = append(pending.publications, one), append(pending.entries, entry)
		pending.size += size
	}
	if len(pending.entries) > 0 {
		p.put(ctx, watch, share.to, pending, counts)
	}
}

// keyOf returns the key of the event's message: the recipient tenancy, so that the events of one recipient are in one partition; else the
// event's subject; nil if there is neither.
func keyOf(one emit.Publication) []byte {
	recipient := cmp.Or(events.ReadInvitation(one.Result.Invitation).RecipientTenancyID, one.Recipient)
	if key := cmp.Or(ocid.Plain(recipient), one.EventSubject()); key != "" && len(key) <= maxKey {
		return []byte(key)
	}
	return nil
}

// put puts the messages into the stream. While the stream does not take some of them, it puts those again, until ctx ends.
func (p *Publisher) put(ctx context.Context, watch oci.Observer, to Destination, batch put, counts *Counts) {
	for retry := untilDeadline(); len(batch.entries) > 0; {
		refusals, err := p.putOnce(ctx, watch, to, batch.entries)
		if err != nil {
			for _, one := range batch.publications {
				counts.fail(ctx, watch, one, err)
			}
			return
		}
		var left put
		var last error
		for index, one := range batch.publications {
			if refusals[index] == nil {
				counts.succeed(one)
				continue
			}
			last = refusals[index]
			left.publications, left.entries = append(left.publications, one), append(left.entries, batch.entries[index])
		}
		if len(left.entries) < len(batch.entries) {
			retry = untilDeadline()
		}
		if batch = left; len(left.entries) > 0 && !retry.Wait(ctx, "") {
			for _, one := range left.publications {
				counts.fail(ctx, watch, one, last)
			}
			return
		}
	}
}

func untilDeadline() oci.Retry { return oci.Retry{Most: math.MaxInt} }

// putOnce makes one PutMessages request. The refusals are the errors of the messages that the stream did not take, in their order; nil for
// the others.
func (p *Publisher) putOnce(ctx context.Context, watch oci.Observer, to Destination, entries []streaming.PutMessagesDetailsEntry) (refusals []error, err error) {
	body, err := strict.Marshal(streaming.PutMessagesDetails{Messages: entries})
	if err != nil {
		return nil, err
	}
	got, err := p.streaming.Do(ctx, watch, oci.Call{API: "PutMessages", Method: http.MethodPost, Path: streamPath(to.Stream) + "/messages",
		Body: body, Pace: p.paces[to], Doubt: func(got oci.Answer) string {
			_, doubt := refusalsIn(got, len(entries))
			return doubt
		}})
	if err != nil {
		return nil, err
	}
	refusals, _ = refusalsIn(got, len(entries))
	return refusals, nil
}

// refusalsIn returns the refusals of an answer to a request with that many messages, and why the answer cannot be right; "" if it can.
func refusalsIn(got oci.Answer, messages int) (refusals []error, doubt string) {
	var told struct {
		Entries []struct {
			Offset *int64
			Error  *string
		}
	}
	if json.Unmarshal(got.Body, &told) != nil || len(told.Entries) != messages {
		return nil, fmt.Sprintf("it does not have one entry for each of the %d messages", messages)
	}
	refusals = make([]error, messages)
	for index, entry := range told.Entries {
		switch {
		case entry.Error != nil && *entry.Error != "":
			refusals[index] = events.NewError(http.StatusServiceUnavailable, "ServiceUnavailable",
				"the stream did not take the message: "+private.Name(*entry.Error)).SeenIn(got.RequestID())
		case entry.Offset == nil:
			return nil, "it has an entry with neither an offset nor an error"
		}
	}
	return refusals, ""
}

func streamPath(stream string) string { return "/20180418/streams/" + url.PathEscape(stream) }

// ProbeStream reads the stream once, as a check of the way to Streaming (GetStream). The endpoint is the address.
func (p *Publisher) ProbeStream(ctx context.Context, watch oci.Observer, stream string) (got oci.Answer, endpoint string, err error) {
	got, err = p.streamingAdmin.Do(ctx, watch, oci.Call{API: "GetStream", Method: http.MethodGet, Path: streamPath(stream), Once: true})
	return got, p.streamingAdmin.Endpoint(watch.Log), err
}
