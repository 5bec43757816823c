package app

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"heard/server/reports"
)

// Usage is what -help prints before the flags.
const Usage = `heard runs the server. Or one of:

  heard migrate        bring the database's tables up to date and stop
  heard admin invite   -organisation NAME -name NAME: print the first administrator's link
  heard backup FILE    write everything into one encrypted file; the server may run
  heard restore FILE   read such a file into a new, empty database
  heard reports-role NAME   print the SQL that makes a PostgreSQL login for published figures only
  heard health         ask the running server whether it is ready (for containers)
  heard openapi        print the description of the API

Settings come from the environment; docs/OPERATIONS.md lists them.

`

// Command runs one of the commands that are not the server and prints to out.
func Command(ctx context.Context, c Config, args []string, out io.Writer) error {
	switch name := strings.Join(args[:min(2, len(args))], " "); {
	case args[0] == "migrate":
		return migrate(ctx, c, out)
	case args[0] == "backup" && len(args) == 2:
		return makeBackup(ctx, c, args[1], out)
	case args[0] == "restore" && len(args) == 2:
		return restoreBackup(ctx, c, args[1], out)
	case args[0] == "reports-role" && len(args) == 2:
		return reportsRole(args[1], out)
	case args[0] == "health":
		return health(ctx, c)
	case args[0] == "openapi":
		return openAPI(ctx, c, out)
	case name == "admin invite":
		return adminInvite(ctx, c, args[2:], out)
	default:
		return fmt.Errorf("there is no command %q; see heard -help", name)
	}
}

func reportsRole(name string, out io.Writer) error {
	sql, err := reports.RoleSQL(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, sql)
	return err
}

func migrate(ctx context.Context, c Config, out io.Writer) error {
	a, err := openStores(ctx, c)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "The tables are up to date.")
	return errors.Join(err, a.Close())
}

func adminInvite(ctx context.Context, c Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("heard admin invite", flag.ContinueOnError)
	organisation := flags.String("organisation", "", "name of the organisation; made when there is none yet")
	name := flags.String("name", "", "name of the administrator")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *organisation == "" || *name == "" {
		return errors.New("heard admin invite needs -organisation and -name")
	}
	if c.Demo {
		return errors.New("the demo has its own administrator; leave out -demo")
	}
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	invitation, err := a.People.InviteFirstAdmin(ctx, *organisation, *name)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	_, err = fmt.Fprintf(out, "Open this link on the administrator's own device. It works once, until %s:\n\n  %s\n\n",
		invitation.ExpiresAt.Format(time.RFC1123), invitation.URL)
	return errors.Join(err, a.Close())
}

// health asks over loopback, because the container has no other tool to ask with.
func health(ctx context.Context, c Config) error {
	port := c.Listen[strings.LastIndex(c.Listen, ":")+1:]
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", answer.Status)
	}
	return nil
}

func openAPI(ctx context.Context, c Config, out io.Writer) error {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return errors.Join(encoder.Encode(a.Web.OpenAPI()), a.Close())
}
