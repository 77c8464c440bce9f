package handler

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"sender-invitations/events"
)

// Doctor looks at what the function needs and tells what is wrong and what to do about it. Of each service it reads once; it
// writes and publishes nothing. It ends in time for an answer, by the deadline of ctx or after half a minute.
func (h *Handler) Doctor(ctx context.Context) Report {
	return h.invocation(ctx, directDoor).doctor(ctx)
}

func (i *invocation) doctor(ctx context.Context) Report {
	started := time.Now()
	work, _, cancel := i.contexts(ctx)
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
	const word = "doctor"
	mayStand := bytes.Contains(d.Body, []byte(word)) || bytes.IndexByte(d.Body, '\\') >= 0 // or some of it as an escape
	if !mayStand || len(d.Body) > maxDoctor || d.Header.Get("ce-specversion") != "" || events.CheckJSON(d.Body) != nil {
		return false
	}
	var members map[string]any
	return json.Unmarshal(d.Body, &members) == nil && len(members) == 1 && members["operation"] == word
}

// answerDoctor answers whatever happens: who asks for the doctor is not helped by a cut connection.
func (i *invocation) answerDoctor(ctx context.Context) (answer response) {
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic of the doctor", fault)
			answer = errorResponse(events.Internal())
		}
	}()
	return jsonResponse(http.StatusOK, i.doctor(ctx))
}

// examination is one visit of the doctor.
type examination struct {
	*invocation
	fresh     *connection
	report    Report
	principal CredentialsFound
	region    string // the principal's

	listing     *probe
	topicProbes map[string]*probe // by OCID: those of the principal's realm
}

// examine makes all checks. Its error is the SDK's, if the credentials cannot be read.
func (e *examination) examine(ctx context.Context) (unread error) {
	e.checkSettings()
	e.checkRules()
	e.checkGuardrails()
	e.checkTracing(ctx)
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

// readCredentials makes clients. The SDK takes its time to find out that there is no instance principal, and knows no
// deadline.
func (e *examination) readCredentials(ctx context.Context) (made *clients, err error) {
	type outcome struct {
		made *clients
		err  error
	}
	read := make(chan outcome, 1)
	go func() {
		made, err := e.fresh.tryMake()
		read <- outcome{made, err}
	}()
	select {
	case end := <-read:
		made, err = end.made, end.err
	case <-ctx.Done():
		err = errLateReading
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
