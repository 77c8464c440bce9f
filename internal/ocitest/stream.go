package ocitest

import (
	"hash/fnv"
	"slices"
	"time"
)

// StreamMessage is a message that was put into a stream.
type StreamMessage struct {
	StreamID  string
	Partition int
	Offset    int64  // in its partition, from 0
	Key       string // "" if it has none
	Value     string
	Time      Time
}

// StreamMessages returns a copy of all messages of streams, in order of arrival.
func (s *Server) StreamMessages() []StreamMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.put)
}

// stream is a stream that has taken a request.
type stream struct {
	partitions []*partition
	keyless    int // messages without a key so far
}

type partition struct {
	number          int
	next            int64 // the offset of the next message
	bytes, requests window
}

// openStream returns the stream with this OCID.
func (s *Server) openStream(id string) *stream {
	if s.streams == nil {
		s.streams = map[string]*stream{}
	}
	if s.streams[id] == nil {
		opened := &stream{partitions: make([]*partition, max(1, s.Partitions))}
		for number := range opened.partitions {
			opened.partitions[number] = &partition{number: number, bytes: window{length: time.Second}, requests: window{length: time.Second}}
		}
		s.streams[id] = opened
	}
	return s.streams[id]
}

// partitionOf returns the partition for a key: always the same one, or each in turn
// if there is no key.
func (m *stream) partitionOf(key string) *partition {
	if key == "" {
		m.keyless++
		return m.partitions[(m.keyless-1)%len(m.partitions)]
	}
	hash := fnv.New32a()
	hash.Write([]byte(key))
	return m.partitions[hash.Sum32()%uint32(len(m.partitions))]
}

// getStream answers with the members that the API requires of a stream.
func (s *Server) getStream(r request) (answer, error) {
	state, err := s.streamState(r.id)
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		Name             string `json:"name"`
		ID               string `json:"id"`
		Partitions       int    `json:"partitions"`
		RetentionInHours int    `json:"retentionInHours"`
		CompartmentID    string `json:"compartmentId"`
		StreamPoolID     string `json:"streamPoolId"`
		LifecycleState   string `json:"lifecycleState"`
		TimeCreated      Time   `json:"timeCreated"`
		MessagesEndpoint string `json:"messagesEndpoint"`
	}{"emulated-stream", r.id, max(1, s.Partitions), 24, s.tenancy(), "ocid1.streampool.oc1..aaaaaaaaemulated", state,
		Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, "http://" + r.Host}, nil)
}

// streamState returns the lifecycleState of a stream. It fails if there is no such
// stream.
func (s *Server) streamState(id string) (string, error) {
	return stateOf(s.Streams, "stream", "stream", id)
}
