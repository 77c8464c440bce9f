// Command function is the function that the tests of package fnhost run. The body of a call, or the header Do if there is no
// body, is an instruction: a verb and an argument. START in the configuration selects how the function starts.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"

	fdk "github.com/fnproject/fdk-go"
)

// report is what the function receives in a call.
type report struct {
	Pid         int
	Environ     []string
	Method, URL string // of the gateway's caller; empty in a direct invocation
	Header      http.Header
	CallID      string
	Body        string
}

func main() {
	fmt.Fprintf(os.Stderr, "start %d\n", os.Getpid())
	switch os.Getenv("START") {
	case "silent": // runs, but never listens
		meet(os.Getenv("PEER"))
	case "exit":
		os.Exit(3)
	case "raw": // the container's side of the contract without fdk
		path := strings.TrimPrefix(os.Getenv("FN_LISTENER"), "unix:")
		listener, err := net.Listen("unix", path)
		if err == nil {
			err = http.Serve(listener, http.HandlerFunc(raw))
		}
		fmt.Fprintln(os.Stderr, err)
	case "fork": // starts a child, which keeps the output open
		child := exec.Command(os.Args[0])
		child.Env = []string{"START=silent", "PEER=" + os.Getenv("PEER")}
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fdk.Handle(fdk.HandlerFunc(serve))
	default:
		fdk.Handle(fdk.HandlerFunc(serve))
	}
}

func serve(ctx context.Context, in io.Reader, out io.Writer) {
	body, _ := io.ReadAll(in)
	c := fdk.GetContext(ctx)
	line := string(body)
	if line == "" {
		line = c.Header().Get("Do")
	}
	verb, argument, _ := strings.Cut(line, " ")
	switch verb {
	case "abort":
		panic(http.ErrAbortHandler)
	case "exit":
		os.Exit(3)
	case "append": // appends to a file, then cuts the connection
		file, err := os.OpenFile(argument, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			fmt.Fprintln(file, c.CallID())
			file.Close()
		}
		panic(http.ErrAbortHandler)
	case "late": // meets after its deadline
		<-ctx.Done()
		io.WriteString(out, meet(argument))
	case "meet":
		io.WriteString(out, meet(argument))
	case "length":
		fmt.Fprint(out, len(body))
	case "large":
		size, _ := strconv.Atoi(argument)
		io.WriteString(out, strings.Repeat("x", size))
	case "status":
		status, _ := strconv.Atoi(argument)
		fdk.SetHeader(out, "Content-Type", "text/x-answer")
		fdk.SetHeader(out, "Etag", "e1")
		fdk.SetHeader(out, "Connection", "close")
		if _, ok := c.(fdk.HTTPContext); ok {
			fdk.SetHeader(out, "Content-Length", "3") // wrong; a direct call's answer would break
		}
		fdk.AddHeader(out, "Set-Cookie", "a=1")
		fdk.AddHeader(out, "Set-Cookie", "b=2")
		fdk.WriteStatus(out, status)
		io.WriteString(out, "body of "+argument)
	default:
		fdk.SetHeader(out, "Content-Type", "application/json")
		tell(out, c, line)
	}
}

func tell(out io.Writer, c fdk.Context, body string) {
	r := report{Pid: os.Getpid(), Environ: os.Environ(), Header: c.Header(), CallID: c.CallID(), Body: body}
	if hc, ok := c.(fdk.HTTPContext); ok {
		r.Method, r.URL = hc.RequestMethod(), hc.RequestURL()
	}
	json.NewEncoder(out).Encode(r)
}

// meet sends this process's id to a peer, and returns what the peer answers.
func meet(address string) string {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err.Error()
	}
	fmt.Fprintln(conn, os.Getpid())
	word, err := io.ReadAll(conn)
	if err != nil {
		return err.Error()
	}
	return string(word)
}

// raw serves the container's side of the contract without fdk-go. The body selects a status or a broken answer.
func raw(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	verb, argument, _ := strings.Cut(string(body), " ")
	switch verb {
	case "status":
		status, _ := strconv.Atoi(argument)
		w.WriteHeader(status)
	case "short": // sends less than Content-Length
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "short")
	case "garbage":
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			io.WriteString(conn, "this is not HTTP\r\n\r\n")
			conn.Close()
		}
	case "httpstatus":
		w.Header().Set("Fn-Http-Status", argument)
	case "bare": // no Fn-Http-Status, no Content-Type
		w.Header()["Content-Type"] = nil
		io.WriteString(w, "<html>")
	default:
		json.NewEncoder(w).Encode(report{Pid: os.Getpid(), Header: r.Header})
	}
}
