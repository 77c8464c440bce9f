package ocitest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxSkew is how far the date of a request may be from the clock (API errors, 401
// NotAuthenticated).
const maxSkew = 5 * time.Minute

// Headers that a signature must cover (Request Signatures), besides date or
// x-date. The second list is for requests with a body.
var (
	signedHeaders     = []string{"(request-target)", "host"}
	signedBodyHeaders = []string{"content-length", "content-type", "x-content-sha256"}
)

func unauthenticated(format string, args ...any) error {
	return fail(http.StatusUnauthorized, "NotAuthenticated", format, args...)
}

// authenticate checks the token, the date, the body's hash and the signature of a
// request. Its 401 says what is wrong; the service's does not.
func (s *Server) authenticate(r *http.Request, body []byte) error {
	fields, err := parseAuthorization(r.Header.Get("authorization"))
	if err != nil {
		return err
	}
	token, ok := strings.CutPrefix(fields["keyId"], "ST$")
	if !ok {
		return unauthenticated("keyId must be ST$ and a session token")
	}
	key, err := s.issuer.sessionKey(token, s.callersNow())
	if err != nil {
		return unauthenticated("session token: %s", err)
	}
	headers := strings.Fields(fields["headers"])
	if err := checkCoverage(r.Method, headers); err != nil {
		return err
	}
	if err := s.checkDate(r, headers); err != nil {
		return err
	}
	if err := checkBodyHash(r, body); err != nil {
		return err
	}
	return checkSignature(r, headers, fields["signature"], key)
}

// parseAuthorization reads the fields of an authorization header.
func parseAuthorization(header string) (map[string]string, error) {
	rest, ok := strings.CutPrefix(header, "Signature ")
	if !ok {
		return nil, unauthenticated("the request is not signed: no authorization header of the scheme Signature")
	}
	fields := make(map[string]string)
	for _, field := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = strings.Trim(value, `"`)
	}
	if fields["version"] != "1" || fields["algorithm"] != "rsa-sha256" {
		return nil, unauthenticated("the signature must be of version 1 and algorithm rsa-sha256")
	}
	return fields, nil
}

// checkCoverage checks that the signature covers all required headers.
func checkCoverage(method string, headers []string) error {
	if !slices.Contains(headers, "date") && !slices.Contains(headers, "x-date") {
		return unauthenticated("the signature must cover date or x-date")
	}
	needed := signedHeaders
	if hasBody(method) {
		needed = slices.Concat(signedHeaders, signedBodyHeaders)
	}
	for _, name := range needed {
		if !slices.Contains(headers, name) {
			return unauthenticated("the signature must cover %s", name)
		}
	}
	return nil
}

func hasBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// checkDate compares the date that the signature covers, x-date first, with the
// clock of the callers.
func (s *Server) checkDate(r *http.Request, headers []string) error {
	text := r.Header.Get("date")
	if slices.Contains(headers, "x-date") {
		text = r.Header.Get("x-date")
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return unauthenticated("the date %q is not an HTTP date", text)
	}
	now := s.callersNow().UTC()
	if skew := now.Sub(date).Abs(); skew > maxSkew {
		return unauthenticated("the date %q is %s away from %s", text, skew, now.Format(http.TimeFormat))
	}
	return nil
}

// checkBodyHash compares x-content-sha256 with the body.
func checkBodyHash(r *http.Request, body []byte) error {
	hash := sha256.Sum256(body)
	if hasBody(r.Method) && r.Header.Get("x-content-sha256") != base64.StdEncoding.EncodeToString(hash[:]) {
		return unauthenticated("x-content-sha256 is not the hash of the body")
	}
	return nil
}

// checkSignature verifies the signature over the headers it names.
func checkSignature(r *http.Request, headers []string, signature string, key *rsa.PublicKey) error {
	lines := make([]string, len(headers))
	for i, name := range headers {
		lines[i] = name + ": " + signedValue(r, name)
	}
	hash := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err == nil {
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, hash[:], raw)
	}
	if err != nil {
		return unauthenticated("the signature does not verify over %s", strings.Join(headers, ", "))
	}
	return nil
}

// signedValue returns the signed value of a header. net/http keeps the host and
// the length of a request outside its headers.
func signedValue(r *http.Request, name string) string {
	switch name {
	case "(request-target)":
		return strings.ToLower(r.Method) + " " + r.URL.RequestURI()
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	return strings.Join(r.Header.Values(name), ", ")
}
