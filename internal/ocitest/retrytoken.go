package ocitest

import (
	"encoding/json"
	"net/http"
	"time"
)

// retryTokenLifetime is how long a retry token is remembered (Organizations,
// opc-retry-token).
const retryTokenLifetime = 24 * time.Hour

// maxRetryToken is the length of the longest retry token, in bytes. Organizations
// documents none. It is the limit of the services that do, such as Events.
const maxRetryToken = 64

// storedAnswer is the answer to the first request with a retry token.
type storedAnswer struct {
	payload string // of the request
	answer  answer
	expires time.Time
}

// once runs an operation once per opc-retry-token. A repeat with the same payload
// gets the stored answer; with another payload, 409. Errors are not stored. A
// request without a token always runs.
func once(run operation) operation {
	return func(s *Server, r request) (answer, error) {
		token := r.Header.Get("opc-retry-token")
		if token == "" {
			return run(s, r)
		}
		if len(token) > maxRetryToken {
			return answer{}, invalid("the opc-retry-token is longer than %d bytes", maxRetryToken)
		}
		payload := r.Method + " " + r.URL.EscapedPath() + " " + canonical(r.body)
		stored, found := s.storedAnswers[token]
		if found && r.now.Before(stored.expires) {
			if stored.payload != payload {
				return answer{}, fail(http.StatusConflict, "InvalidatedRetryToken", "the opc-retry-token was used with another payload")
			}
			return stored.answer, nil
		}
		a, err := run(s, r)
		if err == nil {
			s.store(token, storedAnswer{payload, a, r.now.Add(retryTokenLifetime)})
		}
		return a, err
	}
}

func (s *Server) store(token string, a storedAnswer) {
	if s.storedAnswers == nil {
		s.storedAnswers = make(map[string]storedAnswer)
	}
	s.storedAnswers[token] = a
}

// canonical returns JSON with its members sorted and without white space. It
// returns any other text unchanged.
func canonical(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	return string(encode(v))
}
