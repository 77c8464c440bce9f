package oci

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzRefusal asserts that the error of a refusal has the answer's status, a code and a message, whatever the body is.
func FuzzRefusal(f *testing.F) {
	for _, body := range []string{
		`{"code": "LimitExceeded", "message": "too many"}`, `{"code": 1, "message": []}`, `<html>`, ``, `null`, `{"code": "x y", "message": "z"}`,
	} {
		f.Add(400, []byte(body), "opc")
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, requestID string) {
		if status < 400 || status > 599 {
			return
		}
		got := Answer{Status: status, Header: http.Header{"Opc-Request-Id": {requestID}}, Body: body}
		fault := got.refusal()
		if fault.Status != status || !codeForm.MatchString(fault.Code) || fault.Message == "" || fault.OpcRequestID != requestID {
			t.Fatalf("%+v", fault)
		}
	})
}

// An answer of many values is refused without being decoded, for decoding would take many times its size in memory.
func TestManyValuesAreNotDecoded(t *testing.T) {
	for _, part := range []string{"{},", "[],", "0,", `"",`} {
		got := Answer{Status: http.StatusOK, Body: []byte(`{"items":[` + strings.Repeat(part, maxAnswer/len(part)-10) + `0]}`)}
		call := Call{Method: http.MethodGet, Doubt: func(Answer) string { return "it was decoded" }}
		told := ""
		if allocations := testing.AllocsPerRun(1, func() { told = call.faultIn(got) }); allocations > 20 || !strings.Contains(told, "it has more than 100000 values") {
			t.Errorf("%s: %v allocations, %s", part, allocations, told)
		}
	}
}
