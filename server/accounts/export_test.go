package accounts

// Words gives the words codes are made of.
func Words() []string { return words }

// SessionState is what a session is judged by.
type SessionState = sessionState

// Judge is the pure question behind Authenticate.
var Judge = SessionState.judge

// BlockAfter is how long wrong secrets shut reading.
var BlockAfter = blockAfter
