package audio

// unknownSize is the size of an element that ends where the next of its level begins.
const unknownSize = -1

// element is the head of one element and what follows it.
type element struct {
	id   uint32
	size int // of what is inside; or unknownSize
	rest []byte
}

// readElement reads the head of the first element of b, which reaches no farther than b.
func readElement(b []byte) (element, bool) {
	id, n, ok := vint(b, 4, true)
	if !ok {
		return element{}, false
	}
	size, m, ok := vint(b[n:], 8, false)
	if !ok {
		return element{}, false
	}
	e := element{id: uint32(id), rest: b[n+m:]} // #nosec G115 -- four bytes at most
	if size == 1<<(7*m)-1 {
		e.size = unknownSize
		return e, true
	}
	if size > uint64(len(e.rest)) {
		return element{}, false
	}
	e.size = int(size) // #nosec G115 -- not more than there are bytes
	return e, true
}

// inside gives what an element of known size holds, and what follows it.
func (e element) inside() (body, after []byte, ok bool) {
	if e.size == unknownSize {
		return nil, nil, false
	}
	return e.rest[:e.size], e.rest[e.size:], true
}

// vint reads a number whose first byte says how many bytes it has.
func vint(b []byte, longest int, marker bool) (value uint64, n int, ok bool) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0, false
	}
	n = 1
	for mask := byte(0x80); b[0]&mask == 0; mask >>= 1 {
		n++
	}
	if n > longest || n > len(b) {
		return 0, 0, false
	}
	value = uint64(b[0])
	if !marker {
		value &= 1<<(8-n) - 1
	}
	for _, c := range b[1:n] {
		value = value<<8 | uint64(c)
	}
	return value, n, true
}

// number reads an unsigned number of up to eight bytes; one that is none is negative.
func number(b []byte) int64 {
	if len(b) > 8 {
		return -1
	}
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return int64(n) // #nosec G115 -- whoever asks refuses what is negative
}
