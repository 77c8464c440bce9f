package publish

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/oracle/oci-go-sdk/v65/streaming"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
	"sender-invitations/handler/oci"
)

// maxPut is the maximum size in bytes of an encoded PutMessages request. Streaming takes 1 MiB of keys and messages, decoded
// (https://docs.oracle.com/iaas/Content/Streaming/Concepts/streamingoverview_topic-Limits_on_Streaming_Resources.htm).
const maxPut = 1_000_000

// put holds the messages of one PutMessages request.
type put struct {
	publications []emit.Publication
	entries      []streaming.PutMessagesDetailsEntry
	size         int // of the encoded entries
}

func (b put) fits(entry streaming.PutMessagesDetailsEntry) bool {
	return len(b.entries) == 0 || b.size+sizeOf(entry) <= maxPut-len(`{"messages":[]}`)
}

func (b *put) add(one emit.Publication, entry streaming.PutMessagesDetailsEntry) {
	b.publications, b.entries = append(b.publications, one), append(b.entries, entry)
	b.size += sizeOf(entry)
}

// sizeOf returns the size in bytes of an encoded entry, with the comma behind it, or a little more.
func sizeOf(entry streaming.PutMessagesDetailsEntry) int {
	return len(`{"value":"","key":null},`) + base64.StdEncoding.EncodedLen(len(entry.Value)) + base64.StdEncoding.EncodedLen(len(entry.Key))
}

// put puts the messages into the stream. While the stream does not take some of them, it puts those again, until ctx ends.
func (p *Publisher) put(ctx context.Context, watch oci.Observer, to Destination, batch put, counts *Counts) {
	retry := oci.PatientRetry()
	for {
		refusals, err := p.putOnce(ctx, watch, to, batch.entries)
		if err != nil {
			batch.fail(ctx, watch, err, counts)
			return
		}
		left, code := batch.refused(refusals, counts)
		if len(left.entries) == 0 {
			return
		}
		watch.Log.LogAttrs(ctx, slog.LevelWarn, "messages that the stream did not take", slog.Int("messages", len(left.entries)), slog.String("errorCode", code))
		if len(left.entries) < len(batch.entries) {
			retry = oci.PatientRetry()
		}
		if batch = left; !retry.Wait(ctx, "") {
			batch.fail(ctx, watch, events.NewError(http.StatusServiceUnavailable, "ServiceUnavailable", "the stream did not take the message: "+code), counts)
			return
		}
	}
}

// refused counts the messages that the stream took. It returns the others, and the error code of the last.
func (b put) refused(refusals []string, counts *Counts) (left put, code string) {
	for index, one := range b.publications {
		if refusals[index] == "" {
			counts.succeed(one)
			continue
		}
		code = refusals[index]
		left.add(one, b.entries[index])
	}
	return left, code
}

func (b put) fail(ctx context.Context, watch oci.Observer, err error, counts *Counts) {
	for _, one := range b.publications {
		counts.fail(ctx, watch, one, err)
	}
}

// putOnce makes one PutMessages request. The refusals have one element for each message: the error code if the stream did not take it, else
// "".
func (p *Publisher) putOnce(ctx context.Context, watch oci.Observer, to Destination, entries []streaming.PutMessagesDetailsEntry) (refusals []string, err error) {
	body, err := strict.Marshal(streaming.PutMessagesDetails{Messages: entries})
	if err != nil {
		return nil, err
	}
	_, err = p.streaming.Do(ctx, watch, oci.Call{API: "PutMessages", Method: http.MethodPost, Path: streamPath(to.Stream) + "/messages",
		Body: body, Pace: p.paces[to], Doubt: func(got oci.Answer) (doubt string) {
			if refusals, doubt = refusalsIn(got, len(entries)); doubt != "" {
				watch.Log.LogAttrs(ctx, slog.LevelWarn, "answer to PutMessages not believed", slog.String("reason", doubt))
			}
			return doubt
		}})
	return refusals, err
}

// refusalsIn returns the refusals in an answer to a request with that many messages, and why the answer cannot be right; "" if it can.
func refusalsIn(got oci.Answer, messages int) (refusals []string, doubt string) {
	var told struct {
		Failures *int
		Entries  []struct {
			Offset *int64
			Error  string
		}
	}
	if json.Unmarshal(got.Body, &told) != nil || len(told.Entries) != messages {
		return nil, fmt.Sprintf("it does not have one entry for each of %d messages", messages)
	}
	failures := 0
	for _, entry := range told.Entries {
		if entry.Error != "" {
			failures++
		} else if entry.Offset == nil || *entry.Offset < 0 {
			return nil, "it has an entry with neither an offset nor an error"
		}
		refusals = append(refusals, private.Name(entry.Error))
	}
	if told.Failures != nil && *told.Failures != failures {
		return nil, fmt.Sprintf("it tells of %d failures, and has %d entries with an error", *told.Failures, failures)
	}
	return refusals, ""
}
