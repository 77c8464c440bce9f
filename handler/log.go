package handler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"sender-invitations/events/private"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
)

// NewLogger returns a logger that writes JSON lines. It hides what could be an e-mail address in any text, except in a stack: whoever
// logs something hides it already, so this is for what nobody thought of.
func NewLogger(to io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: redact}))
}

// redact hides what could be an e-mail address. It leaves stacks as they are: they have the versions of modules, such as x@v1.0.0.
func redact(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		if a.Key != "stack" {
			a.Value = slog.StringValue(private.Words(a.Value.String()))
		}
	case slog.KindAny:
		if err, ok := a.Value.Any().(error); ok {
			a.Value = slog.StringValue(private.Words(err.Error()))
		}
	}
	return a
}

// TakeLogs makes the lines of libraries go to the logger: those of package log, which net/http and fdk-go use, and those of the SDK, which
// sdkDebug (OCI_GO_SDK_DEBUG) turns on.
func TakeLogs(logger *slog.Logger, sdkDebug string) {
	log.SetFlags(0)
	log.SetOutput(libraries{logger})
	oci.TakeLog(sdkDebug, func(text string) { logger.Info(libraryLine, "text", brief(text)) })
}

// libraryLine is the message of a line that a library writes.
const libraryLine = "line of a library"

// libraries takes the lines of package log.
type libraries struct{ logger *slog.Logger }

// Write logs a line. It is a warning if it is one of net/http. Others are an error, and Write waits until the platform has them: they are
// what fdk-go says before it ends the process.
func (l libraries) Write(line []byte) (int, error) {
	text := string(line)
	switch {
	case strings.HasPrefix(text, "http: panic serving "):
		stack := max(0, strings.LastIndex(text, "\ngoroutine "))
		_, fault, _ := strings.Cut(text[:stack], ": ")
		_, fault, _ = strings.Cut(fault, ": ") // behind the address of the caller
		l.logger.Error("panic in the HTTP server", "panic", brief(fault), "stack", strings.TrimSpace(text[stack:]))
	case strings.HasPrefix(text, "http: "), strings.HasPrefix(text, "Unsolicited response"):
		l.logger.Warn(libraryLine, "text", brief(text))
	default:
		l.logger.Error(libraryLine, "text", brief(text))
		AwaitLog(context.Background())
	}
	return len(line), nil
}

// maxBrief is the maximum length in bytes of what is logged of a library's line.
const maxBrief = 1000

// brief returns what may be logged of a library's text: its first line up to a quotation mark, for what is quoted can be an answer of OCI.
func brief(text string) string {
	text = oci.Reason(errors.New(text))
	return strings.ToValidUTF8(text[:min(len(text), maxBrief)], "")
}

// logLag is the time in which a log line reaches the platform. A real Fn server (0.3.753) ends the container at a cut. It had lost the
// last line after 8 of 25 cuts that came at once, and after none of 25 that came 20 ms later. A shorter time was not measured there. With a
// Docker engine alone (20.10), a line took 0.3 ms at the median, and 3 ms at most of 1,000, to a program that is attached to the container.
// With twice as many busy processes as cores, 5 lines in 100 took longer than 20 ms.
const logLag = 20 * time.Millisecond

// AwaitLog waits until the platform has read the last log lines, but no longer than ctx. It is for what ends the container: a cut, or the
// end of the program.
func AwaitLog(ctx context.Context) {
	select {
	case <-time.After(logLag):
	case <-ctx.Done():
	}
}

// logPanic logs a panic with its stack. The deferred function that recovered calls it.
func (i *invocation) logPanic(message string, fault any) {
	stack := string(debug.Stack())
	if elsewhere, ok := fault.(parallel.Panic); ok {
		fault, stack = elsewhere.Value, elsewhere.Stack
	}
	i.watch.Log.Error(message, "panic", private.Text(fmt.Sprint(fault)), "stack", stack)
}
