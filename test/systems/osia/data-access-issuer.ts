import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import type { ReaderKey } from '../../../src/systems/osia/data-access'

export const ISSUER = 'https://login.example.org/realms/register'
export const AUDIENCE = 'civil-registry'

/** All that a reader can be allowed. */
const EVERY_SCOPE = 'cr.person.read cr.person.match cr.person.verify'

/** What a token says; undefined for what it does not say. */
export type Claims = Record<string, unknown>

/** Signs tokens, and publishes its keys as a real server does. */
export type Issuer = {
  readonly url: string
  /** How often its keys were asked for. */
  asked: number
  /** What it publishes. */
  keys: ReaderKey[]
  /** What it answers instead of its keys. */
  fault?: number | undefined
  /** Makes a further key, and signs with it from now on. */
  rotate(kid?: string): Promise<void>
  /** A good token, with the given claims changed; undefined takes one out. */
  token(
    claims?: Claims,
    how?: {
      alg?: string
      kid?: string | undefined
      key?: CryptoKey | Uint8Array
    }
  ): Promise<string>
  stop(): Promise<void>
}

/** @param now in milliseconds since 1970; what is signed is good for five minutes from then */
export async function startIssuer(
  now: () => number = Date.now
): Promise<Issuer> {
  let privateKey: CryptoKey
  let current: string | undefined
  const server = createServer((_request, response) => {
    issuer.asked += 1
    response.statusCode = issuer.fault ?? 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: issuer.keys }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // Listening on a port, it has an address of this kind.
  const { port } = server.address() as AddressInfo
  const issuer: Issuer = {
    url: `http://127.0.0.1:${port}/jwks`,
    asked: 0,
    keys: [],
    async rotate(kid) {
      const pair = await generateKeyPair('ES256', { extractable: true })
      privateKey = pair.privateKey
      current = kid
      const key = await exportJWK(pair.publicKey)
      issuer.keys.push({
        ...key,
        kty: 'EC',
        use: 'sig',
        ...(kid === undefined ? {} : { kid })
      })
    },
    token(claims = {}, how = {}) {
      const seconds = Math.floor(now() / 1000)
      const { alg = 'ES256', key = privateKey } = how
      const kid = 'kid' in how ? how.kid : current
      const payload = {
        iss: ISSUER,
        aud: AUDIENCE,
        iat: seconds,
        exp: seconds + 300,
        client_id: 'population-register',
        scope: EVERY_SCOPE,
        ...claims
      }
      return new SignJWT(payload)
        .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
        .sign(key)
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      })
  }
  await issuer.rotate('first')
  return issuer
}
