package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"time"

	"heard/server/testkit"
	"heard/server/viewer"
)

const (
	phones = 16
	homes  = 2
	// clientPatience is how long a client waits for an answer. Real ones wait longer; here an answer that is lost
	// must not cost the run its time.
	clientPatience = 3 * time.Second
)

// client is a browser at a place: its own connections, its cookies, its token.
type client struct {
	id, place, base, csrf string
	http, live            *http.Client
}

// person is somebody of the run with a browser.
type person struct {
	client
	kit  *testkit.Person
	home int
	role string
}

// town is everybody in a run.
type town struct {
	services []string
	young    []*person
	staff    []*person
	workers  map[string]map[string]bool // young person → staff with a relation that lets them press
	admin    *client
	former   *person  // whose relations end midway
	formerOf []string // those relations
}

// settle makes the town through the doors that real people use, before anything goes wrong.
func settle(ctx context.Context, base, invitation string, r roads) (*town, error) {
	t := &town{workers: map[string]map[string]bool{}}
	admin := &person{client: client{place: string(viewer.Admin)}}
	err := during(func() {
		k := testkit.At(desk{ctx: ctx}, base, invitation)
		for home := range homes {
			t.addHome(k, home)
		}
		admin.kit = k.Admin()
	})
	if err != nil {
		return nil, err
	}
	for i, p := range slices.Concat(t.young, t.staff, []*person{admin}) {
		if err := p.connect(base, r, i); err != nil {
			return nil, err
		}
	}
	t.admin = &admin.client
	return t, nil
}

func (t *town) addHome(k *testkit.Kit, home int) {
	service := k.Service("childrens_home", fmt.Sprintf("House %d", home+1))
	t.services = append(t.services, service)
	team := k.Team(service, "Days")
	staff := func(role string) *person {
		made := k.Staff(fmt.Sprintf("%s %d", role, len(t.staff)))
		p := &person{kit: made, home: home, role: role, client: client{place: string(viewer.Work), id: made.ID}}
		t.staff = append(t.staff, p)
		return p
	}
	lead := staff("lead")
	k.Relate(lead.id, "lead_of", team)
	safeguarding := staff("safeguarding")
	k.RelateAndConfirm(lead.kit, safeguarding.id, "safeguarding_of", service)
	keyworkers := []*person{staff("keyworker"), staff("keyworker")}
	cover := staff("cover")
	if home == 0 {
		t.former = staff("former")
	}
	for i := range phones / homes {
		made := k.YoungPerson(fmt.Sprintf("Young %d", len(t.young)), service)
		p := &person{kit: made, home: home, role: "young", client: client{place: string(viewer.Young), id: made.ID}}
		t.young = append(t.young, p)
		t.workers[p.id] = map[string]bool{lead.id: true, safeguarding.id: true, cover.id: true}
		relate := func(s *person, kind string) string {
			t.workers[p.id][s.id] = true
			return k.RelateAndConfirm(lead.kit, s.id, kind, p.id)
		}
		relate(keyworkers[i%2], "keyworker_of")
		relate(cover, "cover_for")
		if home == 0 && i%4 == 0 {
			t.formerOf = append(t.formerOf, relate(t.former, "keyworker_of"))
		}
	}
}

// connect gives the person's browser connections of its own over the roads. The live stream has others, without
// the patience that answers have.
func (p *person) connect(base string, r roads, first int) error {
	p.base, p.csrf = base, p.kit.CSRF()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	u, err := url.Parse(base + "/api/" + p.place + "/session")
	if err != nil {
		return err
	}
	jar.SetCookies(u, []*http.Cookie{{Name: "heard_" + p.place, Value: p.kit.Token(), Path: "/api/" + p.place}})
	transport := func() *http.Transport {
		return &http.Transport{DialContext: r.dial(first), MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second}
	}
	p.http = &http.Client{Jar: jar, Transport: transport(), Timeout: clientPatience}
	p.live = &http.Client{Jar: jar, Transport: transport()}
	return nil
}

func (c *client) close() {
	c.http.CloseIdleConnections()
	c.live.CloseIdleConnections()
}
