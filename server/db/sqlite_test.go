package db_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/errs"
)

func TestTheFileHoldsNothingReadable(t *testing.T) {
	p := sqlitePlace(t)
	d := p.ready(t)
	canary := "a very private sentence"
	for range 50 {
		must(t, d.Tx(ctx, insert(canary+db.NewID())))
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(p.config.Path), "*"))
	must(t, err)
	if len(files) < 3 {
		t.Fatalf("expected the file, its WAL and its shared memory, got %q", files)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		must(t, err)
		for _, word := range []string{canary, "SQLite format 3", "things"} {
			if bytes.Contains(content, []byte(word)) {
				t.Errorf("%s holds %q", f, word)
			}
		}
		info, err := os.Stat(f)
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be opened by others: %v", f, info.Mode())
		}
	}
}

func TestAnotherKeyIsRefused(t *testing.T) {
	p := sqlitePlace(t)
	d := p.ready(t)
	must(t, d.Tx(ctx, insert("mine")))
	must(t, d.Close())
	right := p.config.Key
	for _, key := range [][]byte{nil, right[:31], bytes.Repeat([]byte{8}, 32)} {
		p.config.Key = key
		if _, err := db.Open(ctx, p.config); errs.CodeOf(err) != errs.Internal {
			t.Errorf("a key of %d bytes: %v", len(key), err)
		}
	}
	p.config.Key = right
	if got := names(t, p.open(t)); len(got) != 1 {
		t.Fatalf("the right key finds %q", got)
	}
}

func TestQueriesOfBothDatabasesMeanTheSame(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		at := db.At(p.clock.Now())
		first := thing{ID: db.NewID(), Name: "it's \"first\"", Sealed: bytesOf{0, 1, 255}, Yes: true, CreatedAt: at, EndedAt: &at}
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			g := tx.Gorm()
			must(t, g.Create(&first).Error)
			must(t, g.Create(&[]thing{{ID: db.NewID(), Name: "second"}, {ID: db.NewID(), Name: "third"}}).Error)
			again := thing{ID: db.NewID(), Name: "second", Yes: true}
			res := g.Clauses(clause.OnConflict{DoNothing: true}).Create(&again)
			if res.Error != nil || res.RowsAffected != 0 {
				t.Errorf("do nothing: %v, %d rows", res.Error, res.RowsAffected)
			}
			must(t, g.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"yes"})}).Create(&again).Error)
			var got []thing
			must(t, g.Model(&got).Clauses(clause.Returning{}).Where("things.yes = ?", true).Update("ended_at", 5).Error)
			if len(got) != 2 || *got[0].EndedAt != 5 {
				t.Errorf("returning: %+v", got)
			}
			return nil
		}))
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			var back thing
			must(t, tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Take(&back, "id = ?", first.ID).Error)
			if back.Name != first.Name || !bytes.Equal(back.Sealed, first.Sealed) || !back.Yes || back.CreatedAt != at || *back.EndedAt != 5 {
				t.Errorf("got %+v", back)
			}
			var rest []string
			must(t, tx.Gorm().Model(&thing{}).Order("name").Offset(1).Pluck("name", &rest).Error)
			if strings.Join(rest, " ") != "second third" {
				t.Errorf("offset: %q", rest)
			}
			var none thing
			must(t, tx.Gorm().Take(&none, "name = ?", "third").Error)
			if none.Sealed != nil || none.EndedAt != nil || none.Yes {
				t.Errorf("what is missing came back as %+v", none)
			}
			return nil
		}))
	})
}
