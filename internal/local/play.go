package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/ocitest"
)

// errNotStarted means that the function cannot start, so that the stack is of no use.
var errNotStarted = errors.New("the function does not start; its log above says why")

// player plays the sample in a stack and shows each step with its number.
type player struct {
	stack  *stack
	config settings.Config // as the function reads it
	out    io.Writer
	steps  int
}

func newPlayer(s *stack, out io.Writer) *player {
	config, _ := settings.Parse(s.setting) // the function says what is wrong
	return &player{stack: s, config: config, out: out}
}

// play sends the sample event to the function as OCI Events does. A create that is held is approved. It fails unless the
// invitation exists and its result event is published. It returns the invitation's id; "" in a dry run.
func (p *player) play(ctx context.Context, file string) (id string, err error) {
	header, event, err := delivery.Read(file)
	if err != nil {
		return "", err
	}
	if err := p.stack.host.Provision(ctx); err != nil {
		return "", fmt.Errorf("%w (%w)", errNotStarted, err)
	}
	p.show("Event in: "+file, event)
	created, err := p.deliver(ctx, "Answer of the function", header, event)
	if err == nil && created.Outcome == "held" {
		created, err = p.approve(ctx, created)
	}
	switch {
	case err != nil:
		return "", err
	case created.Outcome != "created":
		return "", errors.New("the function did not create an invitation")
	}
	made, ok := p.invitation(created.Invitation.ID)
	switch {
	case ok == created.DryRun:
		return "", fmt.Errorf("the answer does not match the emulated OCI, which has %d invitations", len(p.stack.oci.Invitations()))
	case created.DryRun:
		p.say("No invitation made: MODE is dry-run")
	default:
		p.say(fmt.Sprintf("Invitation made: %s, %s", made.ID, made.Status))
	}
	return made.ID, p.published(created)
}

// deliver sends a delivery to the function and shows the answer. It returns the answer's only result.
func (p *player) deliver(ctx context.Context, title string, header http.Header, body []byte) (result, error) {
	answer, err := invoke(ctx, p.stack.gateway, header, body)
	if err != nil {
		return result{}, err
	}
	p.show(title, answer)
	return parseResult(answer)
}

// published shows the event of the result. It fails if there is none, though the settings publish results.
func (p *player) published(r result) error {
	event, ok := p.eventOf(r)
	switch {
	case ok:
		p.show("Result event out: "+event.place, []byte(event.event))
	case p.config.ResultTopicOCID == settings.None:
		p.say("No result event: RESULT_TOPIC_OCID is none")
	default:
		return fmt.Errorf("no result event was published for the invitation that is %s", r.Outcome)
	}
	return nil
}

// eventOf returns the event of the result.
func (p *player) eventOf(r result) (publication, bool) {
	return find(publishedBy(p.stack.oci), func(one publication) bool { return one.isOf(r) })
}

// invitation returns the invitation with this id.
func (p *player) invitation(id string) (ocitest.Invitation, bool) {
	return find(p.stack.oci.Invitations(), func(i ocitest.Invitation) bool { return i.ID == id })
}

func find[T any](all []T, wanted func(T) bool) (found T, ok bool) {
	index := slices.IndexFunc(all, wanted)
	if index < 0 {
		return found, false
	}
	return all[index], true
}

// show shows a step that has JSON.
func (p *player) show(title string, value []byte) {
	p.steps++
	show(p.out, fmt.Sprintf("%d. %s", p.steps, title), value)
}

// say shows a step in one line.
func (p *player) say(text string) {
	p.steps++
	fmt.Fprintf(p.out, "%d. %s\n\n", p.steps, text)
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
