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
