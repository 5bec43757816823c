package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"

	"github.com/valyala/fasthttp"

	"heard/server/testkit/push"
)

// pushd is the fake push service as a process of its own.
type pushd struct {
	origin  string
	command *exec.Cmd
}

func startPushd(ctx context.Context) (*pushd, error) {
	command := exec.CommandContext(ctx, ".cache/pushd", "-stdin")
	stdin, err := command.StdinPipe() // it ends when this end is closed, also when this process dies
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("%w: make bench builds .cache/pushd", err)
	}
	_ = stdin
	origin, err := bufio.NewReader(stdout).ReadString('\n')
	return &pushd{strings.TrimSpace(origin), command}, err
}

func (d *pushd) stop() {
	_ = d.command.Process.Kill()
	_ = d.command.Wait()
}

// subscribe makes a device there.
func (d *pushd) subscribe(serverKey string) (made push.Subscription, err error) {
	body, err := json.Marshal(map[string]string{"serverKey": serverKey})
	if err != nil {
		return made, err
	}
	response, err := http.Post(d.origin+"/control/subscriptions", "application/json", bytes.NewReader(body))
	if err != nil {
		return made, err
	}
	defer response.Body.Close()
	return made, json.NewDecoder(response.Body).Decode(&made)
}

type subscriber interface {
	subscribe(serverKey string) (push.Subscription, error)
}

// subscribeAt gives a member of staff a device at a push service.
func (p phone) subscribeAt(client *fasthttp.Client, at subscriber) error {
	var health struct {
		PublicKey string `json:"publicKey"`
	}
	if _, err := p.ask(client, fasthttp.MethodGet, "/api/work/push", "", &health); err != nil {
		return err
	}
	device, err := at.subscribe(health.PublicKey)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"endpoint": device.Endpoint, "keys": device.Keys, "label": "Phone"})
	if err != nil {
		return err
	}
	_, err = p.ask(client, fasthttp.MethodPost, "/api/work/push/subscriptions", string(body), nil)
	return err
}
