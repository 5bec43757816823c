package backup

import (
	"context"
	"encoding/json"
	"io"

	"heard/server/db"
)

// MakeAt writes a backup as a Heard with another schema would.
func MakeAt(ctx context.Context, c Config, schema int64, out io.Writer) error {
	_, err := write(db.WholeServer(ctx), c, schema, out)
	return err
}

// Dump gives every row of every table as the file would, so that two databases can be compared whatever they are.
func Dump(tx *db.Tx) (map[string][]string, error) {
	all, err := catalogue(tx)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, t := range all {
		found[t.name] = []string{}
		err := eachRow(tx, t, func(values []any) error {
			named := map[string]any{}
			for i, c := range t.columns {
				named[c.Name] = values[i]
			}
			line, err := json.Marshal(named)
			found[t.name] = append(found[t.name], string(line))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
