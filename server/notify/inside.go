package notify

import (
	"context"
	"net/http"

	"heard/server/viewer"
)

// InsideOrigin begins the endpoints of subscriptions that this server itself
// receives: the heartbeat's. The name leads nowhere (RFC 6761), so without a
// receiver such a push fails like any other.
const InsideOrigin = "https://" + insideHost

const insideHost = "heartbeat.invalid"

// DeliverInside names who receives the pushes to InsideOrigin. They take the same
// way as all others, up to the wire. It is called once, before Run.
func (s *Service) DeliverInside(receiver http.RoundTripper) {
	s.client.Transport = insideFirst{receiver, s.client.Transport}
}

// SubscribeInside keeps a subscription at InsideOrigin. No request of a browser leads here.
func (s *Service) SubscribeInside(ctx context.Context, v viewer.Viewer, n NewSubscription) error {
	_, _, err := s.subscribe(ctx, v, n, s.hosts.withInside())
	return err
}

func (a allowList) withInside() allowList {
	a.inside = true
	return a
}

type insideFirst struct{ receiver, rest http.RoundTripper }

// RoundTrip is http.RoundTripper.
func (t insideFirst) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == insideHost {
		return t.receiver.RoundTrip(r)
	}
	return t.rest.RoundTrip(r)
}
