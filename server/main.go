// Command heard is the whole of Heard: the web app, its API and its jobs in one binary.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"heard/server/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "heard:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("heard", flag.ContinueOnError)
	demo := flags.Bool("demo", false, "open the made-up demo organisation, in a database of its own")
	listen := flags.String("listen", "", "address to listen on (default from HEARD_LISTEN)")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), app.Usage)
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	config, err := app.ConfigFromEnv(*demo)
	if err != nil {
		return err
	}
	if *listen != "" {
		config.Listen = *listen
	}
	if flags.NArg() > 0 {
		return app.Command(ctx, config, flags.Args(), os.Stdout)
	}
	server, err := app.OpenServer(ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(server.Run(ctx), server.Close())
}
