package work

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/url"
	"slices"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

// Failures finds the failed work requests of the sender tenancy that were to make the invitations. It returns their errors by the
// invitation's id. What cannot be found is left out. It takes at most a quarter of the time that is left, so that a slow list leaves time to
// tell the failures.
func Failures(ctx context.Context, session *invitations.Session, watch oci.Observer, sender string, ids []string) map[string]*events.Error {
	found, wanted := map[string]*events.Error{}, map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	if len(wanted) == 0 {
		return found
	}
	ctx, cancel := oci.Quarters(ctx, 1)
	defer cancel()
	for made, err := range failedCreations(ctx, session, watch, sender) {
		if err != nil {
			watch.Log.LogAttrs(ctx, slog.LevelWarn, "the errors of failed invitations were not found", events.AsError(err).LogAttrs()...)
			break
		}
		place := slices.IndexFunc(made.resources, func(id string) bool { return wanted[id] })
		if place < 0 {
			continue
		}
		id := made.resources[place]
		found[id] = (&Request{ID: made.workRequest, Watch: watch}).failure(ctx, session, "FAILED")
		if delete(wanted, id); len(wanted) == 0 {
			break
		}
	}
	return found
}

// failedCreation is a work request that failed to make an invitation. The invitation is among its resources.
type failedCreation struct {
	workRequest string
	resources   []string // their ids
}

// failedCreations yields the work requests of the sender tenancy that were to make an invitation and have failed, the newest first: a poll
// tells what has failed lately.
func failedCreations(ctx context.Context, session *invitations.Session, watch oci.Observer, sender string) iter.Seq2[failedCreation, error] {
	return func(yield func(failedCreation, error) bool) {
		list := invitations.NewRequest(command.ListWorkRequests, nil)
		for page, err := range pages(ctx, session, watch, list, url.Values{"compartmentId": {sender}, "sortOrder": {"DESC"}}) {
			if err != nil {
				yield(failedCreation{}, err)
				return
			}
			for _, item := range page.Items {
				if made, ok := parseFailedCreation(item); ok && !yield(made, nil) {
					return
				}
			}
		}
	}
}

// parseFailedCreation reads an entry of a list of work requests; false if it is of another kind.
func parseFailedCreation(item []byte) (made failedCreation, ok bool) {
	var w struct {
		ID, OperationType, Status string
		Resources                 []struct{ Identifier string }
	}
	if json.Unmarshal(item, &w) != nil || !ocid.Is(w.ID) || w.Status != "FAILED" || w.OperationType != "CREATE_SENDER_INVITATION" {
		return made, false
	}
	made.workRequest = w.ID
	for _, resource := range w.Resources {
		made.resources = append(made.resources, resource.Identifier)
	}
	return made, true
}
