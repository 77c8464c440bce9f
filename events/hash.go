package events

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// Hash returns the hexadecimal SHA-256 of the JSON array of parts. The order of the parts matters. JSON would replace the bytes of a
// text that are not UTF-8, so such a text becomes a list with its base64, which no other part is.
func Hash(parts ...any) string {
	parts = slices.Clone(parts)
	for index, part := range parts {
		if text, ok := part.(string); ok && !utf8.ValidString(text) {
			parts[index] = [][]byte{[]byte(text)}
		}
	}
	encoded, err := json.Marshal(parts)
	if err != nil {
		panic(err) // callers pass only values that have a JSON form
	}
	return Digest(encoded)
}

// Digest returns the hexadecimal SHA-256 of data.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
