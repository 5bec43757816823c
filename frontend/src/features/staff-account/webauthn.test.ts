import { afterEach, describe, expect, it, vi } from 'vitest'
import { creationOptions, makePasskey, PasskeyError, requestOptions, toBytes, toText, usePasskey } from './webauthn'

const bytes = (...list: number[]) => new Uint8Array(list).buffer
const bytesIn = (buffer: unknown) => [...(buffer as Uint8Array)]

afterEach(() => vi.unstubAllGlobals())

describe('base64url', () => {
  it('carries every byte there and back without padding', () => {
    const all = new Uint8Array(256).map((_, i) => i).buffer
    const text = toText(all)
    expect(text).not.toMatch(/[+/=]/)
    expect([...toBytes(text)]).toEqual([...new Uint8Array(all)])
  })
})

describe('options', () => {
  it('reads them bare and wrapped alike', () => {
    const bareOnes = { challenge: 'AQID', rpId: 'heard.example', allowCredentials: [{ id: 'BAU', type: 'public-key' }] }
    for (const given of [bareOnes, { publicKey: bareOnes }]) {
      const made = requestOptions(given)
      expect(bytesIn(made.challenge)).toEqual([1, 2, 3])
      expect(bytesIn(made.allowCredentials?.[0]?.id)).toEqual([4, 5])
      expect(made.rpId).toBe('heard.example')
    }
  })

  it('turns the user and the excluded ones into bytes', () => {
    const made = creationOptions({ challenge: 'AQ', user: { id: 'Ag', name: 'Sam' }, excludeCredentials: [{ id: 'Aw', type: 'public-key' }] })
    expect(bytesIn(made.user.id)).toEqual([2])
    expect(bytesIn(made.excludeCredentials?.[0]?.id)).toEqual([3])
  })
})

describe('a passkey', () => {
  function browser(credentials: object) {
    vi.stubGlobal('PublicKeyCredential', class {})
    vi.stubGlobal('navigator', { credentials: { get: vi.fn(), create: vi.fn(), ...credentials } })
  }
  const credential = (response: object) => ({ id: 'AQ', rawId: bytes(1), type: 'public-key', getClientExtensionResults: () => ({}), response })

  it('goes to the server as base64url', async () => {
    browser({ get: async () => credential({ clientDataJSON: bytes(2), authenticatorData: bytes(3), signature: bytes(4), userHandle: bytes(5) }) })
    expect(await usePasskey({ challenge: 'AQ' })).toEqual({
      id: 'AQ',
      rawId: 'AQ',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: 'Ag', authenticatorData: 'Aw', signature: 'BA', userHandle: 'BQ' },
    })
  })

  it('says why it did not work', async () => {
    const cases = { NotAllowedError: 'cancelled', InvalidStateError: 'exists', SecurityError: 'address', TypeError: 'failed' }
    for (const [name, problem] of Object.entries(cases)) {
      browser({ create: async () => Promise.reject(Object.assign(new Error('x'), { name })) })
      const failed = await makePasskey({ challenge: 'AQ', user: { id: 'Ag' } }).catch((e: unknown) => e)
      expect(failed).toBeInstanceOf(PasskeyError)
      expect((failed as PasskeyError).problem).toBe(problem)
    }
  })

  it('is said to be unsupported where the browser has none', async () => {
    vi.stubGlobal('navigator', {})
    await expect(usePasskey({ challenge: 'AQ' })).rejects.toMatchObject({ problem: 'unsupported' })
  })
})
