package jmespath

import (
	"regexp"
	"sync"
)

// literalForm matches text that is meant as a literal, not as an expression: an OCID, an address, or words.
var literalForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(ocid1\..*|\w+://.*|[^\s'"` + "`" + `(]+@[^\s'"` + "`" + `(]+\.\S+|[\w-]+([ ,]+[\w-]+)*[.!?]*)$`)
})

// pathForm matches a literal that is meant as an expression.
var pathForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^data(\.\w+|\[\d+\])+$`) })

// LooksLiteral reports whether the text of an expression that is wrong is meant as a literal.
func LooksLiteral(text string) bool { return literalForm().MatchString(text) }

// LooksLikePath reports whether a literal is meant as an expression.
func LooksLikePath(literal string) bool { return pathForm().MatchString(literal) }
