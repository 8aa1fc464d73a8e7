import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { SystemOperation } from '../../../domain/decision'
import type { SystemRequest } from '../../../domain/delivery'
import { AuthenticationError, NationalIdError } from '../../../domain/errors'
import type { Clock } from '../../../internal/clock'
import { newId } from '../../../internal/ids'
import { resolveSecret, type Secret } from '../../../internal/secret'
import { isText } from '../../../internal/json'
import { readOnce } from '../read-once'

/** What a token says of the delivery that it was made for. */
export type DeliveryToken = {
  eventId: string
  /** The delivery's reference, in the place that mosip-api reads an action id from. */
  reference: string
  operation: SystemOperation
}

/**
 * The tokens that mosip-api is called with. It takes whatever the key at its
 * OPENCRVS_PUBLIC_KEY_URL has signed, keeps it in clear text while MOSIP works,
 * and shows it to whomever it believes to be core. So it gets ours: core's
 * record token never leaves this process, and ours is good for one answer about
 * one delivery.
 */
export type ApiTokens = {
  /** For a call that nothing comes back of. */
  forCall(): Promise<string>
  forDelivery(request: SystemRequest): Promise<string>
  /**
   * What a call of mosip-api's is about.
   * @throws AuthenticationError when it shows no token of ours that is in force
   */
  read(authorization: string | undefined): Promise<DeliveryToken>
  /** The key that mosip-api checks our tokens with, in PEM. */
  publicKey(): Promise<string>
}

const ISSUER = 'opencrvs-national-id'
const AUDIENCE = 'mosip-api'

const CALL_SECONDS = 300

/** MOSIP's manual reviews take weeks, and whoever answers has only this token. */
const DELIVERY_SECONDS = 180 * 24 * 60 * 60

const MIN_BITS = 2048

/** Tokens signed with the first of the keys. The keys are read at the first call. */
export function createApiTokens(
  keys: Secret | readonly Secret[],
  clock: Clock
): ApiTokens {
  const read = readOnce(() => readKeys(keys))
  const seconds = () => Math.floor(clock.now() / 1000)

  async function sign(claims: object, lifetime: number): Promise<string> {
    const [first] = await read()
    const iat = seconds()
    return jwt.sign(
      // mosip-api stores each token once: two of the same second must differ.
      { ...claims, iat, exp: iat + lifetime, jti: newId() },
      first.privateKey,
      { algorithm: 'RS256', issuer: ISSUER, audience: AUDIENCE }
    )
  }

  return {
    forCall: () => sign({}, CALL_SECONDS),
    forDelivery: ({ event, operation, reference }) =>
      sign(
        { eventId: event.id, actionId: reference, operation },
        DELIVERY_SECONDS
      ),
    async read(authorization) {
      const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) throw unproven('shows no token')
      for (const { publicKey } of await read()) {
        const claims = claimsOf(token, publicKey, seconds())
        if (claims !== undefined) return claims
      }
      throw unproven('shows a token that is not ours or has ended')
    },
    async publicKey() {
      const [first] = await read()
      return first.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    }
  }
}

type KeyPair = { privateKey: KeyObject; publicKey: KeyObject }

async function readKeys(
  keys: Secret | readonly Secret[]
): Promise<readonly [KeyPair, ...KeyPair[]]> {
  const [first = '', ...others] = isList(keys) ? keys : [keys]
  return [
    await readPair(first, 'signingKeys[0]'),
    ...(await Promise.all(
      others.map((key, index) => readPair(key, `signingKeys[${index + 1}]`))
    ))
  ]
}

function isList(keys: Secret | readonly Secret[]): keys is readonly Secret[] {
  return Array.isArray(keys)
}

async function readPair(key: Secret, option: string): Promise<KeyPair> {
  const pem = await resolveSecret(key, option)
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(pem)
  } catch {
    throw wrongKey(option, 'is no private key in PEM')
  }
  const { modulusLength = 0 } = privateKey.asymmetricKeyDetails ?? {}
  if (privateKey.asymmetricKeyType !== 'rsa' || modulusLength < MIN_BITS) {
    throw wrongKey(option, `is no RSA key of ${MIN_BITS} bits or more`)
  }
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

function wrongKey(option: string, problem: string): NationalIdError {
  return new NationalIdError(
    `${option} ${problem}. Nothing was sent; make one with \`openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048\`.`,
    { code: 'ERR_SYSTEM_KEY', retryable: true }
  )
}

/** Undefined when this key has not signed it, or it is not about a delivery. */
function claimsOf(
  token: string,
  key: KeyObject,
  clockTimestamp: number
): DeliveryToken | undefined {
  try {
    const claims = jwt.verify(token, key, {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp
    })
    if (typeof claims === 'string') return undefined
    const { actionId, eventId, operation }: Record<string, unknown> = claims
    return isText(eventId, 64) && isText(actionId, 64) && isOperation(operation)
      ? { eventId, reference: actionId, operation }
      : undefined
  } catch {
    return undefined
  }
}

function isOperation(value: unknown): value is SystemOperation {
  return (
    value === 'createIdentity' ||
    value === 'updateIdentity' ||
    value === 'notifyDeath'
  )
}

function unproven(problem: string): AuthenticationError {
  return new AuthenticationError(
    `A call that should be mosip-api's ${problem}. Nothing was taken from it.`,
    { code: 'ERR_CALLBACK_SENDER' }
  )
}
