package pulse

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/viewer"
)

// needJustKnow asks nobody for anything: the card has no deadline and no level.
const needJustKnow = "just_know"

// BeatOnce raises what is missing and taps what is due.
func (s *Service) BeatOnce(ctx context.Context) error {
	var missing []string
	var due bool
	err := s.c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if missing, err = withoutPulseTx(tx, batch); err != nil {
			return err
		}
		due, err = anyDueTx(tx)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, orgID := range missing {
		failed = append(failed, s.raise(ctx, orgID))
	}
	if due || len(missing) > 0 {
		failed = append(failed, s.tapDue(ctx))
	}
	return errors.Join(failed...)
}

// raise makes an organisation's two machines and the keys of the one that is told.
func (s *Service) raise(ctx context.Context, orgID string) error {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	auth := make([]byte, authSize)
	_, _ = rand.Read(auth) // crypto/rand.Read never fails: it ends the program instead
	row := heartbeatRow{ID: orgID, OrganisationID: orgID}
	if row.PrivateKey, err = s.c.Ring.Seal(private.Bytes(), sealedAs("private_key", orgID)); err != nil {
		return err
	}
	if row.Auth, err = s.c.Ring.Seal(auth, sealedAs("auth", orgID)); err != nil {
		return err
	}
	err = s.c.DB.Tx(ctx, func(tx *db.Tx) error {
		var err error
		machine := func(kind viewer.Kind) (string, error) {
			return s.c.Book.CreateTx(tx, orgID, viewer.NewAccount{Kind: kind, Name: "Heartbeat", Machine: true})
		}
		if row.YoungPersonID, err = machine(viewer.KindYoungPerson); err != nil {
			return err
		}
		if row.WorkerID, err = machine(viewer.KindStaff); err != nil {
			return err
		}
		if err = s.c.Relations.RelateMachinesTx(tx, orgID, row.WorkerID, row.YoungPersonID); err != nil {
			return err
		}
		row.DueAt = db.AtPtr(&tx.Now)
		return insertTx(tx, row)
	})
	if errs.CodeOf(err) == errs.Conflict {
		return nil // another instance was faster
	}
	return err
}

func sealedAs(column, id string) keys.AD {
	return keys.AD{Table: "heartbeats", Column: column, Row: id}
}

func (s *Service) tapDue(ctx context.Context) error {
	var rows []heartbeatRow
	err := s.c.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		rows, err = leaseTx(tx, s.worker)
		return err
	})
	failed := []error{err}
	for _, row := range rows {
		// One that fails keeps its lease until that ends, and is then tried again.
		failed = append(failed, s.tap(ctx, row))
	}
	return errors.Join(failed...)
}

// tap sends one card and has old ones erased.
func (s *Service) tap(ctx context.Context, row heartbeatRow) error {
	subscribed, err := s.subscribe(ctx, row)
	if err != nil {
		return err
	}
	v := viewer.Viewer{
		AccountID: row.YoungPersonID, OrganisationID: row.OrganisationID, SessionID: "heartbeat", DeviceID: "heartbeat",
		Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true,
	}
	_, err = s.c.Cards.Tap(ctx, v, feelings.Tap{
		ID: db.NewID(), Card: needJustKnow, Kind: string(feelings.KindNeed), Audience: []string{row.WorkerID}, Chosen: true,
		TappedAt: s.c.Now().UTC().Format(time.RFC3339Nano),
	})
	if err != nil {
		return err
	}
	return s.c.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tappedTx(tx, s.worker, row.ID, subscribed, tx.Now.Add(s.c.Every)); err != nil {
			return err
		}
		_, err := s.c.Cards.EraseCardsTx(tx, row.OrganisationID, row.YoungPersonID, tx.Now.Add(-keepCards))
		return err
	})
}

// subscribe keeps the subscription of the machine that is told, once a day.
func (s *Service) subscribe(ctx context.Context, row heartbeatRow) (*db.Millis, error) {
	now := db.At(s.c.Now())
	if row.SubscribedAt != nil && now-*row.SubscribedAt < db.Millis(subscribeEvery.Milliseconds()) {
		return row.SubscribedAt, nil
	}
	k, err := s.openKeys(row)
	if err != nil {
		return nil, err
	}
	v := viewer.Viewer{
		AccountID: row.WorkerID, OrganisationID: row.OrganisationID, SessionID: "heartbeat:" + row.ID, DeviceID: "heartbeat",
		Place: viewer.Work, Kind: viewer.KindStaff, Reading: true,
	}
	return &now, s.c.Push.SubscribeInside(ctx, v, notify.NewSubscription{
		Endpoint: notify.InsideOrigin + "/" + row.ID, Label: "Heartbeat",
		P256dh: base64.RawURLEncoding.EncodeToString(k.private.PublicKey().Bytes()),
		Auth:   base64.RawURLEncoding.EncodeToString(k.auth),
	})
}

// canaryKeys open what is pushed to one machine.
type canaryKeys struct {
	private *ecdh.PrivateKey
	auth    []byte
}

func (s *Service) openKeys(row heartbeatRow) (canaryKeys, error) {
	plain, err := s.c.Ring.Open(row.PrivateKey, sealedAs("private_key", row.ID))
	if err != nil {
		return canaryKeys{}, err
	}
	private, err := ecdh.P256().NewPrivateKey(plain)
	if err != nil {
		return canaryKeys{}, err
	}
	auth, err := s.c.Ring.Open(row.Auth, sealedAs("auth", row.ID))
	return canaryKeys{private, auth}, err
}
