// Command hello is the least that a function of fdk-go can be: it answers what it was sent. What it takes, the platform's
// own library takes.
package main

import (
	"context"
	"io"

	"github.com/fnproject/fdk-go"
)

func main() {
	fdk.Handle(fdk.HandlerFunc(func(_ context.Context, in io.Reader, out io.Writer) {
		_, _ = io.Copy(out, in) // fails only if the caller has gone
	}))
}
