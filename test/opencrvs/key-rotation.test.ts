import nock from 'nock'
import { createTokenVerifier } from 'opencrvs-national-id/opencrvs'
import {
  EVENT_ID,
  heldClock,
  newKeys,
  recordClaims,
  signToken
} from './issued-tokens'

const AUTH_URL = 'http://auth.test:4040'
const oldKeys = newKeys()
const keys = newKeys()
const goodToken = signToken(keys, recordClaims())

beforeAll(() => nock.disableNetConnect())
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
})
afterAll(() => nock.restore())

const keyRequest = () => nock(AUTH_URL).get('/.well-known')

/** A verifier that has the key from before the rotation. */
async function rotated() {
  const clock = heldClock()
  const verifier = createTokenVerifier({ authUrl: AUTH_URL, clock })
  keyRequest().reply(200, oldKeys.pem)
  await verifier.check()
  return { clock, verify: () => verifier.verify(goodToken) }
}

const invalid = { code: 'ERR_TOKEN_INVALID' }

describe('a key that was rotated', () => {
  it('is found a second after the auth service had failed to give it', async () => {
    const { clock, verify } = await rotated()
    keyRequest().reply(503)
    await expect(verify()).rejects.toMatchObject(invalid)
    // Not at once, however many calls come: nock has no second answer.
    await expect(verify()).rejects.toMatchObject(invalid)
    clock.advance(1_000)
    keyRequest().reply(200, keys.pem)
    expect((await verify()).eventId).toBe(EVENT_ID)
  })

  it('is found though the clock was put back after the last look for it', async () => {
    const { clock, verify } = await rotated()
    // No new key yet: a forged token, say.
    keyRequest().reply(200, oldKeys.pem)
    await expect(verify()).rejects.toMatchObject(invalid)
    clock.advance(-1_000)
    keyRequest().reply(200, keys.pem)
    expect((await verify()).eventId).toBe(EVENT_ID)
  })

  it('is found after a failure though the clock was put back since', async () => {
    const clock = heldClock()
    const verifier = createTokenVerifier({ authUrl: AUTH_URL, clock })
    keyRequest().reply(503)
    await expect(verifier.verify(goodToken)).rejects.toMatchObject({
      code: 'ERR_KEY_UNAVAILABLE'
    })
    clock.advance(-3_600_000)
    keyRequest().reply(200, keys.pem)
    expect((await verifier.verify(goodToken)).eventId).toBe(EVENT_ID)
  })
})
