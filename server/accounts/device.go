package accounts

import (
	"context"
	"strings"
	"time"
	"unicode"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// Device is one browser that an account is open on.
type Device struct {
	ID          string
	Name        string
	Current     bool
	HistoryOpen bool
	CreatedAt   time.Time
	LastSeenAt  time.Time
}

func newDevice(tx *db.Tx, a accountRow, name string, historyOpen bool) deviceRow {
	return deviceRow{
		ID: db.NewID(), OrganisationID: a.OrganisationID, AccountID: a.ID, Name: name,
		HistoryOpen: historyOpen, CreatedAt: db.At(tx.Now), LastSeenAt: db.At(tx.Now),
	}
}

// Devices lists the viewer's own devices, the last used first.
func (s *Service) Devices(ctx context.Context, v viewer.Viewer) ([]Device, error) {
	var devices []Device
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := devicesOf(tx, v)
		for _, row := range rows {
			devices = append(devices, Device{
				ID: row.ID, Name: row.Name, Current: row.ID == v.DeviceID, HistoryOpen: row.HistoryOpen,
				CreatedAt: row.CreatedAt.Time(), LastSeenAt: row.LastSeenAt.Time(),
			})
		}
		return err
	})
	return devices, err
}

// ApproveDevice opens the history on another of the viewer's devices. Only a
// device that reads the history itself may do so; the route's policy sees to it.
func (s *Service) ApproveDevice(ctx context.Context, v viewer.Viewer, id string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := openHistory(tx, v.AccountID, id); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.hub.Wake(v.AccountID) })
		return s.note(tx, v, "device.approved", "device", id)
	})
}

// EndDevice signs a device out for good.
func (s *Service) EndDevice(ctx context.Context, v viewer.Viewer, id string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := endDevice(tx, v.AccountID, id); err != nil {
			return err
		}
		if err := s.endSessionsTx(tx, sessionsOfDevice, id); err != nil {
			return err
		}
		for _, hook := range s.onDeviceEnd {
			if err := hook(tx, id); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.hub.Wake(v.AccountID) })
		return s.note(tx, v, "device.ended", "device", id)
	})
}

// note enters an act on the viewer's own account in the audit.
func (s *Service) note(tx *db.Tx, v viewer.Viewer, action, kind, id string) error {
	return audit.Append(tx, audit.Entry{OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action, ObjectKind: kind, ObjectID: id})
}

// cleanDeviceName checks what somebody calls a device; without a name it is
// called by what its browser says of itself.
func cleanDeviceName(name, agent string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return deviceNameOf(agent), nil
	}
	if len([]rune(name)) > maxDeviceName || strings.ContainsFunc(name, unicode.IsControl) {
		return "", errs.New(errs.Invalid, "Please give the device a shorter name.").Field("deviceName", "This is too long, or not one line of text.")
	}
	return name, nil
}

// deviceNameOf reads the kind of browser and machine and nothing finer.
func deviceNameOf(agent string) string {
	find := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := find("Firefox", "Firefox", "Edg", "Edge", "SamsungBrowser", "Samsung browser", "Chrome", "Chrome", "Safari", "Safari")
	machine := find("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS", "Mac", "CrOS", "Chromebook", "Linux", "Linux")
	switch {
	case browser != "" && machine != "":
		return browser + " on " + machine
	case browser+machine != "":
		return browser + machine
	}
	return "A browser"
}
