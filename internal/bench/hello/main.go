// Command hello is a minimal function that uses fdk-go: it echoes its input. Its figures are those of fdk-go itself.
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
