import { createHash, hkdfSync } from 'node:crypto'
import { plainCode } from '../domain/code'
import { OptionsError, StoreError, type OptionsIssue } from '../domain/errors'
import { resolveSecret, type Secret } from './secret'

/**
 * What `secrets.encryption` takes: one secret of at least 32 characters, or a ring. With a ring, `current` names the
 * key that new values are sealed with; the others only open what they sealed.
 */
export type EncryptionOption =
  Secret | { current: string; keys: Record<string, Secret> }

/** The keys that were derived from one secret. */
export type DerivedKey = {
  /** Stands beside everything that was made with it. */
  id: string
  /** For AES-256-GCM. */
  sealKey: Buffer
  /** For HMAC-SHA256. */
  macKey: Buffer
  /** A 256-bit key for one further purpose, by its name. */
  forPurpose(purpose: string): Buffer
}

/** All keys that we have. */
export type KeyRing = {
  current: DerivedKey
  /** @throws StoreError `ERR_KEY_MISSING`, naming the id */
  find(id: string): DerivedKey
}

const OPTION = 'secrets.encryption'
const SEE = 'docs/options.md#secrets.encryption'
const MIN_CHARACTERS = 32
const KEY_ID = /^[\w.-]{1,64}$/

/**
 * Reads every secret of the option and derives its keys.
 *
 * @throws OptionsError naming every key that is wrong
 * @throws NationalIdError `ERR_SECRET` when a secret's function fails
 */
export async function createKeyRing(
  encryption: EncryptionOption
): Promise<KeyRing> {
  if (typeof encryption !== 'object') {
    const secret = await readSecret(encryption, OPTION)
    const key = deriveKey(secret)
    return keyRing(key, new Map([[key.id, key]]))
  }
  const secrets = await readRing(encryption)
  const keys = new Map<string, DerivedKey>()
  for (const [id, secret] of secrets) {
    const key = deriveKey(secret, id)
    // What was sealed while this secret stood alone carries the derived id.
    keys.set(fingerprint(secret), key)
  }
  for (const [id, secret] of secrets) keys.set(id, deriveKey(secret, id))
  const current = keys.get(encryption.current)
  if (current === undefined || !secrets.has(encryption.current))
    throw wrong(`${OPTION}.current`, 'names no key of secrets.encryption.keys')
  return keyRing(current, keys)
}

function keyRing(
  current: DerivedKey,
  keys: ReadonlyMap<string, DerivedKey>
): KeyRing {
  return {
    current,
    find(id) {
      const key = keys.get(id)
      if (key !== undefined) return key
      throw new StoreError(
        `The encryption key ${plainCode(id)} is missing: something was sealed with it. Put it back into secrets.encryption.keys.`,
        { code: 'ERR_KEY_MISSING' }
      )
    }
  }
}

async function readRing(ring: {
  keys: Record<string, Secret>
}): Promise<Map<string, string>> {
  const secrets = new Map<string, string>()
  const issues: OptionsIssue[] = []
  for (const [id, secret] of Object.entries(ring.keys)) {
    const option = `${OPTION}.keys.${plainCode(id)}`
    if (!KEY_ID.test(id))
      issues.push(issue(option, 'must be named by letters, digits, _ . or -'))
    const text = await resolveSecret(secret, option)
    if (text.length < MIN_CHARACTERS) issues.push(tooShort(option))
    secrets.set(id, text)
  }
  if (issues.length > 0) throw new OptionsError(issues)
  return secrets
}

async function readSecret(secret: Secret, option: string): Promise<string> {
  const text = await resolveSecret(secret, option)
  if (text.length < MIN_CHARACTERS) throw new OptionsError([tooShort(option)])
  return text
}

function tooShort(option: string): OptionsIssue {
  return issue(
    option,
    `must have at least ${MIN_CHARACTERS} characters of randomness, for example from \`openssl rand -base64 48\``
  )
}

function issue(option: string, problem: string): OptionsIssue {
  return { option, problem, see: SEE }
}

function wrong(option: string, problem: string): OptionsError {
  return new OptionsError([issue(option, problem)])
}

/** One 256-bit key for one purpose (RFC 5869; no salt, since the secret is random by itself). */
function derive(secret: string, purpose: string): Buffer {
  const info = `opencrvs-national-id/v1/${purpose}`
  return Buffer.from(hkdfSync('sha256', secret, '', info, 32))
}

function deriveKey(secret: string, id = fingerprint(secret)): DerivedKey {
  const known = new Map<string, Buffer>()
  return {
    id,
    sealKey: derive(secret, 'seal'),
    macKey: derive(secret, 'audit'),
    forPurpose(purpose) {
      const key = known.get(purpose) ?? derive(secret, `for ${purpose}`)
      known.set(purpose, key)
      return key
    }
  }
}

/** Tells secrets apart without telling anything about them. */
function fingerprint(secret: string): string {
  const hash = createHash('sha256').update(derive(secret, 'key id'))
  return hash.digest('hex').slice(0, 16)
}
