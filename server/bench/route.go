package main

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"heard/frontend"
)

// needed finds what a place's page asks for before its first screen: its script,
// what that script needs, and its styles.
var needed = regexp.MustCompile(`(?:src|href)="/(assets/[^"]+\.(?:js|css))"`)

// measureFirstRoute adds up the compressed script and style of first screens: that of a
// young person, and that of who reads figures, with its charts.
func measureFirstRoute(context.Context, settings) error {
	for _, of := range []struct{ name, page string }{
		{"young_first_route_br_bytes", "index.html"}, {"insight_first_screen_br_bytes", "insight/index.html"},
	} {
		total, err := firstScreen(of.page)
		if err != nil {
			return err
		}
		line(of.name, float64(total), "B")
	}
	return nil
}

func firstScreen(name string) (total int64, err error) {
	page, err := fs.ReadFile(frontend.Dist, "dist/"+name)
	if err != nil {
		return 0, fmt.Errorf("the front end is not built: %w", err)
	}
	var seen []string
	for _, match := range needed.FindAllStringSubmatch(string(page), -1) {
		if slices.Contains(seen, match[1]) {
			continue
		}
		seen = append(seen, match[1])
		info, err := fs.Stat(frontend.Dist, "dist/"+match[1]+".br")
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
