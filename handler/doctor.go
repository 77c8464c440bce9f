package handler

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"sender-invitations/events"
)

// Doctor looks at what the function needs and tells what is wrong and what to do about it. Of each service it reads once; it
// writes and publishes nothing. It ends in time for an answer, by the deadline of ctx or after half a minute.
func (h *Handler) Doctor(ctx context.Context) Report {
	i := h.invocation(ctx)
	started := time.Now()
	work, _, cancel := deadlines(ctx)
	defer cancel()
	// A connection of its own sees credentials and network as they are now, not as they were.
	e := examination{invocation: i, fresh: newConnection(i.config, i.connection.credentials), report: Report{Version: i.version}}
	defer e.fresh.http.CloseIdleConnections()
	unread := e.examine(work)
	e.report.settle()
	level := slog.LevelInfo
	attributes := []slog.Attr{slog.Bool("ok", e.report.OK), milliseconds(time.Since(started))}
	if !e.report.OK {
		level = slog.LevelWarn
		attributes = append(attributes, slog.String("faults", e.report.faults()))
	}
	if unread != nil {
		attributes = append(attributes, slog.String("reason", reason(unread)))
	}
	i.log.LogAttrs(ctx, level, "doctor", attributes...)
	return e.report
}

// maxDoctor is the most bytes of the command doctor, so that no long delivery is read for it.
const maxDoctor = 1 << 10

// asksDoctor reports whether the delivery is the bare command {"operation": "doctor"}.
func asksDoctor(d events.Delivery) bool {
	if len(d.Body) > maxDoctor || d.Header.Get("ce-specversion") != "" || events.CheckJSON(d.Body) != nil {
		return false
	}
	var members map[string]any
	return json.Unmarshal(d.Body, &members) == nil && len(members) == 1 && members["operation"] == "doctor"
}

// answerDoctor answers whatever happens: who asks for the doctor is not helped by a cut connection.
func (i *invocation) answerDoctor(ctx context.Context) (answer response) {
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic of the doctor", fault)
			answer = errorResponse(events.Internal())
		}
	}()
	return jsonResponse(http.StatusOK, i.Doctor(ctx))
}

// examination is one visit of the doctor.
type examination struct {
	*invocation
	fresh     *connection
	report    Report
	principal CredentialsFound
	region    string // the principal's

	listing *probe
	topics  map[string]*probe // by OCID: those of the principal's realm
}

// examine makes all checks. Its error is the SDK's, if the credentials cannot be read.
func (e *examination) examine(ctx context.Context) (unread error) {
	e.checkSettings()
	e.checkRules()
	e.checkGuardrails()
	// Tracing, where OCI_TRACING_ENABLED is on, goes here and last in Report: it needs no credentials.
	made, err := e.readCredentials(ctx)
	if err != nil {
		e.report.skip("the credentials cannot be read")
		return err
	}
	e.report.Region.Found = RegionFound{Principal: e.region, Organizations: e.organizationsRegion()}
	e.probe(ctx, made)
	e.checkCredentials()
	e.checkOrganizations()
	e.checkTopics()
	return nil
}

// readCredentials makes clients. The SDK takes its time to find out that there is no instance principal, and knows no deadline.
func (e *examination) readCredentials(ctx context.Context) (made *clients, err error) {
	read := make(chan func(), 1)
	go func() {
		clients, fault := e.fresh.tryMake()
		read <- func() { made, err = clients, fault }
	}()
	select {
	case take := <-read:
		take()
	case <-ctx.Done():
		err = errors.New(lateReading)
	}
	e.principal = CredentialsFound{Auth: e.config.Auth}
	if err != nil {
		e.report.Credentials.fail(unreadable(e.config, err))
		e.report.Credentials.Found = e.principal
		return nil, err
	}
	e.fresh.current = made
	e.principal, e.region = principalOf(e.config, made.provider)
	return made, nil
}

func (e *examination) checkSettings() {
	c := e.config
	e.report.Settings.Found = SettingsFound{EventTypePrefix: c.EventTypePrefix, FunctionOCID: c.FunctionOCID, HTTPBasePath: c.HTTPBasePath,
		ConnectTimeout: c.ConnectTimeout.String(), ReadTimeout: c.ReadTimeout.String(), MaxAttempts: c.MaxAttempts,
		Concurrency: c.Concurrency, LogLevel: strings.ToLower(c.LogLevel.String())}
}

func (e *examination) checkRules() {
	check, found := &e.report.Rules, RulesFound{Source: "built-in", Names: []string{}}
	switch {
	case e.config.RulesFile != "":
		found.Source = "RULES_FILE"
	case e.config.Rules != "":
		found.Source = "RULES"
	default:
		check.remark("the built-in rules are an example, for events of com.example: set RULES or RULES_FILE to your own")
	}
	for _, rule := range e.config.rules {
		found.Names = append(found.Names, rule.name)
	}
	if len(found.Names) == 0 {
		check.remark("there is no rule: nothing but commands is carried out")
	}
	check.Found = found
}

func (e *examination) checkGuardrails() {
	check, c := &e.report.Guardrails, e.config
	check.Found = GuardrailsFound{Mode: c.Mode, AllowedRecipients: c.AllowedRecipients, DeniedRecipients: c.DeniedRecipients,
		AllowedEmailDomains: c.AllowedEmailDomains, MaxPending: c.MaxPending}
	if c.Mode == ModeDryRun {
		check.remark("MODE=dry-run: nothing is written to Organizations")
	}
	if len(c.AllowedRecipients)+len(c.DeniedRecipients)+len(c.AllowedEmailDomains)+c.MaxPending == 0 {
		check.remark("no guardrail is set: any tenancy of the realm may be invited, and any number of them")
	}
	if c.letsNobodyThrough() {
		check.fail("ALLOWED_RECIPIENTS and DENIED_RECIPIENTS let nobody through: every create is refused",
			"take out of DENIED_RECIPIENTS what covers ALLOWED_RECIPIENTS, and allow patterns of tenancy OCIDs, such as ocid1.tenancy.oc1..*")
	}
}

// letsNobodyThrough reports whether every recipient that is allowed is denied too, or is no tenancy. It sees a pattern that one
// other covers, not one that several do together.
func (c Config) letsNobodyThrough() bool {
	allowed := c.AllowedRecipients
	if len(allowed) == 0 {
		allowed = []string{"*"}
	}
	return !slices.ContainsFunc(allowed, func(pattern string) bool {
		denied := func(other string) bool { return compilePattern(other).MatchString(pattern) }
		return canBeTenancy(pattern) && !slices.ContainsFunc(c.DeniedRecipients, denied)
	})
}

// canBeTenancy reports whether the pattern can match the OCID of a tenancy, as far as its beginning tells.
func canBeTenancy(pattern string) bool {
	const begin = "ocid1.tenancy."
	known, _, open := strings.Cut(strings.ToLower(pattern), "*")
	return strings.HasPrefix(known, begin) || open && strings.HasPrefix(begin, known)
}
