import { createHash, createPrivateKey } from 'node:crypto'
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JWTPayload
} from 'jose'
import { newId } from '../../../src/internal/ids'
import type { RegisteredOpenIdClient } from '../../../src/sandbox/openid-provider/options'
import { createBrowser, type Browser, type Page } from './browser'

type Metadata = Record<string, string>

/** Claims of an assertion that are other than they should be; undefined: missing. */
export type Changes = Record<string, string | number | undefined>

/** What a relying party needs to know to finish. */
export type Begun = {
  browser: Browser
  page: Page
  nonce: string
  state: string
  codeVerifier: string
}

/** A small relying party of its own, so that the provider is not tested with the code that it serves to test. */
export type TestClient = {
  metadata(): Promise<Metadata>
  /** The parameters of an authorization request. */
  parameters(extra?: Record<string, string | undefined>): {
    query: Record<string, string>
    begun: Omit<Begun, 'browser' | 'page'>
  }
  begin(
    extra?: Record<string, string | undefined>,
    browser?: Browser
  ): Promise<Begun>
  /** Signs in on the pages and allows everything. Gives the query that the browser came back with. */
  signIn(
    begun: Begun,
    individualId: string,
    how?: { step?: string; code?: string; claims?: string[] }
  ): Promise<URLSearchParams>
  assertion(
    changes?: Changes,
    key?: CryptoKey,
    audience?: string
  ): Promise<string>
  /** Posts to the token endpoint with a good assertion. */
  exchange(
    begun: Pick<Begun, 'codeVerifier'>,
    code: string,
    changes?: Record<string, string>,
    headers?: Record<string, string>
  ): Promise<{ status: number; headers: Headers; body: Metadata }>
  userInfo(accessToken: string): Promise<Response>
  /** Verifies by the published keys. */
  verify(token: string): Promise<JWTPayload>
}

export const ASSERTION_TYPE =
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** @param alg of the client's own assertions */
export function createTestClient(
  issuer: string,
  { clientId, clientKey }: RegisteredOpenIdClient,
  redirectUri: string,
  alg = 'RS256'
): TestClient {
  const key = createPrivateKey(clientKey ?? '')
  let known: Promise<Metadata> | undefined

  async function discover(): Promise<Metadata> {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`)
    const body: unknown = await response.json()
    // Those members that the tests read are texts.
    return body as Metadata
  }

  function metadata(): Promise<Metadata> {
    known ??= discover()
    return known
  }

  async function assertion(
    changes: Changes = {},
    otherKey?: CryptoKey,
    audience?: string
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: audience ?? (await metadata())['token_endpoint'] ?? '',
      iat: now,
      exp: now + 60,
      jti: newId(),
      ...changes
    }
    return new SignJWT(claims).setProtectedHeader({ alg }).sign(otherKey ?? key)
  }

  function parameters(extra: Record<string, string | undefined> = {}) {
    const begun = {
      nonce: newId(),
      state: newId(),
      codeVerifier: `${newId()}${newId()}`
    }
    const query = {
      client_id: clientId,
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: redirectUri,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: createHash('sha256')
        .update(begun.codeVerifier)
        .digest('base64url'),
      code_challenge_method: 'S256',
      ...extra
    }
    const given = Object.entries(query).filter(
      (entry): entry is [string, string] => entry[1] !== undefined
    )
    return { query: Object.fromEntries(given), begun }
  }

  return {
    metadata,
    parameters,
    assertion,
    async begin(extra = {}, browser = createBrowser(issuer)) {
      const { query, begun } = parameters(extra)
      const endpoint = (await metadata())['authorization_endpoint']
      const page = await browser.open(
        `${endpoint}?${new URLSearchParams(query).toString()}`
      )
      return { ...begun, browser, page }
    },
    async signIn({ browser, page }, individualId, how = {}) {
      const step = how.step ?? 'one-time-code'
      const code = how.code ?? (step === 'static-code' ? '545411' : '111111')
      await browser.post(page, { step, individual_id: individualId })
      const consent = await browser.post(page, { step: 'verify', code })
      const claim = how.claims ?? offeredClaims(consent.text)
      const end = await browser.post(page, { step: 'allow', claim })
      return new URL(end.url).searchParams
    },
    async exchange({ codeVerifier }, code, changes = {}, headers = {}) {
      const response = await fetch((await metadata())['token_endpoint'] ?? '', {
        method: 'POST',
        headers,
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
          client_id: clientId,
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: await assertion(),
          ...changes
        })
      })
      const body: unknown = await response.json()
      // As above.
      return {
        status: response.status,
        headers: response.headers,
        body: body as Metadata
      }
    },
    userInfo: async (accessToken) =>
      fetch((await metadata())['userinfo_endpoint'] ?? '', {
        headers: { authorization: `Bearer ${accessToken}` }
      }),
    async verify(token) {
      const keys = createRemoteJWKSet(
        new URL((await metadata())['jwks_uri'] ?? '')
      )
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: clientId
      })
      return payload
    }
  }
}

/** Names of the claims on the consent page that can be ticked or are required. */
export function offeredClaims(html: string): string[] {
  return [...html.matchAll(/name="claim" value="([^"]+)"/g)].map(
    ([, name]) => name ?? ''
  )
}

/** A key for DPoP proofs (RFC 9449). */
export async function createDpopKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: (
      method: string,
      url: string,
      claims: { nonce?: string; ath?: string } = {}
    ) =>
      new SignJWT({ jti: newId(), htm: method, htu: url, ...claims })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
        .setIssuedAt()
        .sign(privateKey)
  }
}
