package tools

import "github.com/urfave/cli"

// fnCommands returns the commands of fn that the documents use, and those beside them. Names, aliases, arguments and kinds of flags are
// those of github.com/fnproject/cli: commands/*.go, objects/{app,context,fn}/*.go, in the versions of 2026, which use urfave/cli
// v1.20.0 (its go.mod).
func fnCommands() []cli.Command {
	application := func(args string, flags ...cli.Flag) cli.Command {
		return cli.Command{Name: "app", Aliases: []string{"apps", "a"}, ArgsUsage: args, Flags: flags}
	}
	function := func(args string, flags ...cli.Flag) cli.Command {
		return cli.Command{Name: "function", ShortName: "func", Aliases: []string{"f", "fn"}, ArgsUsage: args, Flags: flags}
	}
	functions := function("<app-name>", append(listFlags(), texts("output")...)...)
	functions.Name, functions.ShortName = "functions", "funcs"
	context := func(args string, flags ...cli.Flag) cli.Command {
		return cli.Command{Name: "context", Aliases: []string{"ctx"}, ArgsUsage: args, Flags: flags}
	}
	contexts := cli.Command{Name: "contexts", Aliases: []string{"context", "ctx"}, Flags: texts("output")}
	config := func(commands ...cli.Command) cli.Command {
		return cli.Command{Name: "config", Aliases: []string{"cf"}, ArgsUsage: "<subcommand>", Subcommands: commands}
	}
	group := func(name, alias string, commands ...cli.Command) cli.Command {
		return cli.Command{Name: name, Aliases: []string{alias}, ArgsUsage: "<subcommand>", Subcommands: commands}
	}
	return []cli.Command{
		group("create", "c", application("<app-name>", appFlags("config")...), function("<app-name> <function-name> <image>", fnFlags()...),
			context("<context-name>", texts("provider", "api-url", "registry")...)),
		group("update", "up", application("<app-name>", appFlags("config,c")...), function("<app-name>", updateFlags()...),
			context("<key> [value]", cli.BoolFlag{Name: "delete"})),
		group("delete", "d", application("<app-name>", bools("force,f", "recursive,r")...),
			function("<app-name> <function-name>", bools("force,f", "recursive,r")...), context("<context-name>"),
			config(application("<app-name> <key>"), function("<app-name> <function-name> <key>"))),
		group("list", "ls", application("", append(listFlags(), texts("output")...)...), functions, contexts,
			config(application("<app-name>"), function("<app-name> <function-name>"))),
		group("inspect", "i", application("<app-name> [property.[key]]"),
			function("<app-name> <function-name> [property.[key]]", bools("endpoint")...), context("")),
		group("get", "g", config(application("<app-name> <key>"), function("<app-name> <function-name> <key>"))),
		group("unset", "un", config(application("<app-name> <key>"), function("<app-name> <function-name> <key>")), context("")),
		group("use", "u", context("<context-name>")),
		config(application("<app-name> <key> <value>"), function("<app-name> <function-name> <key> <value>")),
		{Name: "invoke", Aliases: []string{"iv"}, ArgsUsage: "[app-name] [function-name]",
			Flags: append(texts("endpoint", "method", "content-type", "output"), bools("display-call-id")...)},
		{Name: "deploy", Aliases: []string{"dp"}, ArgsUsage: "[function-subdirectory]",
			Flags: append(append(texts("app", "registry", "working-dir,w"), lists("build-arg")...),
				bools("create-app", "verbose, v", "no-cache", "local, skip-push", "all", "no-bump")...)},
		{Name: "version"},
	}
}

func fnFlags() []cli.Flag {
	flags := []cli.Flag{cli.Uint64Flag{Name: "memory,m"}, cli.IntFlag{Name: "timeout"}, cli.IntFlag{Name: "idle-timeout"},
		cli.IntFlag{Name: "detached-mode-timeout-in-seconds"}, cli.IntFlag{Name: "timeout-in-seconds"}, cli.BoolFlag{Name: "code-only"}}
	flags = append(flags, lists("config,c", "annotation", "tag", "defined-tag")...)
	return append(flags, texts("image", "source-type", "source-file", "bucket-name", "namespace", "object-name", "object-version-id",
		"runtime-config-type", "runtime-name", "runtime-version-id", "handler", "pbf", "provisioned-concurrency", "detached-timeout",
		"on-success", "on-failure", "failure-destination", "success-destination", "trace-config")...)
}

func updateFlags() []cli.Flag {
	flags := append(fnFlags(), lists("remove-tag", "remove-defined-tag")...)
	return append(flags, bools("clear-tags", "clear-freeform-tags", "clear-defined-tags", "clear-on-success", "clear-on-failure")...)
}

func appFlags(config string) []cli.Flag {
	flags := lists(config, "annotation", "tag", "defined-tag", "network-security-group-ids")
	return append(flags, texts("syslog-url", "shape", "image-policy-config", "security-attributes", "trace-config")...)
}

func listFlags() []cli.Flag {
	flags := texts("cursor", "display-name", "id", "lifecycle-state", "sort-by", "sort-order")
	return append(flags, cli.Int64Flag{Name: "n"})
}

func texts(names ...string) (flags []cli.Flag) {
	for _, name := range names {
		flags = append(flags, cli.StringFlag{Name: name})
	}
	return flags
}

func lists(names ...string) (flags []cli.Flag) {
	for _, name := range names {
		flags = append(flags, cli.StringSliceFlag{Name: name})
	}
	return flags
}

func bools(names ...string) (flags []cli.Flag) {
	for _, name := range names {
		flags = append(flags, cli.BoolFlag{Name: name})
	}
	return flags
}
