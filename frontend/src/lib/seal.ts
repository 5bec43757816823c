// Sealing a card or an answer: only the server can open it. The phone keeps no key that could.
import { fromBase64url, toBase64url } from './base64url'
import type { SealedCard } from './outbox-types'
import type { CardBody, OutboxKey, ToldBody } from './types'

const info = 'heard-outbox-v1'
const block = 512
/** Of a body with a voice in it: so wide that its length does not say how long somebody spoke. */
const voiceBlock = 64 * 1024
const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
const utf8 = new TextEncoder()

/** Filled up with spaces, which JSON ignores, so that its length tells nothing about the words. */
export function padded(body: CardBody | ToldBody): Uint8Array<ArrayBuffer> {
  const plain = utf8.encode(JSON.stringify(body))
  const step = 'voice' in body ? voiceBlock : block
  const out = new Uint8Array(Math.ceil(plain.length / step) * step).fill(0x20)
  out.set(plain)
  return out
}

/** Made anew for each card; a test gives the ones of the golden file. */
export interface Ephemeral {
  pair: CryptoKeyPair
  iv: Uint8Array<ArrayBuffer>
}

async function ephemeral(): Promise<Ephemeral> {
  const pair = (await crypto.subtle.generateKey(curve, false, ['deriveBits'])) as CryptoKeyPair
  return { pair, iv: crypto.getRandomValues(new Uint8Array(12)) }
}

export async function seal(body: CardBody | ToldBody, ticket: string, key: OutboxKey, made?: Ephemeral): Promise<SealedCard> {
  const { pair, iv } = made ?? (await ephemeral())
  const theirs = fromBase64url(key.publicKey)
  const server = await crypto.subtle.importKey('raw', theirs, curve, false, [])
  const ours = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: server }, pair.privateKey, 256)
  const salt = new Uint8Array([...ours, ...theirs])
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const lock = await crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode(info) }, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  // Bound to its id and ticket: neither can be exchanged on the way.
  const additionalData = utf8.encode(`${info}\n${body.id}\n${ticket}`)
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, lock, padded(body)))
  return { v: 1, id: body.id, ticket, key: key.keyId, epk: toBase64url(ours), iv: toBase64url(iv), sealed: toBase64url(sealed) }
}
