// Command sender-invitations is a function for OCI Functions. It turns events and HTTP requests into sender invitations of OCI
// Organizations. The platform starts it with FN_LISTENER set; see README.md and docs.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/fnproject/fdk-go"
	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"

	"sender-invitations/handler"
	"sender-invitations/handler/doctor"
	"sender-invitations/handler/settings"
	"sender-invitations/handler/trace"
)

// version is set by the build.
var version = "dev"

const usage = `sender-invitations is a function for OCI Functions: it turns events and HTTP requests into sender invitations
of OCI Organizations and publishes each result to a Notifications topic or a stream.

The platform starts it with FN_LISTENER, which is not set here. To try it without a cloud account, run

    make run

in its source tree. The settings are environment variables; docs/settings.md lists them.

    sender-invitations doctor

checks, with the settings in the environment, what the function needs: settings, credentials, region, Organizations, topics or
streams, rules and guardrails. It prints problems and remedies as JSON, and exits with status 0 if all is well, else 1. It writes and
publishes nothing. With AUTH=config_file it uses your own credentials, before anything is deployed.
`

func main() {
	if len(os.Args) > 1 && (os.Args[1] == "-h" || os.Args[1] == "--help") {
		fmt.Print(usage)
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "doctor" {
		os.Exit(examine(os.Stdout))
	}
	if os.Getenv("FN_LISTENER") == "" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	config, err := settings.Parse(os.Getenv)
	log := logger(config)
	warnOfMisspelt(log)
	if err != nil {
		log.Error(err.Error())
		handler.AwaitLog(context.Background())
		os.Exit(1)
	}
	limitMemory(config)
	h := newHandler(config, log)
	go func() {
		h.Prepare()
		settle(config)
	}()
	fdk.Handle(function{h})
}

// limitMemory makes the Go runtime collect garbage sooner when memory runs short, unless GOMEMLIMIT is set. The limit is soft.
func limitMemory(config settings.Config) {
	if config.Memory > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(config.Memory / 8 * 5) // the rest is for memory that Go does not count, such as the binary and sockets
	}
}

// settle reduces the Go runtime's use of threads and memory after the start, unless GOMAXPROCS and GOGC are set. It sets as many
// threads as the function has CPUs. By default the runtime uses at least two, of which a tenth of a CPU needs only one. It also
// makes the runtime collect garbage a little sooner, which saves a megabyte of memory at no measurable cost.
func settle(config settings.Config) {
	if config.Processors > 0 && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(config.Processors)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(75)
	}
}

func newHandler(config settings.Config, log *slog.Logger) *handler.Handler {
	credentials := func() (common.ConfigurationProvider, error) { return principal(config) }
	return handler.New(config, credentials, version, log)
}

// logger returns the logger of the program. From then on it logs the lines of libraries too.
func logger(config settings.Config) *slog.Logger {
	log := handler.NewLogger(os.Stderr, config.LogLevel)
	handler.TakeLogs(log, os.Getenv("OCI_GO_SDK_DEBUG"))
	return log
}

// warnOfMisspelt logs each environment variable that has almost the name of a setting. Its value may be a secret.
func warnOfMisspelt(log *slog.Logger) {
	for _, suspect := range settings.Misspelt(os.Environ()) {
		log.Warn("this environment variable is not a setting, but looks like one", "variable", suspect.Name, "setting", suspect.Setting)
	}
}

// examine prints the doctor's report on the settings in the environment, and returns the exit status.
func examine(out io.Writer) int {
	var report doctor.Report
	config, err := settings.Parse(os.Getenv)
	log := logger(config)
	warnOfMisspelt(log)
	if err != nil {
		report = doctor.WrongSettings(version, err)
	} else {
		report = newHandler(config, log).Doctor(context.Background())
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(report); err != nil || !report.OK {
		return 1
	}
	return 0
}

// principal returns the credentials that AUTH names.
func principal(config settings.Config) (common.ConfigurationProvider, error) {
	switch config.Auth {
	case settings.AuthConfigFile:
		return common.ConfigurationProviderFromFileWithProfile(config.OCIConfigFile, config.OCIConfigProfile, "")
	case settings.AuthInstancePrincipal:
		return auth.InstancePrincipalConfigurationProvider()
	}
	return auth.ResourcePrincipalConfigurationProvider()
}

// function is the adapter between fdk-go and the handler.
type function struct{ *handler.Handler }

// Serve passes an invocation to its door. fdk.HTTPHandler panics if the URL or the method of a request does not parse; Serve
// answers such a request.
func (f function) Serve(ctx context.Context, in io.Reader, out io.Writer) {
	call := fdk.GetContext(ctx)
	if pooled, ok := out.(interface{ Reset() }); ok {
		pooled.Reset() // fdk-go does not clear the buffer after a broken answer
	}
	ctx = handler.WithCallID(ctx, call.CallID())
	if traced := call.TracingContextData(); traced.IsTracingEnabled() {
		ctx = trace.With(ctx, trace.Context{CollectorURL: traced.TraceCollectorURL(), ServiceName: traced.ServiceName(),
			TraceID: traced.TraceId(), SpanID: traced.SpanId(), Sampled: traced.IsSampled() || traced.Flags() == "1"})
	}
	if _, viaGateway := call.(fdk.HTTPContext); !viaGateway {
		fdk.HTTPHandler(http.HandlerFunc(f.Direct)).Serve(ctx, in, out)
		return
	}
	entered := false
	defer func() {
		if !entered && recover() != nil {
			f.InvalidURL(ctx, call.Header(), out.(http.ResponseWriter))
		}
	}()
	fdk.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered = true
		if r.Header.Get("Fn-Http-H-Content-Type") == "" && r.Header.Get("Content-Type") == "application/octet-stream" {
			r.Header.Del("Content-Type") // the gateway sets it if the request has none
		}
		f.HTTP(w, r)
	})).Serve(ctx, in, out)
}
