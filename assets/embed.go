// Package assets holds what a designer hands over and the server also reads: the deck of cards.
package assets

import _ "embed"

// Deck is deck.json: every card and need with its key, picture, family and words.
//
//go:embed deck.json
var Deck []byte
