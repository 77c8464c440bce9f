package publish

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/streaming"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

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

// sendToStream puts the results into the stream: one event is one message. It makes one request at a time, so that the events of a recipient
// stay in order. Only an event that the stream refuses at first comes later.
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

func streamPath(stream string) string { return "/20180418/streams/" + url.PathEscape(stream) }

// ProbeStream reads the stream once, as a check of the way to Streaming (GetStream). The endpoint is the address.
func (p *Publisher) ProbeStream(ctx context.Context, watch oci.Observer, stream string) (got oci.Answer, endpoint string, err error) {
	got, err = p.streamingAdmin.Do(ctx, watch, oci.Call{API: "GetStream", Method: http.MethodGet, Path: streamPath(stream), Once: true})
	return got, p.streamingAdmin.Endpoint(watch.Log), err
}
