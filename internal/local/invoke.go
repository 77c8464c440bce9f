package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"sender-invitations/internal/delivery"
)

// send sends a file to a running stack and shows the answer.
func send(ctx context.Context, out io.Writer, gateway, file string) error {
	header, event, err := delivery.Read(file)
	if err != nil {
		return err
	}
	answer, err := invoke(ctx, gateway, header, event)
	if err != nil {
		return fmt.Errorf("%w; is the stack running (make run), and on this PORT?", err)
	}
	show(out, "Answer of the function", answer)
	return nil
}

// invoke makes a direct invocation.
func invoke(ctx context.Context, gateway string, header http.Header, event []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/invoke", bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	if request.Header = header; header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("the function's host answers %s: %s", response.Status, bytes.TrimSpace(answer))
	}
	return answer, err
}
