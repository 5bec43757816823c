package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
)

// waiting is a card on the phone, as it will be posted at every try.
type waiting struct {
	ID   string          `json:"id"`
	Body json.RawMessage `json:"body"`
}

// outbox is what a phone keeps durably: a journal of cards put in and taken out, each line flushed to the disk
// before anything is said of it.
type outbox struct {
	file    *os.File
	waiting []waiting
}

type journalLine struct {
	Put  *waiting `json:"put,omitempty"`
	Gone string   `json:"gone,omitempty"`
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
		if line.Put != nil {
			o.waiting = append(o.waiting, *line.Put)
		} else {
			o.drop(line.Gone)
		}
	}
	return o, lines.Err()
}

func (o *outbox) put(w waiting) error {
	if err := o.write(journalLine{Put: &w}); err != nil {
		return err
	}
	o.waiting = append(o.waiting, w)
	return nil
}

func (o *outbox) remove(id string) error {
	if err := o.write(journalLine{Gone: id}); err != nil {
		return err
	}
	o.drop(id)
	return nil
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
	return o.file.Sync()
}

func (o *outbox) close() { _ = o.file.Close() }
