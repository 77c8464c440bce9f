package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// client keeps enough idle connections for all concurrent calls.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// endpoint is the address of one operation, with the constant parts of its signatures.
type endpoint struct {
	address       *url.URL
	key           *rsa.PrivateKey
	signed        string // the signed text up to the date
	authorization string // the header up to the signature
}

// newEndpoint returns the endpoint for POST to a path of a service.
func newEndpoint(p principal, service, path string) (endpoint, error) {
	address, err := url.Parse(service + path)
	if err != nil {
		return endpoint{}, err
	}
	return endpoint{
		address: address,
		key:     p.key,
		signed:  "(request-target): post " + path + "\nhost: " + address.Host + "\ndate: ",
		authorization: `Signature version="1",algorithm="rsa-sha256",headers="(request-target) host date content-length content-type x-content-sha256",keyId="` +
			p.keyID + `",signature="`,
	}, nil
}

// post sends a body as JSON and returns the response's body. A status other than 2xx is an error.
func (e endpoint) post(ctx context.Context, body any) ([]byte, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	header, err := e.sign(content)
	if err != nil {
		return nil, err
	}
	request := &http.Request{Method: http.MethodPost, URL: e.address, Host: e.address.Host, Header: header,
		Body: io.NopCloser(bytes.NewReader(content)), ContentLength: int64(len(content)),
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, err
}

// sign returns the headers of a signed request, by version 1 of OCI's signatures.
func (e endpoint) sign(content []byte) (http.Header, error) {
	hash := sha256.Sum256(content)
	bodyHash := base64.StdEncoding.EncodeToString(hash[:])
	date := time.Now().UTC().Format(http.TimeFormat)
	signed := sha256.Sum256([]byte(e.signed + date + "\ncontent-length: " + strconv.Itoa(len(content)) +
		"\ncontent-type: application/json\nx-content-sha256: " + bodyHash))
	signature, err := rsa.SignPKCS1v15(nil, e.key, crypto.SHA256, signed[:])
	return http.Header{
		"Accept":           {"application/json"},
		"Authorization":    {e.authorization + base64.StdEncoding.EncodeToString(signature) + `"`},
		"Content-Type":     {"application/json"},
		"Date":             {date},
		"X-Content-Sha256": {bodyHash},
	}, err
}
