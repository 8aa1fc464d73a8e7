import nock from 'nock'
import type { SystemOperation } from '../../../src/domain/decision'
import { mosip, type MosipOptions } from '../../../src/systems/mosip'
import type { SystemFinding } from '../../../src/systems/system'
import { callContext, systemRequest } from '../contract'
import {
  TOKEN_PATH,
  BASE_URL,
  CALLBACK_URL,
  IDA,
  TestClock,
  everythingIn,
  failureOf,
  mosipOptions,
  mosipSystem,
  type Loose
} from './made'
import { guardNetwork, service, tokens } from './services'

guardNetwork()

const STATUS_PATH =
  '/registrationprocessor/v1/registrationstatus/externalstatus/search'
const { reference } = systemRequest()

function status(operation: SystemOperation = 'createIdentity') {
  const system = mosipSystem({ status: true })
  return system.status!({ reference, operation }, callContext())
}

function entry(statusCode: string, more: object = {}) {
  return {
    body: {
      response: [{ registrationId: reference, statusCode, ...more }],
      errors: []
    }
  }
}

describe('the status of a packet', () => {
  it('is asked by the application id', async () => {
    tokens('t1')
    const got = service('POST', STATUS_PATH, entry('PROCESSING'))
    expect(await status()).toEqual({ outcome: 'pending' })
    expect(got[0]!.body).toMatchObject({
      request: [{ registrationId: reference }]
    })
    expect(got[0]!.headers.cookie).toBe('Authorization=t1')
  })

  it.each<[string, SystemOperation, object]>([
    // Only the credential has the number.
    ['PROCESSED', 'createIdentity', { outcome: 'pending' }],
    ['PROCESSED', 'notifyDeath', { outcome: 'accepted' }],
    ['AWAITING_INFORMATION', 'createIdentity', { outcome: 'pending' }],
    ['RESEND', 'createIdentity', { outcome: 'unknown' }],
    [
      'REJECTED',
      'createIdentity',
      { outcome: 'refused', code: 'REJECTED', reason: 'Twice.' }
    ]
  ])('%s of %s is told as %j', async (code, operation, answer) => {
    tokens('t1')
    service('POST', STATUS_PATH, entry(code, { statusComment: 'Twice.' }))
    expect(await status(operation)).toEqual(answer)
  })

  it('is unknown where MOSIP has never seen the packet', async () => {
    tokens('t1')
    service('POST', STATUS_PATH, {
      body: {
        response: [],
        errors: [{ errorCode: 'RPR-RGS-031', registrationId: reference }]
      }
    })
    expect(await status()).toEqual({ outcome: 'unknown' })
  })

  it.each([
    [
      'another error',
      { response: null, errors: [{ errorCode: 'RPR-RGS-001' }] }
    ],
    ['nothing at all', { response: [], errors: [] }],
    [
      'another packet',
      {
        response: [{ registrationId: 'x', statusCode: 'PROCESSED' }],
        errors: []
      }
    ]
  ])('is not told by %s', async (_what, body) => {
    tokens('t1')
    service('POST', STATUS_PATH, { body })
    expect(await failureOf(status())).toMatchObject({ name: 'SystemError' })
  })
})

describe('the look at the connection', () => {
  const signal = new AbortController().signal

  async function findings(
    clock = new TestClock(),
    changes: Partial<MosipOptions> = { ida: IDA }
  ): Promise<Record<string, SystemFinding>> {
    const system = mosip(mosipOptions(changes)).create({
      clock,
      callbackUrl: CALLBACK_URL
    })
    const found = await system.check!({ signal })
    return Object.fromEntries(found.map((one) => [one.check, one]))
  }

  function dated(clock: TestClock, skewMs: number): void {
    nock(BASE_URL)
      .post(TOKEN_PATH)
      .twice()
      .reply(
        200,
        { response: {}, errors: null },
        {
          'set-cookie': 'Authorization=t',
          date: new Date(clock.at + skewMs).toUTCString()
        }
      )
  }

  it('finds all well', async () => {
    const clock = new TestClock()
    dated(clock, 0)
    const found = await findings(clock)
    expect(Object.keys(found)).toEqual([
      'credentials of client',
      'clock, as client sees it',
      'credentials of websub.client',
      'clock, as websub.client sees it',
      'certificate of websub.keys[0]',
      'certificate of ida.certificate',
      'certificate of ida.signingKey',
      'subscription to crvs-partner/CREDENTIAL_ISSUED',
      'id schema',
      'fields of createIdentity',
      'fields of updateIdentity',
      'fields of notifyDeath'
    ])
    const troubled = Object.values(found).filter(({ state }) => state !== 'ok')
    // The subscription is made after the start.
    expect(troubled.map(({ check }) => check)).toEqual([
      'subscription to crvs-partner/CREDENTIAL_ISSUED'
    ])
  })

  it('finds refused credentials, with a remedy and without the secret', async () => {
    nock(BASE_URL).post(TOKEN_PATH).twice().reply(401, 'no')
    const found = (await findings())['credentials of client']
    expect(found).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('client.clientId')
    })
    expect(JSON.stringify(found)).not.toMatch(/lab-packet-secret/)
  })

  it('finds a MOSIP that is not there', async () => {
    nock(BASE_URL)
      .post(TOKEN_PATH)
      .twice()
      .replyWithError(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
    expect((await findings())['credentials of client']).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('ENOTFOUND')
    })
  })

  it.each([
    [100_000, 'warning', /100 s behind/],
    [-600_000, 'failed', /600 s ahead of/]
  ])('finds clocks %i ms apart', async (skewMs, state, text) => {
    const clock = new TestClock()
    clock.at = Math.floor(clock.at / 1000) * 1000
    dated(clock, skewMs)
    expect((await findings(clock))['clock, as client sees it']).toMatchObject({
      state,
      found: expect.stringMatching(text),
      remedy: expect.stringContaining('NTP')
    })
  })

  it.each([
    ['ends soon', Date.UTC(2036, 10, 10), 'warning'],
    ['has ended', Date.UTC(2040, 0, 1), 'failed'],
    ['is not in force', Date.UTC(2020, 0, 1), 'failed']
  ])('finds a certificate that %s', async (_what, at, state) => {
    const clock = new TestClock()
    clock.at = at
    dated(clock, 0)
    expect(
      (await findings(clock))['certificate of ida.certificate']
    ).toMatchObject({ state, remedy: expect.stringMatching(/./) })
  })

  it('finds a key that cannot be read', async () => {
    const clock = new TestClock()
    dated(clock, 0)
    const found = await findings(clock, {
      ida: { ...IDA, certificate: 'not a certificate' }
    })
    expect(found['certificate of ida.certificate']).toMatchObject({
      state: 'failed'
    })
    expect(everythingIn(found)).not.toMatch(/not a certificate/)
  })

  it('finds patterns that only MOSIP can check', async () => {
    const clock = new TestClock()
    dated(clock, 0)
    const { idSchema } = mosipOptions()
    const schema = structuredClone(idSchema.schema) as Loose
    schema.properties.identity.properties.email.validators[0].validator =
      '(?i)[a-z]++'
    const found = await findings(clock, { idSchema: { version: '1', schema } })
    expect(found['id schema']).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('email')
    })
  })
})
