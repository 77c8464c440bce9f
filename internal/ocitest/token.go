package ocitest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"time"
)

// claims are the claims of a session token. OCI's resource principal session
// tokens have these among others.
type claims struct {
	Number      int    `json:"jti,string"` // counts the tokens of one Server from 1
	Subject     string `json:"sub"`
	IssuedAt    int64  `json:"iat"` // seconds since 1970, like exp
	Expires     int64  `json:"exp"`
	Tenancy     string `json:"res_tenant"`
	Compartment string `json:"res_compartment"`
	Type        string `json:"res_type"`
	JWK         string `json:"jwk"` // the public session key: a jwk as JSON
}

// jwk is an RSA public key (RFC 7517).
type jwk struct {
	Type      string `json:"kty"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
	ID        string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}

const tokenHeader = `{"alg":"RS256","kid":"ocitest","typ":"JWT"}`

var base64url = base64.RawURLEncoding

// signToken returns a JSON Web Token (RFC 7519) with the claims, signed with RS256.
func signToken(c claims, key *rsa.PrivateKey) (string, error) {
	text := base64url.EncodeToString([]byte(tokenHeader)) + "." + base64url.EncodeToString(encode(c))
	hash := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, hash[:])
	return text + "." + base64url.EncodeToString(signature), err
}

// verifyToken returns the claims of a token. It fails if key has not signed the
// token or if the token has expired.
func verifyToken(token string, key *rsa.PublicKey, now time.Time) (c claims, err error) {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	raw, err := base64url.DecodeString(signature)
	hash := sha256.Sum256([]byte(header + "." + payload))
	if err != nil || header != base64url.EncodeToString([]byte(tokenHeader)) ||
		rsa.VerifyPKCS1v15(key, crypto.SHA256, hash[:], raw) != nil {
		return c, errors.New("not issued by this server")
	}
	raw, err = base64url.DecodeString(payload)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err == nil && now.Unix() >= c.Expires {
		err = errors.New("expired")
	}
	return c, err
}

// encodeJWK returns the public key as a JSON Web Key.
func encodeJWK(key *rsa.PublicKey) string {
	return string(encode(jwk{
		Type:      "RSA",
		Algorithm: "RS256",
		Use:       "sig",
		ID:        "session",
		N:         base64url.EncodeToString(key.N.Bytes()),
		E:         base64url.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}))
}

// parseJWK is the inverse of encodeJWK.
func parseJWK(text string) (*rsa.PublicKey, error) {
	var k jwk
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return nil, err
	}
	n, err := base64url.DecodeString(k.N)
	if err != nil {
		return nil, err
	}
	e, err := base64url.DecodeString(k.E)
	if err != nil {
		return nil, err
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
}
