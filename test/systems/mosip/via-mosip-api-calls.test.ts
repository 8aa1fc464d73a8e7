import { createPublicKey } from 'node:crypto'
import nock from 'nock'
import type { SystemRequest } from '../../../src/domain/delivery'
import type { VerificationRequest } from '../../../src/systems/system'
import { callContext } from '../contract'
import { everythingIn, failureOf, fixture, type Loose } from './made'
import { birthRequest, guardNetwork, type Got } from './services'
import {
  API_URL,
  OTHER_KEY,
  SHORT_KEY,
  SIGNING_KEY,
  apiSystem,
  claimsIn,
  isSignedBy
} from './via-mosip-api'

guardNetwork()

const PUBLIC_KEY = createPublicKey(SIGNING_KEY)
  .export({ type: 'spki', format: 'pem' })
  .toString()

function answering(
  path: string,
  status: number,
  body: nock.Body = {},
  method: 'GET' | 'POST' = 'POST'
): Got {
  const got: Got = []
  nock(API_URL)
    .intercept(path, method)
    .reply(function (_uri, sent) {
      got.push({ body: sent, headers: this.req.headers })
      return [status, body]
    })
  return got
}

const REGISTRATION = '/events/registration'

function tokenIn(got: Got): string {
  const header = String(got[0]?.headers.authorization)
  expect(header).toMatch(/^Bearer /)
  return header.slice('Bearer '.length)
}

