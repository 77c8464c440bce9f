package e2e

import (
	"slices"
	"time"

	"sender-invitations/internal/ocitest"
)

// chaosVariant is a place for the results, and the deliveries that are made.
type chaosVariant struct {
	name      string
	settings  string
	limit     func(*ocitest.Server)
	share     float64  // of the attempts at OCI that get a fault
	faults    []string // of messages, besides chaosMix
	processes int      // that work at a time
	fewer     int      // divides the numbers of deliveries and kills
	// lists is how many of ten deliveries are lists, of 2 to longest events.
	lists, longest int
	// most is the maximum number of times that a delivery is made until it is answered.
	most int
	// refused is how often the limit must have kept a message out, for each message that was taken.
	refused float64
}

// less returns the variant's part of a number, rounded up.
func (v chaosVariant) less(number int) int { return (number + v.fewer - 1) / v.fewer }

const chaosStream = "ocid1.stream.oc1.iad.results"

var chaosVariants = []chaosVariant{
	{
		name: "topic without limit", settings: "MAX_ATTEMPTS=2", processes: chaosProcesses, share: 0.2, fewer: 1, lists: 1, longest: 5, most: 50,
	},
	{
		// Each partition takes 4 KB a second, which is 250 times less than a real one: about as much as the processes have to tell.
		name:     "stream at its limit",
		settings: "MAX_ATTEMPTS=4 RESULT_STREAM_OCID=" + chaosStream + " DEAD_LETTER_STREAM_OCID=" + chaosStream,
		limit: func(oci *ocitest.Server) {
			oci.Partitions, oci.PartitionBytes, oci.PartitionRequests = 3, 10<<10, 10
		},
		processes: 8, share: 0.2, faults: slices.Concat(slices.Repeat([]string{"refuse=0"}, 30), slices.Repeat([]string{"refuse=1,3,4"}, 30)),
		fewer: 6, lists: 5, longest: 20, most: 50, refused: 0.1,
	},
	{
		name: "topic at its limit",
		limit: func(oci *ocitest.Server) {
			oci.TopicMessages, oci.TopicWindow = 12, 5*time.Second
		},
		settings:  "MAX_ATTEMPTS=4 DEAD_LETTER_TOPIC_OCID=" + resultTopic,
		processes: 8, share: 0.05, fewer: 6, lists: 3, longest: 50, most: 50, refused: 1,
	},
}
