package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"sender-invitations/events/private"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/publish"
	"sender-invitations/handler/settings"
)

// destination is where results, failures or held events go, with the check of it.
type destination struct {
	publish.Destination
	setting string // names the topic or the stream
	check   *Check
	probe   *probe // nil if nothing is read: there is no topic, or it is of another realm than the principal
}

func (d *destination) ocid() string { return cmp.Or(d.Stream, d.Topic) }

func (d *destination) kind() string {
	if d.Stream != "" {
		return "stream"
	}
	return "topic"
}

// destinations adds the checks of where results and failures go to the report, and held events if they go elsewhere. approvals is nil if they
// do not.
func (r *Report) destinations(c settings.Config) (results, failures, approvals *destination) {
	results = newDestination("RESULT", publish.Destination{Topic: c.ResultTopicOCID, Stream: c.ResultStreamOCID}, &r.ResultTopic, &r.ResultStream)
	failures = newDestination("DEAD_LETTER", publish.Destination{Topic: c.DeadLetterTopicOCID, Stream: c.DeadLetterStreamOCID}, &r.DeadLetterTopic, &r.DeadLetterStream)
	held := publish.Destination{Topic: c.ApprovalTopicOCID, Stream: c.ApprovalStreamOCID()}
	if held != results.Destination && held.Topic != "" {
		approvals = newDestination("APPROVAL", held, &r.ApprovalTopic, nil)
	}
	return results, failures, approvals
}

// newDestination returns a destination with its check, and sets the topic's or the stream's place in the report to that check. The
// destination's settings begin with name, such as RESULT for RESULT_TOPIC_OCID.
func newDestination(name string, to publish.Destination, topic, stream **Check) *destination {
	d := &destination{Destination: to, setting: name + "_TOPIC_OCID", check: &Check{}}
	if to.Stream == "" {
		*topic = d.check
	} else {
		*stream, d.setting = d.check, name+"_STREAM_OCID"
	}
	return d
}

// places returns the destinations that there are.
func (e *examination) places() []*destination {
	all := []*destination{e.results, e.failures}
	if e.approvals != nil {
		all = append(all, e.approvals)
	}
	return all
}

// probeDestinations prepares the calls that read the topics and the streams, each once.
func (e *examination) probeDestinations() {
	for _, d := range e.places() {
		switch {
		case d.IsNone() || ocid.Realm(d.ocid()) != ocid.Realm(e.principal.Tenancy):
		case d != e.results && d.Destination == e.results.Destination:
			d.probe = e.results.probe
		case d == e.approvals && d.Destination == e.failures.Destination:
			d.probe = e.failures.probe
		case d.Stream != "":
			d.probe = &probe{setting: "STREAMING_ENDPOINT", must: true, ask: func(ctx context.Context) (oci.Answer, string, error) {
				return e.Publisher.ProbeStream(ctx, e.watch, d.Stream)
			}}
		default:
			d.probe = &probe{setting: "NOTIFICATIONS_ENDPOINT", ask: func(ctx context.Context) (oci.Answer, string, error) {
				return e.Publisher.ProbeTopic(ctx, e.watch, d.Topic)
			}}
		}
	}
}

func (e *examination) checkDestinations() {
	results, failures := e.results, e.failures
	if e.approvals != nil {
		e.checkDestination(e.approvals)
	}
	if results.IsNone() {
		results.check.remark("RESULT_TOPIC_OCID=none: results are not published")
	}
	e.checkDestination(results)
	switch {
	case failures.IsNone():
		failures.check.remark("DEAD_LETTER_TOPIC_OCID=none: failures are only logged")
	case failures.Destination == results.Destination:
		kind := failures.kind()
		failures.check.remark(fmt.Sprintf("%s is not set, or is the result %s: failures are published with the results", failures.setting, kind))
		if results.check.Fault+results.check.Skipped != "" {
			failures.found(told{})
			failures.check.skip("it is the result " + kind)
			return
		}
	}
	e.checkDestination(failures)
}

