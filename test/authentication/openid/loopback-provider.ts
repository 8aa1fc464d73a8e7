import { createHash, randomUUID } from 'node:crypto'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  calculateJwkThumbprint,
  CompactEncrypt,
  CompactSign,
  compactVerify,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK
} from 'jose'

/** A key pair with what stands in a JWK Set. */
export type Signer = { privateKey: CryptoKey; publicJwk: JWK; alg: string }

export type Answer = {
  status?: number
  headers?: Record<string, string>
  body: string
}

export type Claims = Record<string, unknown>

/** What a provider does; tests change it as they go. */
export type Behaviour = {
  /** Replaces members of the discovery document; undefined takes one out. */
  metadata: Claims
  published: Signer[]
  signer: Signer
  acr: string | undefined
  person: Claims
  idToken: (claims: Claims, accessToken: string) => Claims
  sign: (claims: Claims, signer: Signer) => Promise<string>
  userInfo: (claims: Claims, signer: Signer) => Promise<Answer>
  /** Stands in for an endpoint, by its path. */
  instead: Record<
    string,
    (request: http.IncomingMessage) => Answer | 'silence' | undefined
  >
  tokenType: string
  /** Proofs of possession need a nonce of the server's. */
  wantsDpopNonce: boolean
}

export type Seen = {
  method: string
  path: string
  headers: http.IncomingHttpHeaders
  form: URLSearchParams
}

export type LoopbackProvider = {
  issuer: string
  behaviour: Behaviour
  seen: Seen[]
  calls(path: string): Seen[]
  /** What a browser that follows the URL brings back, once the person has agreed. */
  signIn(url: string): URLSearchParams
  close(): Promise<void>
}

/** 6 May 2031: no test may depend on the wall clock. */
export const NOW = Date.UTC(2031, 4, 6, 10, 0, 0)

export async function newSigner(alg: string, kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, {
    extractable: true
  })
  const publicJwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg }
  return { privateKey, publicJwk, alg }
}

export async function signClaims(
  claims: Claims,
  { alg, privateKey, publicJwk }: Signer
): Promise<string> {
  const header = {
    alg,
    ...(publicJwk.kid === undefined ? {} : { kid: publicJwk.kid })
  }
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader(header)
    .sign(privateKey)
}

export async function encryptTo(
  publicJwk: JWK,
  text: string,
  alg = 'RSA-OAEP-256'
): Promise<string> {
  const { kid, ...key } = publicJwk
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({
      alg,
      enc: 'A256GCM',
      ...(kid === undefined ? {} : { kid })
    })
    .encrypt(await importJWK(key, alg))
}

/** Made once: RSA keys take their time. */
const FIRST_SIGNER = newSigner('RS256', 'op-1')

type Pending = { parameters: URLSearchParams; spent: boolean }

/**
 * An OpenID Connect provider on loopback that holds its clients to the protocol (client assertion, PKCE, redirect URI,
 * one use of a code), and misbehaves on demand.
 */
