/** Passkeys speak bytes, the API speaks base64url JSON: this file is the only place where the two meet. */

type Json = Record<string, unknown>

export type PasskeyProblem = 'unsupported' | 'cancelled' | 'exists' | 'address' | 'failed'

export class PasskeyError extends Error {
  readonly problem: PasskeyProblem
  constructor(problem: PasskeyProblem) {
    super(problem)
    this.name = 'PasskeyError'
    this.problem = problem
  }
}

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/')
  const binary = atob(plain + '='.repeat((4 - (plain.length % 4)) % 4))
  const bytes = new Uint8Array(new ArrayBuffer(binary.length))
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

export function toText(buffer: ArrayBuffer): string {
  let binary = ''
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Servers write the options either bare or wrapped in `publicKey`. */
function bare(options: unknown): Json {
  const outer = options as Json
  return (outer.publicKey as Json | undefined) ?? outer
}

function descriptors(list: unknown): PublicKeyCredentialDescriptor[] | undefined {
  if (!Array.isArray(list)) return undefined
  return list.map((one: Json) => ({ ...one, id: toBytes(one.id as string) }) as unknown as PublicKeyCredentialDescriptor)
}

export function creationOptions(options: unknown): PublicKeyCredentialCreationOptions {
  const o = bare(options)
  const user = o.user as Json
  const made: Json = { ...o, challenge: toBytes(o.challenge as string), user: { ...user, id: toBytes(user.id as string) } }
  const excluded = descriptors(o.excludeCredentials)
  if (excluded) made.excludeCredentials = excluded
  return made as unknown as PublicKeyCredentialCreationOptions
}

export function requestOptions(options: unknown): PublicKeyCredentialRequestOptions {
  const o = bare(options)
  const made: Json = { ...o, challenge: toBytes(o.challenge as string) }
  const allowed = descriptors(o.allowCredentials)
  if (allowed) made.allowCredentials = allowed
  return made as unknown as PublicKeyCredentialRequestOptions
}

function problemOf(error: unknown): PasskeyProblem {
  switch ((error as { name?: string } | null)?.name) {
    case 'NotAllowedError':
    case 'AbortError':
      return 'cancelled'
    case 'InvalidStateError':
      return 'exists'
    case 'SecurityError':
      return 'address'
    case 'NotSupportedError':
      return 'unsupported'
    default:
      return 'failed'
  }
}

export function passkeysSupported(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && typeof navigator.credentials?.get === 'function'
}

export async function makePasskey(options: unknown): Promise<Json> {
  if (!passkeysSupported()) throw new PasskeyError('unsupported')
  let made: PublicKeyCredential | null
  try {
    made = (await navigator.credentials.create({ publicKey: creationOptions(options) })) as PublicKeyCredential | null
  } catch (error) {
    throw new PasskeyError(problemOf(error))
  }
  if (!made) throw new PasskeyError('cancelled')
  const response = made.response as AuthenticatorAttestationResponse
  return {
    ...head(made),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}

export async function usePasskey(options: unknown): Promise<Json> {
  if (!passkeysSupported()) throw new PasskeyError('unsupported')
  let used: PublicKeyCredential | null
  try {
    used = (await navigator.credentials.get({ publicKey: requestOptions(options) })) as PublicKeyCredential | null
  } catch (error) {
    throw new PasskeyError(problemOf(error))
  }
  if (!used) throw new PasskeyError('cancelled')
  const response = used.response as AuthenticatorAssertionResponse
  return {
    ...head(used),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      ...(response.userHandle ? { userHandle: toText(response.userHandle) } : {}),
    },
  }
}

function head(credential: PublicKeyCredential): Json {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
  }
}
