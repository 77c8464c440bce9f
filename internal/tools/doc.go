// Package tools says what the real tools make of a command line: fn, oci, make, and the others that the documents name. It holds the
// documents to tools that a test machine does not have. It runs no tool but make, and that only to see what it would do. The parser of fn is the library that fn is built with, in fn's version of it.
package tools
