package accounts

// Words gives the words codes are made of.
func Words() []string { return words }
