package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorm.io/gorm/schema"

	"heard/server/db"
	"heard/server/testkit"
)

// withoutOrganisation are the tables that belong to the server or to nobody yet.
var withoutOrganisation = []string{"organisations", "ceremonies", "rate_limits", "push_keys", "outbox_keys", "readiness"}

// partial are models that read some columns of another package's table.
var partial = []string{"accounts.organisationRow"}

// model is a row type as its package's store declares it.
type model struct {
	name, table string
	columns     []string
}

// models reads the stores: a type with a TableName is a model, whoever wrote it
// and whether or not they thought of this test.
func models(t *testing.T) []model {
	t.Helper()
	files, err := filepath.Glob("../*/store*.go")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d stores, %v", len(files), err)
	}
	structs, tables := map[string]*ast.StructType{}, map[string]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						if body, ok := ts.Type.(*ast.StructType); ok {
							structs[parsed.Name.Name+"."+ts.Name.Name] = body
						}
					}
				}
			case *ast.FuncDecl:
				if d.Name.Name == "TableName" {
					tables[parsed.Name.Name+"."+receiver(d)] = returned(d)
				}
			}
		}
	}
	var found []model
	for name, table := range tables {
		if structs[name] == nil || table == "" {
			t.Fatalf("%s has a table and no struct beside it", name)
		}
		found = append(found, model{name, table, columns(structs[name])})
	}
	return found
}

func receiver(d *ast.FuncDecl) string {
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	return kind.(*ast.Ident).Name
}

func returned(d *ast.FuncDecl) string {
	text, _ := strconv.Unquote(d.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit).Value)
	return text
}

func columns(body *ast.StructType) []string {
	var names []string
	for _, field := range body.Fields.List {
		tag := ""
		if field.Tag != nil {
			text, _ := strconv.Unquote(field.Tag.Value)
			tag = schema.ParseTagSetting(reflect.StructTag(text).Get("gorm"), ";")["COLUMN"]
		}
		for _, name := range field.Names {
			if tag != "" {
				names = append(names, tag)
				continue
			}
			names = append(names, schema.NamingStrategy{}.ColumnName("", name.Name))
		}
	}
	slices.Sort(names)
	return names
}

// columnsOf reads what the migrations made.
func columnsOf(k *testkit.Kit, table string) []string {
	if k.App.DB.Dialect() == db.Postgres {
		return texts(k, "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY 1", table)
	}
	return texts(k, "SELECT name FROM pragma_table_info(?) ORDER BY 1", table)
}

// The models are the tables, column for column, on both databases; every table
// has a model, and its organisation.
func TestModelsAreTheTables(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		modelled := map[string]bool{}
		for _, m := range models(t) {
			migrated := columnsOf(k, m.table)
			slices.Sort(migrated)
			if slices.Contains(partial, m.name) {
				for _, column := range m.columns {
					if !slices.Contains(migrated, column) {
						t.Errorf("%s reads %s.%s, which is not there", m.name, m.table, column)
					}
				}
				continue
			}
			modelled[m.table] = true
			if !slices.Equal(m.columns, migrated) {
				t.Errorf("%s has\n%s\nand %s\n%s", m.name, strings.Join(m.columns, " "), m.table, strings.Join(migrated, " "))
			}
		}
		for _, table := range tables(k) {
			if !modelled[table] {
				t.Errorf("%s has no model", table)
			}
			if has := slices.Contains(columnsOf(k, table), "organisation_id"); has == slices.Contains(withoutOrganisation, table) {
				t.Errorf("%s has an organisation: %v", table, has)
			}
		}
	})
}
