// Bytes as text without padding, as the API carries them.

export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}

/** Unguessable, and says nothing. */
export function randomName(bytes = 16): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(bytes)))
}
