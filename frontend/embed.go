// Package frontend carries the built single-page apps into the binary.
package frontend

import "embed"

// Dist is the front end's build. In a fresh clone it holds only .gitkeep, so the server compiles before the first build.
//
//go:embed all:dist
var Dist embed.FS
