package ocitest

import (
	"net/http"
	"strconv"
)

// maxKey limits the key of a message, and maxPut the keys and values of a request, in
// bytes (Streaming, PutMessages).
const (
	maxKey = 256
	maxPut = 1 << 20
)

// keyValue is an entry of a PutMessages request.
type keyValue struct{ key, value []byte }

func (e keyValue) size() int { return len(e.key) + len(e.value) }

// putResult answers a PutMessages request. Its entries are in the order of the
// request's.
type putResult struct {
	Failures int        `json:"failures"`
	Entries  []putEntry `json:"entries"`
}

type putEntry struct {
	Partition    string `json:"partition,omitempty"`
	Offset       *int64 `json:"offset,omitempty"`
	Timestamp    *Time  `json:"timestamp,omitempty"`
	Error        string `json:"error,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

func (s *Server) putMessages(r request) (answer, error) {
	entries, err := parsePut(r.body)
	if err == nil {
		_, err = s.streamState(r.id)
	}
	if err != nil {
		return answer{}, err
	}
	into := s.openStream(r.id)
	counted := map[*partition]bool{}
	result := putResult{Entries: make([]putEntry, len(entries))}
	for place, e := range entries {
		p := into.partitionOf(string(e.key))
		err := r.fault.refuses(place)
		if err == nil {
			err = s.countPut(r, p, e, counted)
		}
		if err != nil {
			result.Failures++
			result.Entries[place] = refused(err)
			continue
		}
		result.Entries[place] = s.append(r, p, e)
	}
	if result.Failures == len(entries) && len(r.fault.RefuseEntries) == 0 {
		return answer{}, tooManyRequests("stream", r.id)
	}
	return ok(result, nil)
}

// countPut counts an entry for its partition. It fails if the partition is at its
// limit. counted says which partitions have counted the request.
func (s *Server) countPut(r request, p *partition, e keyValue, counted map[*partition]bool) error {
	if !counted[p] && !p.requests.has(r.now, 1, s.PartitionRequests) || !p.bytes.take(r.now, e.size(), s.PartitionBytes) {
		s.refused++
		return tooManyRequests("partition", strconv.Itoa(p.number))
	}
	if !counted[p] {
		counted[p] = p.requests.take(r.now, 1, s.PartitionRequests)
	}
	return nil
}

// append puts an entry at the end of its partition.
func (s *Server) append(r request, p *partition, e keyValue) putEntry {
	m := StreamMessage{StreamID: r.id, Partition: p.number, Offset: p.next, Key: string(e.key), Value: string(e.value), Time: Time{r.now}}
	p.next++
	s.put = append(s.put, m)
	return putEntry{Partition: strconv.Itoa(p.number), Offset: &m.Offset, Timestamp: &m.Time}
}

func refused(err error) putEntry {
	e := asAPIError(err)
	return putEntry{Error: e.Code, ErrorMessage: e.Message}
}

// parsePut reads the entries of a PutMessages request.
func parsePut(body []byte) ([]keyValue, error) {
	details, err := parseObject(body)
	if err != nil {
		return nil, err
	}
	var messages []object
	if err := details.read(member{"messages", &messages}); err != nil {
		return nil, err
	}
	switch {
	case !details.has("messages"):
		return nil, missing("messages")
	case len(messages) == 0:
		return nil, invalid("messages must not be empty")
	}
	entries, size := make([]keyValue, len(messages)), 0
	for place, message := range messages {
		e, err := parseEntry(message)
		if err != nil {
			return nil, atEntry(place, err)
		}
		entries[place] = e
		size += e.size()
	}
	if size > maxPut {
		return nil, fail(http.StatusRequestEntityTooLarge, "PayloadTooLarge", "keys and values exceed %d bytes", maxPut)
	}
	return entries, nil
}

// parseEntry reads the key and the value of an entry. JSON holds both as base64.
func parseEntry(message object) (e keyValue, err error) {
	if err := message.read(member{"key", &e.key}, member{"value", &e.value}); err != nil {
		return e, err
	}
	switch {
	case !message.has("value"):
		return e, missing("value")
	case len(e.value) == 0:
		return e, invalid("value must not be empty")
	case len(e.key) > maxKey:
		return e, invalid("key exceeds %d bytes", maxKey)
	}
	return e, nil
}

// atEntry adds the place of an entry to the message of an error.
func atEntry(place int, err error) error {
	e := asAPIError(err)
	return fail(e.status, e.Code, "messages[%d]: %s", place, e.Message)
}
