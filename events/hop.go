package events

import (
	"errors"
	"math"
	"strconv"

	"github.com/cloudevents/sdk-go/v2/event"
)

// HopAttribute is the extension attribute that counts through how many functions of this kind an event has come. A published event has
// one more than its trigger.
const HopAttribute = "senderinvitationhop"

// MaxHops is the number of hops from which on an event is ignored, so that functions that feed each other come to an end.
const MaxHops = 4

// hopOf returns the event's number of hops; 0 if it has none. The attribute is an integer, or text where a source has only text.
func hopOf(e event.Event) (int, error) {
	const most = math.MaxInt32 - 1 // so that one more is an integer of CloudEvents
	switch value := extensionsOf(e)[HopAttribute].(type) {
	case nil:
		return 0, nil
	case int32:
		if value >= 0 {
			return min(int(value), most), nil
		}
	case string:
		number, err := strconv.ParseUint(value, 10, 31)
		if err == nil || errors.Is(err, strconv.ErrRange) { // then number is the largest one
			return min(int(number), most), nil
		}
	}
	return 0, Undecodable(HopAttribute + ": is not a whole number; the function counts its own events with it, so leave it as it was published")
}
