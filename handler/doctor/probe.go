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

// probe is one call to a service, with its answer.
type probe struct {
	ask     func(context.Context) (got oci.Answer, endpoint string, err error)
	setting string // the setting of the endpoint
	must    bool   // the setting is required: there is no usual endpoint

	got      oci.Answer
	endpoint string
	err      error
	way      way
	took     time.Duration
	behind   time.Duration // by how much this clock is behind OCI's, if the answer is dated
	dated    bool
}

// probe lists one invitation and reads each topic and stream, at the same time.
func (e *examination) probe(ctx context.Context) {
	e.listing = &probe{setting: "ORGANIZATIONS_ENDPOINT", ask: func(ctx context.Context) (oci.Answer, string, error) {
		return e.Invitations.Probe(ctx, e.watch)
	}}
	e.probeDestinations()
	probes := e.probes()
	parallel.Each(len(probes), len(probes), func(index int) { probes[index].run(ctx) })
}

// probes returns all probes, that of Organizations first.
func (e *examination) probes() []*probe {
	probes := []*probe{e.listing}
	for _, d := range e.places() {
		if d.probe != nil && !slices.Contains(probes, d.probe) {
			probes = append(probes, d.probe)
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
	return &ServiceFound{Endpoint: p.endpoint, Status: p.got.Status, OpcRequestID: private.Text(p.got.RequestID()),
		DurationMs: float64(p.took.Microseconds()) / 1000}
}

// spoke reports whether an API of OCI gave the answer: a success, or an error with a code and a message.
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

// unsigned reports whether the call was not sent because the credentials could not be read.
func (p *probe) unsigned() bool { return errors.Is(p.err, oci.ErrCredentials) }

// refused reports whether OCI refused the credentials.
func (p *probe) refused() bool { return p.got.Status == http.StatusUnauthorized && p.spoke() }

// forbidden reports whether a policy may be missing. OCI's APIs give the same answer for what does not exist and for what is not allowed.
func (p *probe) forbidden() bool {
	return p.spoke() && (p.got.Status == http.StatusForbidden || p.got.Status == http.StatusNotFound)
}

// spoken returns status, code and message of an error that OCI gave. It leaves out a message that may quote a person or a token.
func spoken(err error) string {
	fault := events.AsError(err)
	text := fmt.Sprintf("%d %s", fault.Status, private.Text(fault.Code))
	if private.Text(fault.Message) != fault.Message || strings.Contains(fault.Message, "ST$") {
		return text
	}
	return text + ": " + fault.Message
}

// fault returns the fault and the remedy of a failed call, for the failures that all services share.
func (p *probe) fault(e *examination) (fault, remedy string) {
	status := p.got.Status
	switch {
	case status == 0:
		return p.unanswered(e)
	case !p.spoke():
		return p.notTheAPI()
	case status == http.StatusUnauthorized:
		return spoken(p.err) + "; another service accepts the credentials", p.check("names a host of this realm")
	case status == http.StatusTooManyRequests:
		return spoken(p.err), "ask again in a minute; if the fault stays, lower CONCURRENCY or the batch size of the connector"
	case status >= 500:
		return spoken(p.err), "ask again in a few minutes, and look at https://ocistatus.oraclecloud.com; in a service request, give the opcRequestId"
	}
	return spoken(p.err), p.check("names the right host") + "; in a service request, give the opcRequestId"
}

func (p *probe) notTheAPI() (fault, remedy string) {
	remedy = "unset " + p.setting + " to use the region's own endpoint, or correct it; if it is not set,"
	if p.must {
		remedy = "correct " + p.setting + "; if it is right,"
	}
	return fmt.Sprintf("%s is not an endpoint of this API: it answers %d, not in the API's form", p.endpoint, p.got.Status),
		remedy + " a proxy (HTTPS_PROXY) or a firewall answers instead of the API"
}

// check returns the remedy to check the setting of the endpoint.
func (p *probe) check(what string) string {
	if p.must {
		return "check that " + p.setting + " " + what
	}
	return "check that " + p.setting + ", if set, " + what
}

// unanswered returns the fault and the remedy of a call without an answer, by how far it came.
func (p *probe) unanswered(e *examination) (fault, remedy string) {
	late := events.AsError(p.err).Status == http.StatusGatewayTimeout
	reached, obstacle := p.way.end()
	switch {
	case reached && late:
		return p.endpoint + " does not answer in time", fmt.Sprintf("ask again; if the fault stays, raise READ_TIMEOUT (now %s) and the "+
			"function's timeout, and look at https://ocistatus.oraclecloud.com", e.Config.ReadTimeout)
	case reached:
		return p.endpoint + " cuts the connection and does not answer", "ask again; if the fault stays, " + p.network(e)
	case obstacle != "":
		return p.endpoint + " is not reached: " + obstacle, p.network(e)
	case !late:
		return p.endpoint + " is not reached: the connection breaks off, perhaps at a proxy (HTTPS_PROXY)", p.network(e)
	}
	return p.endpoint + " is not reached: no connection in time", p.network(e)
}

// network returns the remedy for an endpoint that is not reached.
func (p *probe) network(e *examination) string {
	check := p.check("names the right host") + ", and that "
	if e.Config.Auth == settings.AuthConfigFile {
		return check + "this machine reaches it: firewall, proxy (HTTPS_PROXY), DNS"
	}
	return check + "the function's subnet reaches it by TCP 443: a private subnet needs a route to a service gateway or a NAT gateway, " +
		"a public one a route to an internet gateway; both need an egress rule in the security list or network security group"
}
