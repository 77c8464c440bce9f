package console

import "unicode/utf8"

// mostBody is how much of a body is kept, in bytes.
const mostBody = 64 << 10

// capture counts what is written to it, and keeps the beginning.
type capture struct {
	kept  []byte
	bytes int
}

func (c *capture) Write(p []byte) (int, error) {
	c.bytes += len(p)
	c.kept = append(c.kept, p[:min(len(p), mostBody-len(c.kept))]...)
	return len(p), nil
}

// body is a body as the page gets it: as text, or else in base64.
type body struct {
	Body       string `json:"body"`
	BodyBase64 []byte `json:"bodyBase64,omitempty"`
	Bytes      int    `json:"bytes"` // in all
	Cut        bool   `json:"cut"`   // only the beginning was kept
}

func (c *capture) body() body {
	b := bodyOf(c.kept, c.bytes > len(c.kept))
	b.Bytes = c.bytes
	return b
}

// bodyOf returns what was kept of a body. If it was cut, it ends with a whole character.
func bodyOf(kept []byte, cut bool) body {
	text := kept
	for range utf8.UTFMax - 1 {
		if last, size := utf8.DecodeLastRune(text); cut && last == utf8.RuneError && size == 1 {
			text = text[:len(text)-1]
		}
	}
	if utf8.Valid(text) {
		return body{Body: string(text), Bytes: len(kept), Cut: cut}
	}
	return body{BodyBase64: kept, Bytes: len(kept), Cut: cut}
}

// text returns a body that is meant to be text.
func (b body) text() string {
	if b.BodyBase64 != nil {
		return string(b.BodyBase64) // its JSON has U+FFFD for what is no text
	}
	return b.Body
}
