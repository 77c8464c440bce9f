package oci

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"strings"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
)

// keys are the credentials as the signer gets them: without the line break that an editor or echo leaves behind a session token.
type keys struct{ common.ConfigurationProvider }

// KeyID returns the id of the key; that of a session key is the token itself.
func (k keys) KeyID() (string, error) {
	id, err := k.ConfigurationProvider.KeyID()
	return strings.TrimSpace(id), err
}

// sign dates and signs the request (https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm). It fails only if the
// credentials are to blame, or what the SDK appends to User-Agent: key or token cannot be read, the key cannot sign, or the signed request
// cannot be sent.
func (to *endpoint) sign(request *http.Request) error {
	request.Header.Set("User-Agent", to.UserAgent)
	request.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return caught(func() error {
		if to.Interceptor != nil { // adds a delegation token, if the credentials have one
			if err := to.Interceptor(request); err != nil {
				return err
			}
		}
		if err := to.Signer.Sign(request); err != nil {
			return err
		}
		return sendable(request.Header)
	})
}

// caught runs a part of the SDK, and turns its panic into an error. The SDK panics on a session token without an expiry, also when it
// reads the token again.
func caught(part func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%v", fault)
		}
	}()
	return part()
}

// sendable returns an error if net/http would not send the header. The error of net/http would look like one of the network.
func sendable(header http.Header) error {
	control := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	for name, values := range header {
		for _, value := range values {
			if strings.ContainsFunc(value, control) {
				return fmt.Errorf("the header %s cannot be sent: it has a line break or another control character", name)
			}
		}
	}
	return nil
}

// unsigned logs why a request cannot be signed, and returns [ErrCredentials].
func unsigned(log *slog.Logger, err error) error {
	log.Error("request cannot be signed", "reason", Reason(err))
	return ErrCredentials
}

// try signs a request to each API, which is not sent, and checks that key and token belong together.
func (s *session) try(apis []*API) error {
	for _, api := range apis {
		request, err := Call{Method: http.MethodGet, Path: "/"}.request(context.Background(), s.endpoints[api])
		if err == nil {
			err = s.endpoints[api].sign(request)
		}
		if err != nil {
			return err
		}
	}
	return caught(func() error { return belongs(s.provider) })
}

// Claim returns a claim of the provider's session token; nil if there is none, or if it cannot be read: the SDK's provider for version 3.0
// of resource principals panics.
func Claim(provider common.ConfigurationProvider, name string) (value any) {
	if token, ok := provider.(interface{ GetClaim(string) (any, error) }); ok {
		_ = caught(func() (err error) {
			value, err = token.GetClaim(name)
			return err
		})
	}
	return value
}

// belongs returns an error if the session token names another public key than that of the private key. It returns none if there is no
// session token, or if the token does not name its key in the way of a resource principal: then only OCI can tell. Oracle's SDK for Java
// makes the same comparison before it uses a token.
func belongs(provider common.ConfigurationProvider) error {
	text, _ := Claim(provider, "jwk").(string)
	var public struct{ N string } // the modulus (RFC 7518, section 6.3)
	_ = json.Unmarshal([]byte(text), &public)
	modulus, err := base64.RawURLEncoding.DecodeString(public.N)
	if err != nil || len(modulus) == 0 {
		return nil
	}
	key, err := provider.PrivateRSAKey()
	if err == nil && key.N.Cmp(new(big.Int).SetBytes(modulus)) != 0 {
		err = errors.New("the private key does not belong to the session token")
	}
	return err
}
