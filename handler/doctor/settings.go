package doctor

import (
	"context"
	"net/url"
	"strings"

	"sender-invitations/events/private"
	"sender-invitations/handler/command"
	"sender-invitations/handler/settings"
	"sender-invitations/handler/trace"
)

func (e *examination) checkSettings() {
	c := e.Config
	e.report.Settings.Found = SettingsFound{EventTypePrefix: c.EventTypePrefix, FunctionOCID: c.FunctionOCID, HTTPBasePath: c.HTTPBasePath,
		ConnectTimeout: c.ConnectTimeout.String(), ReadTimeout: c.ReadTimeout.String(), MaxAttempts: c.MaxAttempts,
		Concurrency: c.Concurrency, ExpiringDays: c.ExpiringDays, LogLevel: strings.ToLower(c.LogLevel.String())}
}

func (e *examination) checkRules() {
	check, found := &e.report.Rules, RulesFound{Source: "built-in", Names: []string{}}
	switch {
	case e.Config.RulesFile != "":
		found.Source = "RULES_FILE"
	case e.Config.Rules != "":
		found.Source = "RULES"
	default:
		check.remark("the built-in rules are an example, for events of com.example: set RULES or RULES_FILE to your own")
	}
	for _, name := range e.Config.Mapping().Names() {
		found.Names = append(found.Names, private.Text(name))
	}
	switch {
	case len(found.Names) > 0:
	case len(e.Config.Commands) > 0:
		check.remark("there is no rule: only commands are carried out")
	default:
		check.remark("there is no rule, and COMMANDS is none: no delivery is carried out")
	}
	check.Found = found
}

func (e *examination) checkGuardrails() {
	check, c := &e.report.Guardrails, e.Config
	check.Found = GuardrailsFound{c.Mode, append([]string{}, c.Commands...), c.ResendExpired, c.Guardrails}
	switch {
	case c.Mode == settings.ModeDryRun:
		check.remark("MODE=dry-run: nothing is written to Organizations")
	case c.Mode == settings.ModeHold && !c.Allows(command.Create):
		check.remark("MODE=hold: every create waits for approval. COMMANDS does not list create, so creates over HTTP are refused, and expired invitations are " +
			"not sent again: add create to COMMANDS if there are any")
	case c.Mode == settings.ModeHold:
		check.remark("MODE=hold: every create waits for approval")
	}
	if c.ResendExpired+c.ExpiringDays > 0 && !c.Allows(command.Poll) {
		check.remark("RESEND_EXPIRED and EXPIRING_DAYS are for polls, and COMMANDS does not list poll: add it")
	}
	if len(c.Commands) == len(command.Names()) {
		check.remark("COMMANDS allows every operation: whoever may deliver can create, update and cancel by name, without a rule; set it to " +
			"the operations that your sources ask for by name, or to none")
	}
	if !c.Guardrails.IsSet() {
		check.remark("no guardrail is set: any tenancy of the realm may be invited, and any number of them")
	}
	if c.DeniesAll() {
		check.fail("DENIED_RECIPIENTS covers every recipient that ALLOWED_RECIPIENTS allows: every create is refused",
			"remove from DENIED_RECIPIENTS the patterns that cover the allowed recipients")
	}
}

// checkTracing checks where spans go, if the platform has enabled tracing for the function. It sends no span.
func (e *examination) checkTracing(ctx context.Context) {
	given, enabled := trace.From(ctx)
	if !enabled {
		return
	}
	check := &Check{}
	e.report.Tracing = check
	found := TracingFound{ServiceName: private.Text(given.ServiceName), Sampled: given.Sampled}
	if !trace.IsCollector(given.CollectorURL) {
		check.fail("OCI_TRACE_COLLECTOR_URL is not an https:// address: no span is sent",
			"enable tracing for the application again with an APM domain that exists, or disable it for the function")
	} else if collector, err := url.Parse(given.CollectorURL); err == nil {
		found.Collector = collector.Scheme + "://" + collector.Host // its query holds a key
	}
	check.Found = found
}
