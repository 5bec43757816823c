package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
)

// waiting is a card on the phone, as it will be posted at every try: sealed to the server's key with a ticket of
// its own, or open, for the session.
type waiting struct {
	ID     string          `json:"id"`
	Ticket string          `json:"ticket,omitempty"`
	Body   json.RawMessage `json:"body"`
}

// hand is what a phone needs to seal: single-use tickets and the server's key.
type hand struct {
	Tickets []struct {
		Ticket string `json:"ticket"`
	} `json:"tickets"`
	Key struct {
		ID        string `json:"id"`
		PublicKey string `json:"publicKey"`
	} `json:"key"`
}

// outbox is what a phone keeps durably: a journal of cards put in and taken out, each line flushed to the disk
// before anything is said of it.
type outbox struct {
	file    *os.File
	waiting []waiting
	hand    hand
}

type journalLine struct {
	Put  *waiting `json:"put,omitempty"`
	Gone string   `json:"gone,omitempty"`
	Hand *hand    `json:"hand,omitempty"`
}

// openOutbox reads what an earlier life of the phone has left behind.
func openOutbox(path string) (*outbox, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	o := &outbox{file: file}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line journalLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		o.apply(line)
	}
	return o, lines.Err()
}

func (o *outbox) put(w waiting) error {
	return o.write(journalLine{Put: &w})
}

func (o *outbox) remove(id string) error { return o.write(journalLine{Gone: id}) }

// deal adds new tickets to those that are left.
func (o *outbox) deal(h hand) error { return o.write(journalLine{Hand: &h}) }

// ticket is the next unused one, or none; it is used up with the card that is put in with it.
func (o *outbox) ticket() string {
	if len(o.hand.Tickets) == 0 {
		return ""
	}
	return o.hand.Tickets[0].Ticket
}

// apply does in memory what a line of the journal says.
func (o *outbox) apply(line journalLine) {
	switch {
	case line.Put != nil:
		o.waiting = append(o.waiting, *line.Put)
		for i, t := range o.hand.Tickets {
			if t.Ticket == line.Put.Ticket {
				o.hand.Tickets = append(o.hand.Tickets[:i:i], o.hand.Tickets[i+1:]...)
				break
			}
		}
	case line.Hand != nil:
		o.hand.Key = line.Hand.Key
		o.hand.Tickets = append(o.hand.Tickets, line.Hand.Tickets...)
	default:
		o.drop(line.Gone)
	}
}

func (o *outbox) drop(id string) {
	for i, w := range o.waiting {
		if w.ID == id {
			o.waiting = append(o.waiting[:i:i], o.waiting[i+1:]...)
			return
		}
	}
}

func (o *outbox) write(line journalLine) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, err := o.file.Write(append(text, '\n')); err != nil {
		return err
	}
	err = o.file.Sync()
	if err == nil {
		o.apply(line)
	}
	return err
}

func (o *outbox) close() { _ = o.file.Close() }
