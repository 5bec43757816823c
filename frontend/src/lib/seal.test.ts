import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from './base64url'
import vectors from './golden/sealed.json'
import { padded, seal } from './seal'
import type { CardBody } from './types'

const curve = { name: 'ECDH', namedCurve: 'P-256' }

/** The golden file's own ephemeral key: its private number, and the point it belongs to. */
async function pairOf(secret: string, point: string): Promise<CryptoKeyPair> {
  const raw = fromBase64url(point)
  const jwk = { kty: 'EC', crv: 'P-256', x: toBase64url(raw.slice(1, 33)), y: toBase64url(raw.slice(33)), ext: true }
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...jwk, d: secret }, curve, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('jwk', jwk, curve, true, [])
  }
}

describe('sealing', () => {
  it.each(vectors.map((vector) => [vector.envelope.id, vector] as const))('is what the server opens: %s', async (_, vector) => {
    const { envelope } = vector
    const body = JSON.parse(vector.body) as CardBody
    expect(JSON.stringify(body)).toBe(vector.body)
    expect(padded(body)).toHaveLength(vector.paddedLength)
    const made = { pair: await pairOf(vector.ephemeralPrivate, envelope.epk), iv: fromBase64url(envelope.iv) }
    expect(await seal(body, envelope.ticket, { keyId: envelope.key, publicKey: vector.serverPublic }, made)).toEqual(envelope)
  })

  it('is never the same twice, and its length tells nothing about the words', async () => {
    const vector = vectors[0]
    if (!vector) throw new Error('no vector')
    const key = { keyId: 'k', publicKey: vector.serverPublic }
    const body = { ...(JSON.parse(vector.body) as CardBody), words: 'no' }
    const [a, b, c] = await Promise.all([seal(body, 't', key), seal(body, 't', key), seal({ ...body, words: 'a longer sentence' }, 't', key)])
    expect(new Set([a.sealed, b.sealed, c.sealed]).size).toBe(3)
    expect(new Set([a.epk, b.epk]).size).toBe(2)
    expect(a.sealed.length).toBe(c.sealed.length)
  })
})
