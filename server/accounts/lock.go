package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// LockKind is what opens a young person's reading.
type LockKind string

// The kinds of lock; NoLock is the absence of one.
const (
	NoLock      LockKind = "none"
	PINLock     LockKind = "pin"
	PictureLock LockKind = "picture"
)

// Each hash takes 19 MiB for some 30 ms, so only a few run at once.
const (
	hashesAtOnce = 2
	hashMemory   = 19 << 10 // KiB
	hashPasses   = 2
	hashBytes    = 32
	saltBytes    = 16
)

var (
	pinForm     = regexp.MustCompile(`^[0-9]{6}$`)
	pictureForm = regexp.MustCompile(`^[a-z0-9_]{1,20}(-[a-z0-9_]{1,20}){3}$`)
)

// checkSecret says whether a secret has the form of its kind and isn't one that
// everybody tries first.
func checkSecret(kind LockKind, secret string) error {
	wrong := func(sentence string) error { return errs.New(errs.Invalid, sentence).Field("secret", sentence) }
	switch kind {
	case PINLock:
		if !pinForm.MatchString(secret) {
			return wrong("A PIN has six numbers.")
		}
		if strings.Contains("0123456789 9876543210", secret) || strings.Count(secret, secret[:1]) == len(secret) {
			return wrong("This one is too easy to guess. Please pick another.")
		}
	case PictureLock:
		if !pictureForm.MatchString(secret) {
			return wrong("Pick four pictures.")
		}
		if parts := strings.Split(secret, "-"); strings.Count(secret+"-", parts[0]+"-") == len(parts) {
			return wrong("This one is too easy to guess. Please pick another.")
		}
	default:
		return errs.New(errs.Invalid, "Choose numbers or pictures.").Field("kind", "Choose pin or picture.")
	}
	return nil
}

// hashSecret turns a secret into what is kept. The server's key goes in first:
// six digits alone would not withstand somebody who has only the database.
func (s *Service) hashSecret(ctx context.Context, accountID, secret string, salt []byte) (string, error) {
	select {
	case s.hashing <- struct{}{}:
	case <-ctx.Done():
		return "", errs.Wrap(ctx.Err(), errs.Unavailable, "Heard is busy. Please try again.")
	}
	defer func() { <-s.hashing }()
	keyed := s.ring.MAC("lock", []byte(accountID+"/"+secret))
	sum := argon2.IDKey(keyed, salt, hashPasses, hashMemory, 1, hashBytes)
	return "$argon2id$v=19$m=" + strconv.Itoa(hashMemory) + ",t=" + strconv.Itoa(hashPasses) + ",p=1$" +
		base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(sum), nil
}

func (s *Service) rightSecret(ctx context.Context, lock lockRow, secret string) (bool, error) {
	parts := strings.Split(lock.SecretHash, "$")
	if len(parts) != 6 {
		return false, errs.New(errs.Internal, "A lock is not in a form this version can read.")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errs.Wrap(err, errs.Internal, "")
	}
	got, err := s.hashSecret(ctx, lock.AccountID, secret, salt)
	return subtle.ConstantTimeCompare([]byte(got), []byte(lock.SecretHash)) == 1, err
}

// prove asks for the account's secret. The try is counted before the secret is
// looked at, in a transaction of its own, so that guesses sent side by side
// count one by one; the slow hash runs in none.
//
// A device that was not let in yet counts apart: whoever holds one, such as a
// worker who made a code, must not be able to shut the young person out of their
// own by guessing wrong. So does a shared tablet, where anybody may pick anybody's
// picture.
func (s *Service) prove(ctx context.Context, v viewer.Viewer, secret string) error {
	accountID := v.AccountID
	var lock lockRow
	var refused error
	forgive := func(tx *db.Tx) error { return forgiveTries(tx, accountID) }
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		state, err := sessionByID(tx, v)
		if err != nil {
			return err
		}
		switch {
		case !state.HistoryOpen:
			lock, refused, err = countTryApart(tx, accountID, "unlock by a stranger:"+accountID, strangersBlock)
		case state.Shared:
			id := "unlock on a shared tablet:" + v.DeviceID
			lock, refused, err = countTryApart(tx, accountID, id, sharedBlock)
			forgive = func(tx *db.Tx) error { return forgetLimit(tx, id) }
		default:
			lock, refused, err = countLockTry(tx, accountID)
		}
		return err
	})
	if err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	right, err := s.rightSecret(ctx, lock, secret)
	if err != nil {
		return err
	}
	if right {
		return s.db.Tx(ctx, forgive)
	}
	if lock.BlockedUntil != nil {
		return errBlocked(lock.BlockedUntil.Time())
	}
	left := strconv.Itoa(freeTries - lock.Failures)
	return errs.New(errs.Invalid, "That isn't it. Try again.").With("secret_wrong").Field("left", left)
}

func errBlocked(until time.Time) error {
	return errs.New(errs.Forbidden, "That was wrong too often. You can still send cards. Try again later.").
		With("blocked").Field("until", until.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// SetLock gives the account a lock or changes it; changing needs the old secret.
// The account's other devices are locked by it at once.
func (s *Service) SetLock(ctx context.Context, v viewer.Viewer, kind LockKind, secret, current string) error {
	if err := checkSecret(kind, secret); err != nil {
		return err
	}
	if err := s.proveIfLocked(ctx, v, current); err != nil {
		return err
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // crypto/rand.Read never fails: it ends the program instead
	hash, err := s.hashSecret(ctx, v.AccountID, secret, salt)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		row := lockRow{AccountID: v.AccountID, OrganisationID: v.OrganisationID, Kind: kind, SecretHash: hash, ChangedAt: db.At(tx.Now)}
		if err := putLock(tx, row); err != nil {
			return err
		}
		if err := shutOthers(tx, v); err != nil {
			return err
		}
		return s.note(tx, v, "lock.set", "account", v.AccountID)
	})
}

// RemoveLock takes the lock away; it needs the secret.
func (s *Service) RemoveLock(ctx context.Context, v viewer.Viewer, current string) error {
	if err := s.proveIfLocked(ctx, v, current); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := dropLock(tx, v.AccountID); err != nil {
			return err
		}
		if err := openAll(tx, v.AccountID); err != nil {
			return err
		}
		return s.note(tx, v, "lock.removed", "account", v.AccountID)
	})
}

func (s *Service) proveIfLocked(ctx context.Context, v viewer.Viewer, current string) error {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		_, err := lockOf(tx, v.AccountID)
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if current == "" { // forgotten by the page, not guessed wrong
		return errs.New(errs.Invalid, "Give the secret you have now.").With("secret_needed").Field("current", "This is needed.")
	}
	return s.prove(ctx, v, current)
}

// Lock shuts reading on this device.
func (s *Service) Lock(ctx context.Context, v viewer.Viewer) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockOf(tx, v.AccountID); err != nil {
			if errs.CodeOf(err) == errs.NotFound {
				return errs.New(errs.Conflict, "Choose a PIN or pictures first.").With("no_lock")
			}
			return err
		}
		return shutSession(tx, v.SessionID)
	})
}

// Unlock opens reading on this device and gives the session a new token. The
// secret also opens the history on a device that joined later.
func (s *Service) Unlock(ctx context.Context, v viewer.Viewer, secret, token string) (Opened, error) {
	if err := s.prove(ctx, v, secret); err != nil {
		return Opened{}, err
	}
	var opened Opened
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if err := openHistory(tx, v.AccountID, v.DeviceID); err != nil {
			return err
		}
		v.Reading = true
		opened, err = s.rotateTx(tx, v, token)
		return err
	})
	return opened, err
}
