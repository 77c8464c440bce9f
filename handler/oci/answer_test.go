package oci

import (
	"net/http"
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
