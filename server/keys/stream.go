package keys

import (
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// streamSegment is how much of a stream is sealed at a time.
const streamSegment = 64 << 10

// SealStream encrypts what is written, under a key of its own for each purpose and salt. Closing it seals the end: a
// stream that was cut short does not open.
func (r *Ring) SealStream(purpose string, salt []byte, out io.Writer, ad []byte) (io.WriteCloser, error) {
	cipher, err := r.streamCipher(purpose, salt)
	if err != nil {
		return nil, err
	}
	return cipher.NewEncryptingWriter(out, ad)
}

// OpenStream decrypts what SealStream wrote; reading fails where it was changed or ends too early.
func (r *Ring) OpenStream(purpose string, salt []byte, in io.Reader, ad []byte) (io.Reader, error) {
	cipher, err := r.streamCipher(purpose, salt)
	if err != nil {
		return nil, err
	}
	return cipher.NewDecryptingReader(in, ad)
}

func (r *Ring) streamCipher(purpose string, salt []byte) (*subtle.AESGCMHKDF, error) {
	return subtle.NewAESGCMHKDF(r.MAC(purpose, salt), "SHA256", KeySize, streamSegment, 0)
}
