package command

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

const (
	maxAddress = 254 // bytes: RFC 5321, section 4.5.3.1.3
	maxDomain  = 253 // bytes
)

// isAddress reports whether the text is one plain e-mail address. Letters beyond ASCII are allowed (RFC 6531). Characters that do not
// print, and those that look like an @, are not: another program might read another address.
func isAddress(text string) bool {
	if len(text) > maxAddress {
		return false
	}
	parsed, err := mail.ParseAddress(text)
	misread := func(r rune) bool { return !unicode.IsPrint(r) || r == '\uff20' || r == '\ufe6b' }
	return err == nil && parsed.Address == text && !strings.ContainsFunc(text, misread)
}

// domainOf returns the domain of one plain e-mail address in its ASCII form; "" if the text is anything else, or if a mail server might send
// it on to another domain that the local part names.
func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if !isAddress(address) || strings.ContainsAny(address[:at], routing) || strings.Contains(address[:at], "=?") {
		return ""
	}
	return ASCIIDomain(address[at+1:])
}

// routing are the characters by which old mail servers find another domain in a local part, such as bob%acme.org, and their lookalikes.
const routing = "%!\u066a\uff05\uff01"

// domains maps names of hosts to ASCII as programs do that look them up (https://www.unicode.org/reports/tr46/). Unlike the default it
// takes any place of a hyphen, for there are such names.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckHyphens(false), idna.VerifyDNSLength(true))

// ASCIIDomain returns the domain in lower case and in ASCII, such as xn--mller-kva.example for Müller.example; "" if it is not a domain.
// A domain with a character beyond ASCII that only stands for one of ASCII, such as the Kelvin sign for k, is not, nor is one with ß or
// another character that older programs map to others: programs disagree on it. Its form xn--… is clear.
func ASCIIDomain(domain string) string {
	const disputed = "ßẞς\u200c\u200d" // https://www.unicode.org/reports/tr46/#Deviations
	if len(domain) > maxDomain || strings.ContainsAny(domain, disputed) || strings.HasSuffix(domain, ".") || strings.ContainsFunc(domain, standsForASCII) {
		return ""
	}
	ascii, err := domains.ToASCII(domain)
	if err != nil {
		return ""
	}
	return ascii
}

func standsForASCII(r rune) bool {
	if r <= unicode.MaxASCII {
		return false
	}
	ascii, _ := domains.ToASCII(string(r)) // an error is one of the whole domain too, or that of a letter that must not stand alone
	return !strings.HasPrefix(ascii, "xn--")
}
