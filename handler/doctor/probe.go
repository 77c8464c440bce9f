package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/private"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
	"sender-invitations/handler/settings"
)

// probe is one call to a service, and what came of it.
type probe struct {
	ask     func(context.Context) (got oci.Answer, endpoint string, err error)
	setting string // that replaces the endpoint

	got      oci.Answer
	endpoint string
	err      error
	way      way
	took     time.Duration
	behind   time.Duration // by how much this clock is behind OCI's, if the answer is dated
	dated    bool
}

// probe lists one invitation and reads each topic, at the same time.
func (e *examination) probe(ctx context.Context) {
	e.listing = &probe{setting: "ORGANIZATIONS_ENDPOINT", ask: func(ctx context.Context) (oci.Answer, string, error) {
		return e.Invitations.Probe(ctx, e.watch)
	}}
	e.topicProbes = map[string]*probe{}
	for _, topic := range e.topics() {
		if e.sameRealm(topic) {
			e.topicProbes[topic] = &probe{setting: "NOTIFICATIONS_ENDPOINT", ask: func(ctx context.Context) (oci.Answer, string, error) {
				return e.Publisher.Probe(ctx, e.watch, topic)
			}}
		}
	}
	probes := e.probes()
	parallel.Each(len(probes), len(probes), func(index int) { probes[index].run(ctx) })
}

// topics returns the topics that are set, each once.
func (e *examination) topics() []string {
	topics := []string{e.config.ResultTopicOCID, e.config.DeadLetterTopicOCID}
	return slices.DeleteFunc(slices.Compact(topics), func(topic string) bool { return topic == settings.None })
}

// probes returns all probes, that of Organizations first.
func (e *examination) probes() []*probe {
	probes := []*probe{e.listing}
	for _, topic := range e.topics() {
		if p := e.topicProbes[topic]; p != nil {
			probes = append(probes, p)
		}
	}
	return probes
}

func (p *probe) run(ctx context.Context) {
	started := time.Now()
	p.got, p.endpoint, p.err = p.ask(httptrace.WithClientTrace(ctx, p.way.trace()))
	p.took = time.Since(started)
	if date, err := http.ParseTime(p.got.Header.Get("date")); err == nil {
		date = date.Add(time.Second / 2) // the header is cut to the second
		p.behind, p.dated = time.Until(date).Round(time.Second), true
	}
}

func (p *probe) found() *ServiceFound {
	return &ServiceFound{Endpoint: p.endpoint, Status: p.got.Status, OpcRequestID: private.Text(p.got.Header.Get("opc-request-id")),
		DurationMs: float64(p.took.Microseconds()) / 1000}
}

// spoke reports whether the answer is one of OCI's APIs: an object, and of an error code and message.
func (p *probe) spoke() bool {
	var told struct{ Code, Message string }
	switch {
	case p.err == nil:
		return true
	case p.got.Status < 400 || json.Unmarshal(p.got.Body, &told) != nil:
		return false
	}
	return told.Code != "" && told.Message != ""
}

// unsigned reports whether there was nothing to send, for want of credentials.
func (p *probe) unsigned() bool { return errors.Is(p.err, oci.ErrCredentials) }

// refused reports whether OCI did not take the credentials.
func (p *probe) refused() bool { return p.got.Status == http.StatusUnauthorized && p.spoke() }

// forbidden reports whether a policy seems to be missing: OCI's APIs do not tell what is not there from what is not allowed.
func (p *probe) forbidden() bool {
	return p.spoke() && (p.got.Status == http.StatusForbidden || p.got.Status == http.StatusNotFound)
}

// spoken is an error as OCI's APIs give it, without a message that may quote a person or a token.
func spoken(err error) string {
	fault := events.AsError(err)
	text := fmt.Sprintf("%d %s", fault.Status, private.Text(fault.Code))
	if private.Text(fault.Message) != fault.Message || strings.Contains(fault.Message, "ST$") {
		return text
	}
	return text + ": " + fault.Message
}

// fault is what keeps the service from being of use, and what to do about it, for what all services have in common.
func (p *probe) fault(e *examination) (fault, remedy string) {
	status := p.got.Status
	switch {
	case status == 0:
		return p.unanswered(e)
	case !p.spoke():
		return p.notTheAPI()
	case status == http.StatusUnauthorized:
		return spoken(p.err) + "; another service takes the credentials", "see that " + p.setting + ", if it is set, names a host of this realm"
	case status == http.StatusTooManyRequests:
		return spoken(p.err), "ask again in a minute; if it stays so, call less often: CONCURRENCY, the batch size of a connector"
	case status >= 500:
		return spoken(p.err), "ask again in some minutes, and look at https://ocistatus.oraclecloud.com; a service request can name the opcRequestId"
	}
	return spoken(p.err), "see that " + p.setting + ", if it is set, names the right host; a service request can name the opcRequestId"
}

func (p *probe) notTheAPI() (fault, remedy string) {
	return fmt.Sprintf("%s is no endpoint of this API: it answers %d, and not in the API's form", p.endpoint, p.got.Status),
		"unset " + p.setting + ", so that the region's own endpoint is used, or set it to that; if it is not set, a proxy (HTTPS_PROXY) " +
			"or a firewall answers in its place"
}

// unanswered tells of a call without an answer how far it came.
func (p *probe) unanswered(e *examination) (fault, remedy string) {
	late := events.AsError(p.err).Status == http.StatusGatewayTimeout
	reached, obstacle := p.way.end()
	switch {
	case reached && late:
		return p.endpoint + " does not answer in time", fmt.Sprintf("ask again; if it stays so raise READ_TIMEOUT (now %s) and the "+
			"function's timeout, and look at https://ocistatus.oraclecloud.com", e.config.ReadTimeout)
	case reached:
		return p.endpoint + " cuts the connection and does not answer", "ask again; if it stays so " + p.network(e)
	case obstacle != "":
		return p.endpoint + " is not reached: " + obstacle, p.network(e)
	case !late:
		return p.endpoint + " is not reached: the connection breaks off, perhaps at a proxy (HTTPS_PROXY)", p.network(e)
	}
	return p.endpoint + " is not reached: no connection in time", p.network(e)
}

// network is the way to the endpoint, as it should be.
func (p *probe) network(e *examination) string {
	check := "see that " + p.setting + ", if it is set, names the right host, and that "
	if e.config.Auth == settings.AuthConfigFile {
		return check + "this machine reaches it: firewall, proxy (HTTPS_PROXY), DNS"
	}
	return check + "the function's subnet reaches it by TCP 443: a private subnet needs a route to a service gateway or a NAT gateway, " +
		"a public one to an internet gateway, and either an egress rule in its security list or network security group"
}
