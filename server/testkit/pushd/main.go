// Command pushd runs the fake push service for journeys in a browser:
//
//	go run ./server/testkit/pushd -addr 127.0.0.1:0
//
// Its first line of output is its origin, such as http://127.0.0.1:40123. It ends when its standard input does
// (with -stdin) or at SIGTERM. Firefox connects to ws://HOST:PORT/ (dom.push.serverURL); a page in another
// browser is given a subscription made here. What the service did is asked under /control/, in JSON:
//
//	GET    /control/requests?subscription=ID            {"requests":[Request]}  all pushes, decrypted, oldest first
//	GET    /control/requests?subscription=ID&atLeast=N  the same, answered once N have arrived (at most 20 s)
//	DELETE /control/requests                            forgets them
//	POST   /control/subscriptions {"serverKey":""}      {"id","endpoint","keys":{"p256dh","auth"}}
//	DELETE /control/subscriptions/ID                    from now on 410
//	POST   /control/answers {"subscription":"","answers":[{"status":429,"retryAfter":"2"}]}
//	                                                    the next answers, the last one stays; also "hang", "reset", "location"
//	GET    /control/clients                             {"clients":[ClientState]}  every Firefox and its subscriptions
//
// Request, Answer and ClientState are the types of package push.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"heard/server/testkit/push"
)

// longestWait bounds atLeast, so that a journey fails with what there is.
const longestWait = 20 * time.Second

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	stdin := flag.Bool("stdin", false, "end when standard input ends")
	flag.Parse()
	if err := run(*addr, *stdin); err != nil {
		fmt.Fprintln(os.Stderr, "pushd:", err)
		os.Exit(1)
	}
}

func run(addr string, stdin bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	service, err := push.Listen(push.Options{Addr: addr, Control: control})
	if err != nil {
		return err
	}
	defer service.Close()
	fmt.Println(service.URL)
	if stdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	<-ctx.Done()
	return nil
}

// control serves what the doc comment lists.
func control(s *push.Service) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /control/requests", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), longestWait)
		defer cancel()
		atLeast, _ := strconv.Atoi(r.URL.Query().Get("atLeast"))
		found, _ := s.Wait(ctx, r.URL.Query().Get("subscription"), atLeast)
		reply(w, map[string]any{"requests": found})
	})
	mux.HandleFunc("DELETE /control/requests", func(w http.ResponseWriter, _ *http.Request) {
		s.Forget()
		reply(w, struct{}{})
	})
	mux.HandleFunc("POST /control/subscriptions", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			ServerKey string `json:"serverKey"`
		}
		if decode(w, r, &in) {
			reply(w, s.Subscribe(in.ServerKey))
		}
	})
	mux.HandleFunc("DELETE /control/subscriptions/", func(w http.ResponseWriter, r *http.Request) {
		s.Unsubscribe(strings.TrimPrefix(r.URL.Path, "/control/subscriptions/"))
		reply(w, struct{}{})
	})
	mux.HandleFunc("POST /control/answers", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Subscription string        `json:"subscription"`
			Answers      []push.Answer `json:"answers"`
		}
		if decode(w, r, &in) {
			s.Answer(in.Subscription, in.Answers...)
			reply(w, struct{}{})
		}
	})
	mux.HandleFunc("GET /control/clients", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"clients": s.Clients()})
	})
	return mux
}

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && err != io.EOF {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func reply(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}
