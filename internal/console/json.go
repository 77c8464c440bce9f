package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

// read reads the JSON of a request, of at most so many bytes. It refuses any other request, and returns false.
func read[T any](w http.ResponseWriter, r *http.Request, most int64) (asked T, ok bool) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "UnsupportedMediaType", "send the request with Content-Type: application/json")
		return asked, false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&asked)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = errors.New("there is more behind the JSON object")
		}
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		refuse(w, http.StatusRequestEntityTooLarge, "PayloadTooLarge", fmt.Sprintf("the request exceeds %d MB", most>>20))
		return asked, false
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "CannotParseRequest", "the request's JSON is wrong: "+err.Error())
		return asked, false
	}
	return asked, true
}

// refuse answers with an error as OCI shows it.
func refuse(w http.ResponseWriter, status int, code, message string) {
	respond(w, status, map[string]string{"code": code, "message": message})
}

func respond(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // fails only if the page has gone
}

// milliseconds returns a duration with a thousandth of a millisecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
