package db_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"heard/server/db"
	"heard/server/errs"
)

func TestFourInstancesMigrateAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		// A file applied a second time would not fail, but count double.
		files := fstest.MapFS{
			"0001_a.sql": {Data: []byte("-- +goose Up\nCREATE TABLE IF NOT EXISTS counts (n INTEGER NOT NULL);\n")},
		}
		instances := []*db.DB{p.open(t), p.open(t), p.open(t), p.open(t)}
		// From here all four read at once what is applied.
		must(t, instances[0].MigrateFiles(ctx, files))
		const more = 20
		for i := range more {
			files[fmt.Sprintf("%04d_b.sql", i+2)] = &fstest.MapFile{Data: []byte("-- +goose Up\nINSERT INTO counts VALUES (1);\n")}
		}
		var all sync.WaitGroup
		for _, d := range instances {
			all.Go(func() {
				if err := d.MigrateFiles(ctx, files); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var n int
		must(t, instances[0].Read(ctx, func(tx *db.Tx) error { return tx.Gorm().Raw("SELECT count(*) FROM counts").Scan(&n).Error }))
		if n != more {
			t.Fatalf("%d migrations were applied %d times", more, n)
		}
	})
}

func TestEachDatabaseGetsItsOwnFiles(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		make := func(table string) *fstest.MapFile {
			return &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE made_" + table + " (n INTEGER);\n")}
		}
		d := p.open(t)
		must(t, d.MigrateFiles(ctx, fstest.MapFS{
			"0001_x.sql": make("for_both"), "0002_y.postgres.sql": make("for_postgres"), "0002_y.sqlite.sql": make("for_sqlite"),
			"README.md": {Data: []byte("not a migration")},
		}))
		list := "SELECT name FROM sqlite_schema WHERE name LIKE 'made_%' ORDER BY name"
		if d.Dialect() == db.Postgres {
			list = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'made_%' ORDER BY table_name"
		}
		var got []string
		must(t, d.Read(ctx, func(tx *db.Tx) error { return tx.Gorm().Raw(list).Scan(&got).Error }))
		if !slices.Equal(got, []string{"made_for_both", "made_for_" + d.Dialect()}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestAFailedMigrationLeavesNothingAndSaysWhich(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.open(t)
		bad := fstest.MapFS{"0001_x.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (n INTEGER);\nCREATE TABEL other (n INTEGER);\n")}}
		err := d.MigrateFiles(ctx, bad)
		if errs.CodeOf(err) != errs.Internal || !strings.Contains(err.Error(), "migration 1") {
			t.Fatalf("got %v", err)
		}
		good := fstest.MapFS{"0001_x.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (n INTEGER);\n")}}
		must(t, d.MigrateFiles(ctx, good))
	})
}

func TestANewerSchemaIsRefused(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		newer := fstest.MapFS{"0002_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (n INTEGER);\n")}}
		newer["0001_things.sql"] = things["0001_things.sql"]
		must(t, d.MigrateFiles(ctx, newer))
		if err := d.MigrateFiles(ctx, things); errs.ReasonOf(err) != "newer_schema" {
			t.Fatalf("got %v", err)
		}
	})
}

func TestTheSchemaOfHeardIsMade(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.open(t)
		must(t, d.Migrate(ctx))
		must(t, d.Migrate(ctx))
		must(t, d.Read(ctx, func(tx *db.Tx) error {
			var n int64
			return tx.Gorm().Table("organisations").Count(&n).Error
		}))
	})
}
