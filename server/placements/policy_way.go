package placements

// Who may do what about the way there.
var (
	// planning are those who plan the way and answer what the young person wishes.
	planning = []Side{TheirSide, Shift}
	// along are those who see the plan and what goes along, and tick it at either end.
	along = []Side{TheirSide, Shift, Place, Escort, PlaceLeft}
)

// What staff may press about the way, as their page is told.
const (
	MayPlan   May = "journey"
	MaySettle May = "choices"
	MayBag    May = "bag"
)

// wayMay names what somebody with these sides may press about the way now.
func wayMay(m Move, held []Side) []May {
	var may []May
	if m.open() && first(held, planning) != NoSide {
		may = append(may, MayPlan, MaySettle)
	}
	if m.EndedAt == nil && first(held, along) != NoSide {
		may = append(may, MayBag)
	}
	return may
}
