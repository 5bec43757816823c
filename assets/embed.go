// Package assets holds what a designer hands over and the server also reads: the deck of cards, and the few that buddies have.
package assets

import _ "embed"

// Deck is deck.json: every card and need with its key, picture, family and words.
//
//go:embed deck.json
var Deck []byte

// Hello is hello.json: the cards that two young people can send one another, by their keys.
//
//go:embed hello.json
var Hello []byte
