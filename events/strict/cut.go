package strict

import "unicode/utf8"

// Prefix returns the first bytes of text, at most length, without splitting a character if text is UTF-8.
func Prefix(text []byte, length int) []byte {
	if utf8.Valid(text) {
		for length > 0 && length < len(text) && !utf8.RuneStart(text[length]) {
			length--
		}
	}
	return text[:min(length, len(text))]
}

// Cut returns text if it has at most length bytes. Otherwise it returns the beginning of text, with … behind it.
func Cut(text string, length int) string {
	if len(text) <= length {
		return text
	}
	return string(Prefix([]byte(text), length)) + "…"
}
