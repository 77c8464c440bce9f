package publish

import (
	"cmp"
	"context"
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

// sendToStream puts the results into the stream: one event is one message. It makes one request at a time, and no request has two events
// of one recipient: so the events of a recipient stay in order, even if the stream takes only a part of a request.
func (p *Publisher) sendToStream(ctx context.Context, watch oci.Observer, share share, counts *Counts) {
	for _, round := range rounds(share.results) {
		var pending put
		for _, one := range round {
			encoded, ok := p.encode(watch, one.Publication, counts)
			if !ok {
				continue
			}
			entry := streaming.PutMessagesDetailsEntry{Key: one.key, Value: encoded}
			if !pending.fits(entry) {
				p.put(ctx, watch, share.to, pending, counts)
				pending = put{}
			}
			pending.add(one.Publication, entry)
		}
		if len(pending.entries) > 0 {
			p.put(ctx, watch, share.to, pending, counts)
		}
	}
}

// keyed is a result with the key of its event's message.
type keyed struct {
	emit.Publication
	key []byte
}

// rounds divides the results: the first round has the first result of each key and all results without a key, the second round has the second
// of each key, and so on.
func rounds(results []emit.Publication) (rounds [][]keyed) {
	seen := map[string]int{}
	for _, result := range results {
		one := keyed{result, keyOf(result)}
		round := seen[string(one.key)]
		if one.key != nil {
			seen[string(one.key)]++
		}
		if round == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[round] = append(rounds[round], one)
	}
	return rounds
}

// keyOf returns the key of the event's message: the recipient tenancy, so that the events of one recipient are in one partition; else the
// event's subject; nil if there is neither.
func keyOf(one emit.Publication) []byte {
	recipient := cmp.Or(events.ReadInvitation(one.Result.Invitation).RecipientTenancyID, one.Recipient)
	for _, key := range []string{ocid.Plain(recipient), one.EventSubject()} {
		if key != "" && len(key) <= maxKey {
			return []byte(key)
		}
	}
	return nil
}

func streamPath(stream string) string { return "/20180418/streams/" + url.PathEscape(stream) }

// ProbeStream reads the stream once, as a check of the way to Streaming (GetStream). The endpoint is the address.
func (p *Publisher) ProbeStream(ctx context.Context, watch oci.Observer, stream string) (got oci.Answer, endpoint string, err error) {
	got, err = p.streamingAdmin.Do(ctx, watch, oci.Call{API: "GetStream", Method: http.MethodGet, Path: streamPath(stream), Once: true})
	return got, p.streamingAdmin.Endpoint(watch.Log), err
}