/** The fields of a recorded body whose values do not depend on the moment, compared with ours. */
function same(body: Loose, recorded: Loose, fields: readonly string[]): void {
  for (const field of fields) {
    const [ours, theirs] = [body, recorded].map(({ requestFields }) =>
      /^\s*\[/.test(requestFields[field])
        ? JSON.parse(requestFields[field])
        : requestFields[field]
    )
    expect({ [field]: ours }).toEqual({ [field]: theirs })
  }
}

describe('a registration by way of mosip-api', () => {
  it('says of a birth what the recorded country configuration says', async () => {
    const got = answering(REGISTRATION, 202)
    const system = apiSystem({
      notification: {
        name: { attribute: 'informant' },
        email: { attribute: 'email' },
        phone: { attribute: 'phone' }
      }
    })
    const answer = await system.submit(birthRequest(), callContext())
    expect(answer).toEqual({ outcome: 'pending' })
    const body = got[0]?.body
    const { request } = fixture(
      'birth/01-countryconfig-to-mosip-api-post-registration.json'
    )
    const recorded = request.body
    same(body, recorded, [
      'birthCertificateNumber',
      'fullName',
      'dateOfBirth',
      'gender',
      'addressLine1'
    ])
    expect(body.notification).toEqual(recorded.notification)
    expect(body.trackingId).toBe('TRK001')
    // Ours has the id schema besides, which releases of 2026 take.
    expect(Object.keys(body).sort()).toEqual(
      [...Object.keys(recorded), 'schemaJson'].sort()
    )
    expect(Object.keys(body.metaInfo)).toEqual(Object.keys(recorded.metaInfo))
    expect(Object.keys(body.audit)).toEqual(Object.keys(recorded.audit))
    expect(JSON.parse(body.metaInfo.metaData)).toEqual(
      JSON.parse(recorded.metaInfo.metaData)
    )
    expect(JSON.parse(body.metaInfo.operationsData)).toEqual(
      JSON.parse(recorded.metaInfo.operationsData)
    )
  })

  it('says of a death the number by which mosip-api knows it, and is done with that', async () => {
    const got = answering(REGISTRATION, 202)
    const answer = await apiSystem().submit(
      birthRequest({
        operation: 'notifyDeath',
        identifier: '1234567892',
        registrationNumber: '2026D0000001'
      }),
      callContext()
    )
    expect(answer).toEqual({ outcome: 'accepted' })
    const { requestFields } = got[0]?.body ?? {}
    expect(requestFields).toEqual({
      VID: '1234567892',
      declaredAsDeceased: 'Y',
      deathCertificateNumber: '2026D0000001'
    })
  })

  it('carries a token of our own, which the published key proves and which no other call carries', async () => {
    const first = answering(REGISTRATION, 202)
    const second = answering(REGISTRATION, 202)
    const system = apiSystem()
    const request = birthRequest()
    await system.submit(request, callContext())
    await system.submit(request, callContext())
    const token = tokenIn(first)
    const route = system.routes?.find(({ path }) => path.endsWith('public-key'))
    const published = await route?.handle({
      method: 'GET',
      headers: {},
      query: {},
      params: {},
      rawBody: Buffer.alloc(0)
    })
    expect(published?.body).toBe(PUBLIC_KEY)
    expect(isSignedBy(token, String(published?.body))).toBe(true)
    expect(claimsIn(token)).toMatchObject({
      eventId: request.event.id,
      actionId: request.reference,
      operation: 'createIdentity'
    })
    // mosip-api's table takes a token once.
    expect(tokenIn(second)).not.toBe(token)
  })

  it('sends an update where releases of 2026 take it, with what changed alone', async () => {
    const got = answering('/events/update-biographics', 202)
    const answer = await apiSystem().submit(
      birthRequest({
        operation: 'updateIdentity',
        identifier: '5550001112',
        changes: ['dateOfBirth']
      }),
      callContext()
    )
    expect(answer).toEqual({ outcome: 'accepted' })
    expect(got[0]?.body.requestFields).toEqual({
      VID: '5550001112',
      dateOfBirth: '2026/10/02'
    })
  })

  it.each<[string, Partial<SystemRequest>]>([
    ['birth', { operation: 'createIdentity' }],
    ['death', { operation: 'notifyDeath', identifier: '1234567892' }]
  ])(
    'sends no %s without a number, which mosip-api would take and forget',
    async (_event, changes) => {
      const { registrationNumber: _none, ...request } = birthRequest(changes)
      const error = await failureOf(apiSystem().submit(request, callContext()))
      expect(error).toMatchObject({
        code: 'ERR_SYSTEM_MAPPING',
        retryable: false
      })
    }
  )

  it.each([
    [200, 'a page', 'ERR_SYSTEM_UNREADABLE', true, true],
    [401, {}, 'ERR_SYSTEM_UNAUTHORIZED', true, false],
    [404, {}, 'ERR_SYSTEM_CALL', false, false],
    [413, {}, 'ERR_SYSTEM_CALL', false, false],
    [429, {}, 'ERR_SYSTEM_BUSY', true, false],
    [500, {}, 'ERR_SYSTEM_FAILED', true, true],
    [502, {}, 'ERR_SYSTEM_FAILED', true, true],
    [503, {}, 'ERR_SYSTEM_FAILED', true, true]
  ])(
    'knows of %i whether the work may have begun',
    async (status, body, code, retryable, outcomeUnknown) => {
      answering(REGISTRATION, status, body)
      const error = await failureOf(
        apiSystem().submit(birthRequest(), callContext())
      )
      expect(error).toMatchObject({ code, retryable, outcomeUnknown })
      expect(everythingIn(error)).not.toMatch(/Amina|2026B|eyJ/)
    }
  )

  it('knows that a refused connection has begun nothing, and a cut one may have', async () => {
    for (const [code, outcomeUnknown] of [
      ['ECONNREFUSED', false],
      ['ECONNRESET', true]
    ] as const) {
      nock(API_URL)
        .post(REGISTRATION)
        .replyWithError(Object.assign(new Error('cut'), { code }))
      const error = await failureOf(
        apiSystem().submit(birthRequest(), callContext())
      )
      expect(error).toMatchObject({
        code: 'ERR_SYSTEM_UNREACHABLE',
        outcomeUnknown
      })
    }
  })

  it.each([
    ['text', 'no key'],
    ['a short key', SHORT_KEY]
  ])('sends nothing when the signing key is %s', async (_what, key) => {
    const error = await failureOf(
      apiSystem({ signingKeys: [key, OTHER_KEY] }).submit(
        birthRequest(),
        callContext()
      )
    )
    expect(error).toMatchObject({ code: 'ERR_SYSTEM_KEY' })
    expect(everythingIn(error)).toContain('signingKeys[0]')
    expect(everythingIn(error)).not.toContain('PRIVATE')
  })
})

const MOTHER: VerificationRequest = {
  reference: 'verify-0001',
  identifier: '1234567890',
  person: {
    name: { firstname: 'Amina', surname: 'Samplefamily' },
    dateOfBirth: '1994-05-17',
    sex: 'female',
    attributes: {}
  }
}

describe('a verification by way of mosip-api', () => {
  it('asks what the recorded country configuration asks', async () => {
    const { request, response } = fixture(
      'verify-ida-match/01-countryconfig-to-mosip-api-post-verify.json'
    )
    const got = answering('/verify', response.status, response.body)
    const answer = await apiSystem().verify?.(MOTHER, callContext())
    expect(answer).toEqual({ outcome: 'match' })
    expect(got[0]?.body).toEqual(request.body)
    const token = tokenIn(got)
    expect(isSignedBy(token, PUBLIC_KEY)).toBe(true)
    // Good for nothing but this call.
    expect(claimsIn(token).actionId).toBeUndefined()
    const { exp, iat } = claimsIn(token)
    expect(exp - iat).toBe(300)
  })

  it('takes the recorded no for a no', async () => {
    const { response } = fixture(
      'verify-ida-mismatch/01-countryconfig-to-mosip-api-post-verify.json'
    )
    answering('/verify', response.status, response.body)
    const answer = await apiSystem().verify?.(MOTHER, callContext())
    expect(answer).toEqual({ outcome: 'noMatch' })
  })

  it('loses no middle name, and compares no sex that has no word', async () => {
    const got = answering('/verify', 200, 'verified')
    await apiSystem({ verify: { sexValues: { male: 'Male' } } }).verify?.(
      {
        ...MOTHER,
        person: {
          ...MOTHER.person,
          name: {
            firstname: 'Amina',
            middlename: 'Zoya',
            surname: 'Samplefamily'
          }
        }
      },
      callContext()
    )
    expect(got[0]?.body).toEqual({
      nid: '1234567890',
      dob: '1994-05-17',
      name: { firstname: 'Amina Zoya', surname: 'Samplefamily' },
      transactionId: 'verify-0001'
    })
  })

  it.each([
    [200, 'anything else', 'ERR_SYSTEM_UNREADABLE'],
    [401, {}, 'ERR_SYSTEM_UNAUTHORIZED'],
    [500, { error: 'An unexpected error occurred' }, 'ERR_SYSTEM_FAILED']
  ])('never takes %i %j for a no', async (status, body, code) => {
    answering('/verify', status, body)
    const error = await failureOf(
      Promise.resolve(apiSystem().verify?.(MOTHER, callContext()))
    )
    expect(error).toMatchObject({ code, outcomeUnknown: false })
    expect(everythingIn(error)).not.toMatch(/Amina|1234567890/)
  })

  it('asks nothing about a person who lacks what mosip-api demands', async () => {
    const error = await failureOf(
      Promise.resolve(
        apiSystem().verify?.(
          {
            reference: 'v-2',
            person: { name: { firstname: 'Amina' }, attributes: {} }
          },
          callContext()
        )
      )
    )
    expect(everythingIn(error)).toContain(
      'no identifier and no whole name and no date of birth'
    )
  })
})

describe('the check of mosip-api', () => {
  it.each([
    [403, 'ok', undefined],
    [401, 'failed', expect.stringContaining('OPENCRVS_PUBLIC_KEY_URL')],
    [200, 'failed', expect.stringContaining('baseUrl')]
  ])('knows what %i means', async (status, state, remedy) => {
    answering('/debug/transactions', status, {}, 'GET')
    const [finding] =
      (await apiSystem().check?.({ signal: new AbortController().signal })) ??
      []
    expect(finding).toMatchObject({ check: 'mosip-api', state })
    expect(finding?.remedy).toEqual(remedy)
  })

  it('says what is wrong when nobody is there', async () => {
    nock(API_URL)
      .get('/debug/transactions')
      .replyWithError(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    const [finding] =
      (await apiSystem().check?.({ signal: new AbortController().signal })) ??
      []
    expect(finding?.found).toContain('ENOTFOUND')
  })
})
