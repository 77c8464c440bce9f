package e2e

import (
	"slices"
	"time"

	"sender-invitations/internal/ocitest"
)

// chaosVariant says where the results go, and what is delivered.
type chaosVariant struct {
	name     string
	settings string
	limit    func(*ocitest.Server) // sets the limits of the emulated OCI; nil if there are none

	processes int      // that work at a time
	share     float64  // of the attempts at OCI that get a fault
	faults    []string // of messages, besides chaosMix

	fewer          int // divides the numbers of deliveries and kills
	lists, longest int // of ten deliveries, so many are lists, of 2 to longest events

	most    int     // the number of deliveries by which each must be answered; a few times what was seen
	refused float64 // how many messages the limit must have kept out for each that was taken; with fewer it would prove nothing
}

// less returns the variant's part of a number, rounded up.
func (v chaosVariant) less(number int) int { return (number + v.fewer - 1) / v.fewer }

const chaosStream = "ocid1.stream.oc1.iad.results"

// chaosVariants lists the variants. Those with fewer processes than chaosProcesses run side by side, after the others.
//
// The limits are low, because a few processes on one machine stand for many. Lists need many calls, so those variants allow more
// attempts; else a list of 50 events would seldom get through its calls.
var chaosVariants = []chaosVariant{
	{
		name:      "topic without limit",
		settings:  "MAX_ATTEMPTS=2",
		processes: chaosProcesses, share: 0.2,
		fewer: 1, lists: 1, longest: 5,
		most: 30,
	},
	{
		// A partition takes 1 MB a second, which is a thousand events. Here it takes 10 KB, which is eight: less than a list of 20.
		name:     "stream at its limit",
		settings: "MAX_ATTEMPTS=4 RESULT_STREAM_OCID=" + chaosStream + " DEAD_LETTER_STREAM_OCID=" + chaosStream,
		limit: func(oci *ocitest.Server) {
			oci.Partitions, oci.PartitionBytes, oci.PartitionRequests = 3, 10<<10, 10
		},
		processes: chaosProcesses / 2, share: 0.2,
		faults: slices.Concat(slices.Repeat([]string{"refuse=0"}, 30), slices.Repeat([]string{"refuse=1,3,4"}, 30)),
		fewer:  6, lists: 5, longest: 20,
		most: 60, refused: 0.05,
	},
	{
		// A topic takes 60 messages in a minute. Here it takes 10 in 5 s, a sixth in a twelfth of the time, so that a test of some
		// seconds meets the limit many times. As with a real topic and the usual 60 s, all the time of an invocation can pass while the
		// topic is full, and then it is cut. But the function asks again after the same seconds as ever, so that it asks far less often
		// in its 5 s than in 60 s, and a delivery is cut more often.
		name:     "topic at its limit",
		settings: "MAX_ATTEMPTS=4 DEAD_LETTER_TOPIC_OCID=" + resultTopic,
		limit: func(oci *ocitest.Server) {
			oci.TopicMessages, oci.TopicWindow = 10, 5*time.Second
		},
		processes: chaosProcesses / 2, share: 0.05,
		fewer: 6, lists: 3, longest: 50,
		most: 300, refused: 0.5,
	},
}