// told is what GetTopic or GetStream tells.
type told struct {
	TopicID, ID, Name, LifecycleState, MessagesEndpoint string

	Partitions int
}

// found sets what the check found.
func (d *destination) found(got told) {
	var service *ServiceFound
	if d.probe != nil {
		service = d.probe.found()
	}
	name, state, region := private.Text(got.Name), private.Text(got.LifecycleState), ocid.Region(d.ocid())
	if d.Stream == "" {
		d.check.Found = TopicFound{Topic: d.Topic, Region: region, Name: name, LifecycleState: state, ServiceFound: service}
		return
	}
	d.check.Found = StreamFound{Stream: d.Stream, Region: region, Name: name, LifecycleState: state, Partitions: got.Partitions,
		MessagesEndpoint: private.Text(got.MessagesEndpoint), ServiceFound: service}
}

// checkDestination checks the topic or the stream.
func (e *examination) checkDestination(d *destination) {
	kind, p := d.kind(), d.probe
	var got told
	if p != nil && p.err == nil && json.Unmarshal(p.got.Body, &got) != nil {
		got = told{}
	}
	d.found(got)
	switch {
	case d.IsNone():
	case p == nil:
		d.check.fail(fmt.Sprintf("%s is a %s of realm %s, but the principal's tenancy is of realm %s", d.setting, kind, ocid.Realm(d.ocid()), ocid.Realm(e.principal.Tenancy)),
			fmt.Sprintf("set %s to a %s of this tenancy: oci %s list --compartment-id <compartment>", d.setting, kind, cliOf(kind)))
	case e.distrusted(d.check, p):
	case p.err == nil && cmp.Or(got.TopicID, got.ID) != d.ocid():
		d.check.fail(p.notTheAPI())
	case p.err == nil && got.LifecycleState != "ACTIVE":
		d.check.fail(fmt.Sprintf("the %s is %s, not ACTIVE", kind, private.Text(got.LifecycleState)),
			fmt.Sprintf("wait if it is CREATING (%s); else set %s to another %s", d.get(), d.setting, kind))
	case p.err == nil && d.Stream != "" && got.MessagesEndpoint != "" && !sameAddress(got.MessagesEndpoint, e.Config.StreamingEndpoint):
		d.check.fail(fmt.Sprintf("STREAMING_ENDPOINT is %s, but the messages endpoint of the stream is %s", e.Config.StreamingEndpoint, private.Text(got.MessagesEndpoint)),
			"set STREAMING_ENDPOINT to the stream's messages endpoint; the streams of results and of failures must have the same")
	case p.err == nil:
	case p.forbidden():
		d.check.fail(spoken(p.err), fmt.Sprintf("if the %s exists (%s), %s; else set %s to a %s of region %s", kind, d.get(), e.policyFor(kind), d.setting, kind, e.region))
	default:
		d.check.fail(p.fault(e))
	}
}

// cliOf returns the part of the OCI CLI's commands for topics or streams.
func cliOf(kind string) string {
	if kind == "stream" {
		return "streaming admin stream"
	}
	return "ons topic"
}

// get returns the CLI's command that shows the topic or the stream.
func (d *destination) get() string {
	return fmt.Sprintf("oci %s get --%s-id %s", cliOf(d.kind()), d.kind(), d.ocid())
}

// policyFor returns the remedy that lets the function publish to the topic or the stream, and the doctor read it.
func (e *examination) policyFor(kind string) string {
	if kind == "stream" {
		return e.policy("read streams in compartment <name>") + "; the function also needs: use stream-push in compartment <name>"
	}
	return e.policy("use ons-topics in compartment <name>")
}

// sameAddress reports whether two endpoints have the same address. The service may write it with a slash at its end.
func sameAddress(one, other string) bool {
	return strings.EqualFold(strings.TrimSuffix(one, "/"), strings.TrimSuffix(other, "/"))
}
