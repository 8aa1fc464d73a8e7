import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JsonObject } from '../../domain/json'
import { systemClock, type Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { SandboxPerson } from './sandbox-people'

/** An imaginary authority that signs what stands on an ID card. */
export type CredentialIssuer = {
  /** `iss` of its credentials. */
  readonly issuer: string
  /** For `qrCredentials({ trustedIssuers: [issuer.trusted] })`. */
  readonly trusted: { issuer: string; keys: Array<{ key: JsonObject }> }
  /**
   * Signs a credential: a compact JWS (RFC 7515) with ES256.
   *
   * @param flaw what is wrong with it; default nothing
   */
  sign(person: SandboxPerson, flaw?: CredentialFlaw): Promise<string>
}

/**
 * What can be wrong with a credential:
 * - `forged`: signed with a key that is not the issuer's, under the id of the issuer's;
 * - `edited`: a good signature, and another date of birth put in afterwards;
 * - `expired`: no longer valid;
 * - `foreign`: by an issuer that nobody knows.
 */
export type CredentialFlaw = 'forged' | 'edited' | 'expired' | 'foreign'

const YEAR_SECONDS = 365 * 24 * 60 * 60

/** Makes an issuer with a key of its own. */
export function createCredentialIssuer(
  options: {
    /** Default `https://id.sandbox.example`. */
    issuer?: string
    clock?: Clock
  } = {}
): CredentialIssuer {
  const { issuer = 'https://id.sandbox.example', clock = systemClock } = options
  const kid = newId().slice(0, 8)
  const own = newKey()
  const stranger = newKey()
  return {
    issuer,
    trusted: { issuer, keys: [{ key: { ...own.publicJwk, kid } }] },
    async sign(person, flaw) {
      const now = Math.floor(clock.now() / 1000)
      const validFor = flaw === 'expired' ? -1 : 1
      const token = await new SignJWT(claimsOf(person))
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(flaw === 'foreign' ? `${issuer}/other` : issuer)
        .setIssuedAt(now - 2 * YEAR_SECONDS)
        .setExpirationTime(now + validFor * YEAR_SECONDS)
        .sign(flaw === 'forged' ? stranger.privateKey : own.privateKey)
      return flaw === 'edited' ? withOtherBirthdate(token) : token
    }
  }
}

function newKey(): { privateKey: KeyObject; publicJwk: JsonObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256'
  })
  const {
    kty = '',
    crv = '',
    x = '',
    y = ''
  } = publicKey.export({
    format: 'jwk'
  })
  return { privateKey, publicJwk: { kty, crv, x, y, alg: 'ES256' } }
}

/** With OpenID Connect's names (Core 5.1). Short, because it has to fit into a QR code. */
function claimsOf(person: SandboxPerson): JsonObject {
  const { middleName, familyName } = person
  return {
    given_name: person.givenName,
    ...(middleName === undefined ? {} : { middle_name: middleName }),
    ...(familyName === undefined ? {} : { family_name: familyName }),
    birthdate: person.dateOfBirth,
    gender: person.sex,
    individual_id: person.individualId
  }
}

function withOtherBirthdate(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = Buffer.from(payload, 'base64url').toString('utf8')
  const edited = claims.replace(/"birthdate":"\d{4}/, '"birthdate":"2001')
  const next = Buffer.from(edited).toString('base64url')
  return [header, next, signature].join('.')
}
