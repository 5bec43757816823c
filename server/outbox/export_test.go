package outbox

// SealWith seals with a key and an IV of the test's own.
var SealWith = sealWith

// Open opens an envelope.
var Open = Envelope.open

// Limits for tests.
const (
	KeyAge            = keyAge
	TicketLife        = ticketLife
	TicketsAtHand     = ticketsAtHand
	UnusedPerDay      = unusedPerDay
	UnusedInAll       = unusedInAll
	MaxEnvelope       = maxEnvelope
	RefusedPerAccount = refusedPerAccount
	RefusedLarge      = refusedLarge
)
