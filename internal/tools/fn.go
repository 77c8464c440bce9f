package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli"
)

// fnApp makes the app of fn, which is one of urfave/cli. Each command hands what it was given to got.
func fnApp(got func(*cli.Context) error) *cli.App {
	app := cli.NewApp()
	app.Name, app.HelpName = "fn", "fn"
	app.Writer, app.ErrWriter = io.Discard, io.Discard
	app.Flags = []cli.Flag{
		cli.BoolFlag{Name: "verbose,v"}, cli.StringFlag{Name: "context"}, cli.StringFlag{Name: "registry"}, cli.BoolFlag{Name: "version"},
	}
	app.HideVersion = true // fn moves the flag for it from -v, which is for verbose
	app.Commands = fnCommands()
	runnable(app.Commands, got)
	return app
}

// runnable has each command call got, after fn's own check: each word of ArgsUsage that is not in brackets stands for an argument that
// must be there.
func runnable(commands []cli.Command, got func(*cli.Context) error) {
	for index := range commands {
		command := &commands[index]
		runnable(command.Subcommands, got)
		if len(command.Subcommands) > 0 {
			command.Action = func(c *cli.Context) error {
				return fmt.Errorf("%s has no command %q", c.App.HelpName, c.Args().First())
			}
			continue
		}
		command.Action = func(c *cli.Context) error {
			required := strings.Fields(c.Command.ArgsUsage)
			required = slices.DeleteFunc(required, func(word string) bool { return strings.HasPrefix(word, "[") })
			if missing := len(required) - c.NArg(); missing > 0 {
				return fmt.Errorf("missing required arguments: %s", strings.Join(required[c.NArg():], " "))
			}
			return got(c)
		}
	}
}

func parseFn(words []string) (call Call, err error) {
	call = Call{Command: "fn", Options: map[string][]string{}, Parser: "urfave/cli v1.20.0 with the commands of fn"}
	reached := false
	app := fnApp(func(c *cli.Context) error {
		reached = true
		call.Command = c.Command.HelpName
		call.Args = c.Args()
		for _, name := range c.FlagNames() {
			if c.IsSet(name) {
				call.Options[name] = valuesOf(c, name)
			}
		}
		return checkFn(call)
	})
	app.Action = func(c *cli.Context) error { return fmt.Errorf("command not found: %q", c.Args().First()) }
	if err = app.Run(append([]string{"fn"}, words...)); err == nil && !reached {
		err = errors.New("this command only shows help")
	}
	return call, err
}

// valuesOf returns the values of a flag. fn config and its like have flags that may be given several times.
func valuesOf(c *cli.Context, name string) []string {
	switch value := c.Generic(name).(type) {
	case *cli.StringSlice:
		return value.Value()
	default:
		return []string{fmt.Sprint(value)}
	}
}

// checkFn checks what fn checks by itself before it calls a service.
func checkFn(call Call) error {
	switch call.Command {
	case "fn create function":
		if len(call.Args) > 2 && !strings.Contains(call.Args[2][strings.LastIndex(call.Args[2], "/")+1:], ":") {
			return fmt.Errorf("image name must have a tag: %s", call.Args[2])
		}
	case "fn invoke":
		if len(call.Args) < 2 && call.Option("endpoint") == "" {
			return errors.New("missing app and function name")
		}
	case "fn deploy":
		if call.Option("app") == "" {
			return errors.New("app name must be provided, try --app")
		}
	case "fn create context":
		if strings.ContainsFunc(call.Args[0], isNotContextName) {
			return fmt.Errorf("a context name has only letters, digits, _ and -: %s", call.Args[0])
		}
		if value := call.Option("api-url"); value != "" {
			return checkAPIURL(value)
		}
	case "fn update context":
		if call.Args[0] == "api-url" {
			return checkAPIURL(strings.Join(call.Args[1:], ""))
		}
	}
	for _, pair := range call.Options["config"] {
		if !strings.Contains(pair, "=") {
			return fmt.Errorf("--config takes KEY=VALUE, not %s", pair)
		}
	}
	for _, pair := range call.Options["annotation"] {
		if _, value, found := strings.Cut(pair, "="); !found || !json.Valid([]byte(value)) {
			return fmt.Errorf("--annotation takes KEY=JSON, not %s", pair)
		}
	}
	if value := call.Option("detached-timeout"); value != "" {
		if took, err := time.ParseDuration(value); err != nil || took <= 0 || took%time.Second != 0 {
			return fmt.Errorf("--detached-timeout takes a duration of whole seconds, not %s", value)
		}
	}
	for _, name := range []string{"on-success", "on-failure"} {
		if value := call.Option(name); value != "" {
			kind, ocid, _ := strings.Cut(value, ":")
			if !slices.Contains([]string{"stream", "queue", "notification", "notifications"}, strings.ToLower(kind)) || ocid == "" {
				return fmt.Errorf("--%s takes <stream|queue|notifications>:<ocid>, not %s", name, value)
			}
		}
	}
	return nil
}

func isNotContextName(r rune) bool {
	return r != '_' && r != '-' && !('0' <= r && r <= '9') && !('A' <= r && r <= 'Z') && !('a' <= r && r <= 'z')
}

func checkAPIURL(value string) error {
	if !strings.Contains(value, "://") {
		return errors.New("invalid Fn API URL: does not contain ://")
	}
	_, err := url.Parse(value)
	return err
}

// knowsFn reports an error if fn has no such command, or if that has no such option.
func knowsFn(words []string) error {
	commands := fnCommands()
	var flags []cli.Flag
	for _, word := range words {
		if name, ok := strings.CutPrefix(word, "--"); ok {
			if !slices.ContainsFunc(flags, func(f cli.Flag) bool { return slices.Contains(strings.Split(f.GetName(), ","), name) }) {
				return fmt.Errorf("there is no option %s", word)
			}
			continue
		}
		place := slices.IndexFunc(commands, func(c cli.Command) bool { return c.HasName(word) })
		if place < 0 {
			return fmt.Errorf("there is no command %s", word)
		}
		flags, commands = commands[place].Flags, commands[place].Subcommands
	}
	return nil
}
