package fnhost

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Failure is the error by which OCI Functions reports that a function gave no answer. Status is the HTTP status. Code is a
// code of Oracle's "Troubleshooting OCI Functions", such as FunctionInvokeExecutionFailed, or the reason why a handler of
// this package refused a request.
type Failure struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error returns status, code and message in one line.
func (f *Failure) Error() string {
	return fmt.Sprintf("%d %s: %s", f.Status, f.Code, f.Message)
}

// The codes of OCI Functions.
const (
	codeExecutionFailed    = "FunctionInvokeExecutionFailed"
	codeInitFail           = "FunctionInvokeContainerInitFail"
	codeInitTimeout        = "FunctionInvokeContainerInitTimeout"
	codeInvalidResponse    = "FunctionInvokeInvalidResponse"
	codeRequestTooLarge    = "FunctionInvokeRequestContentTooLarge"
	codeResponseTooLarge   = "FunctionInvokeResponseBodyTooLarge"
	codeServiceUnavailable = "FunctionInvokeServiceUnavailable"
	codeTimeout            = "FunctionInvokeTimeout"
)

func executionFailed() *Failure {
	return &Failure{http.StatusBadGateway, codeExecutionFailed, "error receiving function response"}
}

func timedOut() *Failure {
	return &Failure{http.StatusGatewayTimeout, codeTimeout, "the function timed out"}
}

func errClosed() *Failure {
	return &Failure{http.StatusServiceUnavailable, codeServiceUnavailable, "the function host is closed"}
}

// respondFailure answers err as {"code", "message"} with its status. Any error but a *Failure means that the caller has gone.
func respondFailure(w http.ResponseWriter, err error) {
	var f *Failure
	if !errors.As(err, &f) {
		f = &Failure{http.StatusServiceUnavailable, codeServiceUnavailable, err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(f) // fails only if the caller has gone
}
