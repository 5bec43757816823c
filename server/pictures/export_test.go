package pictures

import "context"

// CleanWithin is Clean with a bound that a test can reach.
func CleanWithin(ctx context.Context, raw []byte, k Kind, bound int64) (Picture, error) {
	return cleanWithin(ctx, raw, k, bound)
}

// CostOf says what making a picture of a file takes.
func CostOf(raw []byte, k Kind) (int64, error) {
	h, err := look(context.Background(), raw)
	return h.cost(k), err
}
