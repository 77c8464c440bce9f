package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/ocitest"
)

// play sends the sample event to the function as OCI Events does, and shows each step. It fails unless the invitation exists
// and the result event is published.
func play(ctx context.Context, out io.Writer, s *stack, file string) error {
	header, event, err := delivery.Read(file)
	if err != nil {
		return err
	}
	if err := s.host.Provision(ctx); err != nil {
		return fmt.Errorf("%w: %w", errNotStarted, err)
	}
	show(out, "1. Event in: "+file, event)
	answer, err := invoke(ctx, s.gateway, header, event)
	if err != nil {
		return err
	}
	show(out, "2. Answer of the function", answer)
	created, err := parseCreated(answer)
	if err != nil {
		return err
	}
	made, ok := find(s.oci.Invitations(), func(i ocitest.Invitation) bool { return i.ID == created.Invitation.ID })
	switch {
	case ok == created.DryRun:
		return fmt.Errorf("the answer does not match the emulated OCI, which has %d invitations", len(s.oci.Invitations()))
	case created.DryRun:
		fmt.Fprint(out, "3. No invitation made: MODE is dry-run\n\n")
	default:
		fmt.Fprintf(out, "3. Invitation made: %s, %s\n\n", made.ID, made.Status)
	}
	published, ok := find(publishedBy(s.oci), func(p publication) bool { return p.isOf(created) })
	switch {
	case ok:
	case os.Getenv("RESULT_TOPIC_OCID") == settings.None:
		fmt.Fprint(out, "4. No result event: RESULT_TOPIC_OCID is none\n\n")
		return nil
	default:
		return errors.New("no result event was published for the invitation")
	}
	show(out, "4. Result event out: "+published.place, []byte(published.event))
	return nil
}

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

// send sends a file to a running stack and shows the answer.
func send(ctx context.Context, out io.Writer, gateway, file string) error {
	header, event, err := delivery.Read(file)
	if err != nil {
		return err
	}
	answer, err := invoke(ctx, gateway, header, event)
	if err != nil {
		return fmt.Errorf("%w; is the stack running (make run), and on this PORT?", err)
	}
	show(out, "Answer of the function", answer)
	return nil
}

// invoke makes a direct invocation.
func invoke(ctx context.Context, gateway string, header http.Header, event []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/invoke", bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	if request.Header = header; header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("the function's host answers %s: %s", response.Status, bytes.TrimSpace(answer))
	}
	return answer, err
}

// errNotStarted means that the function cannot start, so that the stack is of no use.
var errNotStarted = errors.New("the function does not start")

// result holds the members of a result that play checks.
type result struct {
	Outcome    string `json:"outcome"`
	DryRun     bool   `json:"dryRun"`
	Invitation struct {
		ID                 string `json:"id"`
		RecipientTenancyID string `json:"recipientTenancyId"`
	} `json:"invitation"`
}

// parseCreated returns the only result of an answer. It fails unless its outcome is created.
func parseCreated(answer []byte) (result, error) {
	var answered struct {
		Results []result `json:"results"`
	}
	if err := json.Unmarshal(answer, &answered); err != nil {
		return result{}, err
	}
	if len(answered.Results) != 1 || answered.Results[0].Outcome != "created" {
		return result{}, errors.New("the function did not create an invitation")
	}
	return answered.Results[0], nil
}

// isOf reports whether the publication is the event of the result.
func (p publication) isOf(of result) bool {
	var event struct {
		SpecVersion string `json:"specversion"`
		Subject     string `json:"subject"`
		Data        result `json:"data"`
	}
	return json.Unmarshal([]byte(p.event), &event) == nil && event.SpecVersion == "1.0" && event.Data == of &&
		event.Subject == cmp.Or(of.Invitation.ID, of.Invitation.RecipientTenancyID)
}

func find[T any](all []T, wanted func(T) bool) (found T, ok bool) {
	index := slices.IndexFunc(all, wanted)
	if index < 0 {
		return found, false
	}
	return all[index], true
}

// show prints a title and JSON, indented.
func show(out io.Writer, title string, value []byte) {
	var indented bytes.Buffer
	if json.Indent(&indented, value, "   ", "  ") != nil {
		indented.Reset()
		indented.Write(value)
	}
	fmt.Fprintf(out, "%s\n   %s\n\n", title, bytes.TrimSpace(indented.Bytes()))
}
