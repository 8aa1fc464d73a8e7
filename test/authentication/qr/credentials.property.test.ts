import fc from '../../fast-check'
import { qrCredentials } from '../../../src/authentication/qr'
import type { JsonObject, JsonValue } from '../../../src/domain/json'
import {
  CLAIMS,
  CREDENTIAL,
  jws,
  METHOD,
  NOW,
  OPTIONS,
  proven
} from './sample-credentials'

const { check } = qrCredentials(OPTIONS).create({ clock: { now: () => NOW } })

const json = fc.jsonValue({ maxDepth: 6 }) as fc.Arbitrary<JsonValue>
const segment = fc
  .oneof(fc.json(), fc.string())
  .map((text) => Buffer.from(text).toString('base64url'))

describe('checking any content', () => {
  it('proves nothing and never throws for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (content) => {
        expect((await check(content)).proven).toBe(false)
      }),
      { numRuns: 500 }
    )
  })

  it('proves nothing and never throws for what no JSON can hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (content) => {
        expect((await check(content as JsonValue)).proven).toBe(false)
      }),
      { numRuns: 500 }
    )
  })

  it('proves nothing and never throws for any three segments', async () => {
    await fc.assert(
      fc.asyncProperty(segment, segment, segment, async (...parts) => {
        expect((await check(parts.join('.'))).proven).toBe(false)
      }),
      { numRuns: 500 }
    )
  })

  it('proves nothing and never throws for any header of a signed text', async () => {
    const [, payload, signature] = (await jws(CLAIMS)).split('.')
    const header = fc.record(
      {
        alg: fc.oneof(fc.constantFrom('ES256', 'none', 'HS256', 'RS256'), json),
        kid: fc.oneof(fc.constantFrom('ec-1', 'rs-1', 'ed-1'), json),
        crit: json,
        b64: json,
        jwk: json
      },
      { requiredKeys: [] }
    )
    await fc.assert(
      fc.asyncProperty(header, async (value) => {
        // The very header that was signed is no forgery.
        fc.pre(JSON.stringify(value) !== '{"alg":"ES256","kid":"ec-1"}')
        const text = Buffer.from(JSON.stringify(value)).toString('base64url')
        const verdict = await check([text, payload, signature].join('.'))
        expect(verdict.proven).toBe(false)
      }),
      { numRuns: 300 }
    )
  })

  it('proves nothing and never throws for any credential with any proof', async () => {
    const proof = fc.record(
      {
        jws: fc.oneof(
          json,
          fc.tuple(segment, segment).map((two) => two.join('..'))
        ),
        verificationMethod: fc.oneof(fc.constant(METHOD), json)
      },
      { requiredKeys: [] }
    )
    await fc.assert(
      fc.asyncProperty(json, proof, async (credentialSubject, made) => {
        const content = { ...CREDENTIAL, credentialSubject, proof: made }
        // Built of JSON alone.
        expect((await check(content as JsonObject)).proven).toBe(false)
      }),
      { numRuns: 300 }
    )
  })
})

describe('checking a good credential with one byte changed', () => {
  const other = fc.stringMatching(/^[A-Za-z0-9_-]$/)

  it('does not prove a JWS', async () => {
    const good = await jws(CLAIMS)
    // The last character of 64 bytes in base64url has four bits that say
    // nothing, so another one there may be the same signature.
    const at = fc.nat({ max: good.length - 2 })
    await fc.assert(
      fc.asyncProperty(at, other, async (position, character) => {
        fc.pre(good[position] !== character)
        const changed =
          good.slice(0, position) + character + good.slice(position + 1)
        expect((await check(changed)).proven).toBe(false)
      }),
      { numRuns: 300 }
    )
  })

  it('does not prove a JSON credential', async () => {
    const { proof, ...claims } = proven(CREDENTIAL)
    const text = JSON.stringify(claims)
    const at = fc.nat({ max: text.length - 2 })
    await fc.assert(
      fc.asyncProperty(at, other, async (position, character) => {
        fc.pre(text[position] !== character)
        const changed =
          text.slice(0, position) + character + text.slice(position + 1)
        const whole = `${changed.slice(0, -1)},"proof":${JSON.stringify(proof)}}`
        expect((await check(whole)).proven).toBe(false)
      }),
      { numRuns: 300 }
    )
  })
})
