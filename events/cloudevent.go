package events

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
)

// decodeCloudEvent reads a structured event (CloudEvents 1.0 or 0.3, JSON format) and raises it to 1.0.
func decodeCloudEvent(body []byte) (event.Event, error) {
	var e event.Event
	if err := e.UnmarshalJSON(body); err != nil {
		return e, Undecodable("CloudEvents event: " + attributeFaults(err))
	}
	e.Context = e.Context.AsV1()
	return finish("CloudEvents event", e)
}

// attributeFaults names each faulty attribute in one line, in a stable order: the SDK's own text has a line each, in
// the order of a map.
func attributeFaults(err error) string {
	faults, ok := errors.AsType[event.ValidationError](err)
	if !ok {
		return shorten(strings.Join(strings.Fields(err.Error()), " "))
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		lines = append(lines, fmt.Sprintf("%s: %s", name, faults[name]))
	}
	return strings.Join(lines, "; ")
}
