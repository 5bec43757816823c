package db

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/migrator"
	"gorm.io/gorm/schema"
)

// dialector teaches gorm the SQLite we use. gorm's own driver for SQLite needs
// cgo and registers a driver name that ours has taken.
type dialector struct{}

// Name says which dialect this is.
func (dialector) Name() string { return SQLite }

// Initialize registers how statements are built. Connections are given to each
// transaction, so there is no pool here.
func (dialector) Initialize(g *gorm.DB) error {
	callbacks.RegisterDefaultCallbacks(g, &callbacks.Config{
		CreateClauses: []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses: []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses: []string{"DELETE", "FROM", "WHERE", "RETURNING"},
	})
	g.ClauseBuilders["LIMIT"] = buildLimit
	// A write transaction is alone on SQLite: rows need no lock of their own.
	g.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	return nil
}

// buildLimit gives an offset without a limit the limit SQLite insists on.
func buildLimit(c clause.Clause, b clause.Builder) {
	if l, ok := c.Expression.(clause.Limit); ok {
		if l.Limit == nil && l.Offset > 0 {
			none := -1
			l.Limit = &none
			_, _ = b.WriteString("LIMIT -1 ")
		}
		l.Build(b)
	}
}

// SavePoint begins a transaction inside a transaction.
func (dialector) SavePoint(tx *gorm.DB, name string) error {
	return tx.Exec("SAVEPOINT " + name).Error
}

// RollbackTo undoes what was done since SavePoint.
func (dialector) RollbackTo(tx *gorm.DB, name string) error {
	return tx.Exec("ROLLBACK TO SAVEPOINT " + name).Error
}

// Translate turns SQLite's errors into those gorm has for every database.
func (dialector) Translate(err error) error {
	code, ok := errors.AsType[sqlite3.ExtendedErrorCode](err)
	if !ok {
		return err
	}
	switch code {
	case sqlite3.CONSTRAINT_UNIQUE, sqlite3.CONSTRAINT_PRIMARYKEY, sqlite3.CONSTRAINT_ROWID:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case sqlite3.CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	case sqlite3.CONSTRAINT_CHECK:
		return fmt.Errorf("%w: %w", gorm.ErrCheckConstraintViolated, err)
	default:
		return err
	}
}

// BindVarTo writes a placeholder.
func (dialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo quotes a name, part by part when it has a table before a dot.
func (dialector) QuoteTo(w clause.Writer, name string) {
	_ = w.WriteByte('"')
	for i := range len(name) {
		switch name[i] {
		case '.':
			_, _ = w.WriteString(`"."`)
		case '"':
			_, _ = w.WriteString(`""`)
		default:
			_ = w.WriteByte(name[i])
		}
	}
	_ = w.WriteByte('"')
}

// Explain gives the statement without its values: this text is for logs.
func (dialector) Explain(sql string, _ ...any) string { return sql }

// DefaultValueOf stands in for a value that is left to the database.
func (dialector) DefaultValueOf(*schema.Field) clause.Expression { return clause.Expr{SQL: "NULL"} }

// DataTypeOf names a column's type, as far as gorm asks outside migrations.
func (dialector) DataTypeOf(f *schema.Field) string {
	switch f.DataType {
	case schema.Bool:
		return "BOOLEAN"
	case schema.Int, schema.Uint:
		return "BIGINT"
	case schema.Float:
		return "REAL"
	case schema.Bytes:
		return "BYTEA"
	default:
		return "TEXT"
	}
}

// Migrator is gorm's plain one; the schema is made by the files in migrations.
func (d dialector) Migrator(g *gorm.DB) gorm.Migrator {
	return migrator.Migrator{Config: migrator.Config{DB: g, Dialector: d}}
}