export async function startProvider(client: {
  id: string
  publicJwk?: JWK
  secret?: string
  /** The provider's clock. Default `NOW`. */
  now?: number
}): Promise<LoopbackProvider> {
  const seconds = (client.now ?? NOW) / 1000
  const signer = await FIRST_SIGNER
  const pushed = new Map<string, URLSearchParams>()
  const codes = new Map<string, Pending>()
  const assertions = new Set<string>()
  const seen: Seen[] = []
  const behaviour: Behaviour = {
    metadata: {},
    published: [signer],
    signer,
    acr: 'mosip:idp:acr:generated-code',
    person: { name: 'Amina Rose Samplefamily', birthdate: '1994/05/17' },
    idToken: (claims) => claims,
    sign: signClaims,
    userInfo: async (claims, key) => ({
      headers: { 'content-type': 'application/jwt' },
      body: await signClaims(claims, key)
    }),
    instead: {},
    tokenType: 'Bearer',
    wantsDpopNonce: false
  }

  const server = http.createServer((request, response) => {
    void respond(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function respond(
    request: http.IncomingMessage,
    response: http.ServerResponse
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = new URL(request.url ?? '/', issuer).pathname
    const call = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      form: new URLSearchParams(Buffer.concat(chunks).toString())
    }
    seen.push(call)
    const answer =
      behaviour.instead[path]?.(request) ?? (await answerTo(call).catch(broken))
    if (answer === 'silence') return
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json',
      ...answer.headers
    })
    response.end(answer.body)
  }

  async function answerTo(call: Seen): Promise<Answer> {
    if (call.path === '/.well-known/openid-configuration') return metadata()
    if (call.path === '/jwks') {
      return json({ keys: behaviour.published.map((each) => each.publicJwk) })
    }
    if (call.path === '/par') return push(call)
    if (call.path === '/token') return token(call)
    if (call.path === '/userinfo') return userInfo(call)
    return json({ error: 'not_found' }, 404)
  }

  function metadata(): Answer {
    return json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      ...behaviour.metadata
    })
  }

  async function push(call: Seen): Promise<Answer> {
    const refused = await refuseClient(call, `${issuer}/par`)
    if (refused !== undefined) return refused
    const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
    pushed.set(uri, call.form)
    return json({ request_uri: uri, expires_in: 60 }, 201)
  }

  async function refuseClient(
    { form, headers }: Seen,
    endpoint: string
  ): Promise<Answer | undefined> {
    const invalid = json({ error: 'invalid_client' }, 401)
    if (client.secret !== undefined) {
      // Both halves are form-encoded (RFC 6749, 2.3.1).
      const [, sent = ''] = (headers.authorization ?? '').split('Basic ')
      const pair = decodeURIComponent(Buffer.from(sent, 'base64').toString())
      return pair === `${client.id}:${client.secret}` ? undefined : invalid
    }
    const assertion = form.get('client_assertion') ?? ''
    const { alg } = decodeProtectedHeader(assertion)
    const key = await importJWK(client.publicJwk!, alg)
    const verified = await compactVerify(assertion, key).catch(() => undefined)
    if (verified === undefined) return invalid
    const { payload } = verified
    const claims = JSON.parse(Buffer.from(payload).toString()) as Claims
    const isGood =
      claims.iss === client.id &&
      claims.sub === client.id &&
      [endpoint, issuer].includes(String(claims.aud)) &&
      typeof claims.jti === 'string' &&
      !assertions.has(claims.jti) &&
      Math.abs(Number(claims.iat) - seconds) <= 5 &&
      Number(claims.exp) > seconds
    assertions.add(String(claims.jti))
    return isGood ? undefined : invalid
  }

  async function token(call: Seen): Promise<Answer> {
    const refused = await refuseClient(call, `${issuer}/token`)
    if (refused !== undefined) return refused
    const nonceNeeded = dpopRefusal(call, 400)
    if (nonceNeeded !== undefined) return nonceNeeded
    const pending = codes.get(call.form.get('code') ?? '')
    const asked = pending?.parameters
    const challenge = createHash('sha256')
      .update(call.form.get('code_verifier') ?? '')
      .digest('base64url')
    if (
      pending === undefined ||
      pending.spent ||
      asked?.get('code_challenge') !== challenge ||
      asked.get('code_challenge_method') !== 'S256' ||
      asked.get('redirect_uri') !== call.form.get('redirect_uri')
    ) {
      return json({ error: 'invalid_grant' }, 400)
    }
    pending.spent = true
    const proof = dpopProof(call)
    if (proof !== undefined) {
      const thumbprint = await calculateJwkThumbprint(proof.jwk as JWK)
      const bound = asked.get('dpop_jkt')
      if (bound !== null && bound !== thumbprint) {
        return json({ error: 'invalid_dpop_proof' }, 400)
      }
    }
    const accessToken = `at-${randomUUID()}`
    const claims: Claims = {
      iss: issuer,
      sub: 'pairwise-1',
      aud: client.id,
      iat: seconds,
      exp: seconds + 300,
      auth_time: seconds - 5,
      nonce: asked.get('nonce'),
      at_hash: createHash('sha256')
        .update(accessToken)
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
      ...(behaviour.acr === undefined ? {} : { acr: behaviour.acr })
    }
    return json({
      access_token: accessToken,
      token_type: proof === undefined ? behaviour.tokenType : 'DPoP',
      expires_in: 300,
      id_token: await behaviour.sign(
        behaviour.idToken(claims, accessToken),
        behaviour.signer
      )
    })
  }

  function dpopProof({ headers }: Seen): Claims | undefined {
    const proof = headers.dpop
    if (typeof proof !== 'string') return undefined
    const [, payload = ''] = proof.split('.')
    return {
      ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims),
      jwk: decodeProtectedHeader(proof).jwk
    }
  }

  function dpopRefusal(call: Seen, status: number): Answer | undefined {
    if (!behaviour.wantsDpopNonce) return undefined
    const proof = dpopProof(call)
    if (proof === undefined) return json({ error: 'invalid_dpop_proof' }, 400)
    if (proof.nonce === `nonce-of-${call.path}`) return undefined
    return {
      status,
      headers: {
        'dpop-nonce': `nonce-of-${call.path}`,
        'www-authenticate': 'DPoP error="use_dpop_nonce"'
      },
      body: JSON.stringify({ error: 'use_dpop_nonce' })
    }
  }

  async function userInfo(call: Seen): Promise<Answer> {
    const nonceNeeded = dpopRefusal(call, 401)
    if (nonceNeeded !== undefined) return nonceNeeded
    const scheme = dpopProof(call) === undefined ? 'Bearer at-' : 'DPoP at-'
    if (call.headers.authorization?.startsWith(scheme) !== true) {
      return {
        status: 401,
        headers: { 'www-authenticate': 'error="invalid_token"' },
        body: ''
      }
    }
    return behaviour.userInfo(
      { sub: 'pairwise-1', ...behaviour.person },
      behaviour.signer
    )
  }

  return {
    issuer,
    behaviour,
    seen,
    calls: (path) => seen.filter((call) => call.path === path),
    signIn(url) {
      const query = new URL(url).searchParams
      const parameters = pushed.get(query.get('request_uri') ?? '') ?? query
      const code = randomUUID()
      codes.set(code, { parameters, spent: false })
      return new URLSearchParams({ code, state: parameters.get('state') ?? '' })
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}

function json(body: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(body) }
}

function broken(error: unknown): Answer {
  return json({ error: 'server_error', detail: String(error) }, 500)
}
