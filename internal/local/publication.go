package main

import (
	"cmp"
	"encoding/json"
	"fmt"

	"sender-invitations/internal/ocitest"
)

// publication is an event that was published.
type publication struct{ place, event string }

// publishedBy returns what was published: to topics, then into streams.
func publishedBy(oci *ocitest.Server) (list []publication) {
	for _, m := range oci.Messages() {
		list = append(list, publication{"on topic " + m.TopicID, m.Body})
	}
	for _, m := range oci.StreamMessages() {
		place := fmt.Sprintf("in stream %s, partition %d, offset %d, key %s", m.StreamID, m.Partition, m.Offset, cmp.Or(m.Key, "none"))
		list = append(list, publication{place, m.Value})
	}
	return list
}

// isOf reports whether the publication is the event of the result.
func (p publication) isOf(of result) bool {
	var event struct {
		SpecVersion string `json:"specversion"`
		Subject     string `json:"subject"`
		Data        result `json:"data"`
	}
	return json.Unmarshal([]byte(p.event), &event) == nil && event.SpecVersion == "1.0" && event.Data == of &&
		event.Subject == cmp.Or(of.Invitation.ID, of.Invitation.RecipientTenancyID, of.Command.RecipientTenancyID)
}
