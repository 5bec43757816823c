package reports

// measureWords are what files call a measure. The pages have their own, in every language.
type measureWords struct {
	Key      string
	Title    string
	Sentence string   // what is counted, and out of what
	Of       string   // what n counts
	Columns  []string // the ids of its columns
	Fewer    bool     // better when it goes down
}

var (
	shares  = []string{"percent", "percent_low", "percent_high"}
	times   = []string{"median_seconds", "p90_seconds"}
	notice  = []string{"median_seconds", "p10_seconds"}
	workers = []string{"keyworkers", "hours_without"}
)

var measureTitles = []measureWords{
	{Key: "felt_listened", Title: "Felt listened to", Sentence: "Young people who chose one of the two best faces, of all who answered."},
	{Key: "felt_fully", Title: "Felt fully listened to", Sentence: "Young people who chose the best face, of all who answered."},
	{Key: "taken_seriously", Title: "Taken seriously", Sentence: "Young people who chose one of the two best faces, of all who answered."},
	{Key: "had_a_say", Title: "Had a say", Sentence: "Young people who chose one of the two best faces, of all who answered."},
	{Key: "family_listened", Title: "Families and carers felt listened to", Sentence: "Families and carers who chose one of the two best faces, of all who answered.", Of: "families"},
	{Key: "response_rate", Title: "Response rate", Sentence: "Young people who answered, of those who were asked."},
	{Key: "cards_in_time", Title: "Cards answered in time", Sentence: "Cards seen within their limit, of all cards with a limit while someone was on duty.", Of: "cards"},
	{Key: "until_here", Title: "Time until someone was there", Sentence: "From the tap until someone was there: half of the cards within the median, nine of ten within the 90th percentile.", Of: "cards", Columns: times, Fewer: true},
	{Key: "it_helped", Title: "It helped", Sentence: "Young people who last closed a card with \"that helped\", of all who closed one."},
	{Key: "continuity", Title: "Continuity", Sentence: "Different keyworkers for each young person over twelve months, and hours without a named person.", Columns: workers, Fewer: true},
	{Key: "told_before", Title: "Told before moving", Sentence: "Moves before which the young person had been told and had the place's pack, of all moves.", Of: "moves"},
	{Key: "notice", Title: "Notice of a move", Sentence: "From being told until the move, none where they were told later: half of the moves had at least the median, nine of ten at least the 10th percentile.", Of: "moves", Columns: notice},
	{Key: "visit_made", Title: "Visited before moving", Sentence: "Moves before which the young person had visited the place, of all moves.", Of: "moves"},
	{Key: "pack_opened", Title: "Opened the pack", Sentence: "Moves before which the young person chose to open the place's pack, of all moves.", Of: "moves"},
	{Key: "choices_made", Title: "Made choices for the journey", Sentence: "Moves for whose journey the young person said what they wanted, of all moves.", Of: "moves"},
	{Key: "buddy_week", Title: "Buddy for a week", Sentence: "Moves with a buddy's card on each of seven days, of moves for which a buddy was wanted.", Of: "moves with a buddy wanted"},
	{Key: "review_1", Title: "Said how the move went, day 1", Sentence: "Young people who answered, of those who were asked the day after they moved."},
	{Key: "review_7", Title: "Said how the move went, day 7", Sentence: "Young people who answered, of those who were asked a week after they moved."},
	{Key: "review_28", Title: "Said how the move went, day 28", Sentence: "Young people who answered, of those who were asked four weeks after they moved."},
	{Key: "settled", Title: "Feel settled", Sentence: "Young people who chose one of the two best faces four weeks after they moved, of all who answered."},
}

// wordsFor gives the words of a measure; one that is not known here is called by its key.
func wordsFor(key string) measureWords {
	found := measureWords{Key: key, Title: key}
	for _, w := range measureTitles {
		if w.Key == key {
			found = w
		}
	}
	if found.Columns == nil {
		found.Columns = shares
	}
	if found.Of == "" {
		found.Of = "young people"
	}
	return found
}
