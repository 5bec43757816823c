package main

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"heard/frontend"
)

// needed finds what the young person's page asks for before its first screen:
// its script, what that script needs, and its styles.
var needed = regexp.MustCompile(`(?:src|href)="/(assets/[^"]+\.(?:js|css))"`)

// measureFirstRoute adds up the compressed script and style of the first screen.
func measureFirstRoute(context.Context, settings) error {
	page, err := fs.ReadFile(frontend.Dist, "dist/index.html")
	if err != nil {
		return fmt.Errorf("the front end is not built: %w", err)
	}
	var seen []string
	var total int64
	for _, match := range needed.FindAllStringSubmatch(string(page), -1) {
		if slices.Contains(seen, match[1]) {
			continue
		}
		seen = append(seen, match[1])
		info, err := fs.Stat(frontend.Dist, "dist/"+match[1]+".br")
		if err != nil {
			return err
		}
		total += info.Size()
	}
	line("young_first_route_br_bytes", float64(total), "B")
	return nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
