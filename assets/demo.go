package assets

import "embed"

// Demo holds the photos of the made-up place, in its folder demo.
//
//go:embed demo/*.jpg
var Demo embed.FS
