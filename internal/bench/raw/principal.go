package main

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"strings"
)

// principal is the function's resource principal.
type principal struct {
	key     *rsa.PrivateKey
	keyID   string // the keyId of signatures
	tenancy string
}

// readPrincipal reads the files of a resource principal of version 2.2: a session token and its key.
func readPrincipal() (principal, error) {
	text, err := os.ReadFile(os.Getenv("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM"))
	if err != nil {
		return principal{}, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return principal{}, errors.New("the private key is not PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return principal{}, err
	}
	token, err := os.ReadFile(os.Getenv("OCI_RESOURCE_PRINCIPAL_RPST"))
	if err != nil {
		return principal{}, err
	}
	token = bytes.TrimSpace(token)
	tenancy, err := tenancyOf(string(token))
	return principal{key, "ST$" + string(token), tenancy}, err
}

// tenancyOf returns the tenancy in a session token, which is a JSON Web Token.
func tenancyOf(token string) (string, error) {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return "", err
	}
	var claims struct {
		Tenancy string `json:"res_tenant"`
	}
	return claims.Tenancy, json.Unmarshal(text, &claims)
}
