package figures

// Verhoeff says whether a code of digits ends in its right check digit (J. Verhoeff, "Error Detecting Decimal Codes",
// 1969), as SNOMED CT identifiers do. It notices every single wrong digit and every two neighbours exchanged.
func Verhoeff(code string) bool {
	if len(code) < 2 {
		return false
	}
	check := 0
	for i := range len(code) {
		digit := int(code[len(code)-1-i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		for range i % 8 {
			digit = verhoeffTurn[digit]
		}
		check = pentagon(check, digit)
	}
	return check == 0
}

// verhoeffTurn is the permutation that is applied once more at each place.
var verhoeffTurn = [10]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}

// pentagon multiplies in the group of a pentagon's turns (0 to 4) and flips (5 to 9).
func pentagon(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b-5)%5
	case b < 5:
		return 5 + (a-5-b+5)%5
	}
	return (a - b + 5) % 5
}
