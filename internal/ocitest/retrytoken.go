package ocitest

import (
	"encoding/json"
	"net/http"
	"time"
)

// retryTokenLifetime is how long a retry token is remembered (Organizations,
// opc-retry-token).
const retryTokenLifetime = 24 * time.Hour

// storedAnswer is what a retry token stands for.
type storedAnswer struct {
	payload string // of the request
	answer  answer
	expires time.Time
}

// once makes an operation happen once per opc-retry-token: the same token with
// the same payload is given the stored answer, with another payload 409. A
// request without a token is always run. Refusals are not stored.
func once(run operation) operation {
	return func(s *Server, r request) (answer, error) {
		token := r.Header.Get("opc-retry-token")
		if token == "" {
			return run(s, r)
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

// canonical is a JSON text with its members sorted and its blanks removed; what
// is not JSON stays as it is.
func canonical(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	return string(encode(v))
}
