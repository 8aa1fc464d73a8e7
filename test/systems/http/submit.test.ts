import nock from 'nock'
import type { SystemAnswer, SystemRequest } from '../../../src/domain/delivery'
import type { JsonValue } from '../../../src/domain/json'
import type { HttpAnswer, HttpOptions } from '../../../src/systems/http'
import { callContext, systemRequest } from '../contract'
import {
  BASE_URL,
  TestClock,
  everythingIn,
  failureOf,
  httpSystem
} from './made'

beforeAll(() => nock.disableNetConnect())
afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})
afterAll(() => nock.restore())

const CALLBACK = { secrets: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }

function answerWith(
  status: number,
  body?: nock.Body,
  headers: Record<string, string> = {}
): nock.Scope {
  return nock(BASE_URL).post('/identities').reply(status, body, headers)
}

function submitted(
  changes: Partial<HttpOptions> = {},
  request: SystemRequest = systemRequest(),
  clock = new TestClock()
): Promise<SystemAnswer> {
  return httpSystem(changes, clock).submit(request, callContext())
}

describe('what is sent', () => {
  it('sends the request as JSON, with the reference as idempotency key', async () => {
    const request = systemRequest()
    let sent: unknown
    nock(BASE_URL, {
      reqheaders: {
        'x-api-key': 'key-1',
        'idempotency-key': request.reference,
        'content-type': 'application/json',
        'x-country': 'FAR'
      }
    })
      .post('/identities', (body) => {
        sent = body
        return true
      })
      .reply(201, { identifier: '4207' })
    await submitted({ headers: { 'x-country': 'FAR' } })
    expect(sent).toEqual({
      reference: request.reference,
      operation: 'createIdentity',
      event: request.event,
      person: request.person,
      registrationNumber: '2026-000017'
    })
  })

  it('sends identifier, changes and cause where there are some', async () => {
    nock(BASE_URL)
      .put(`/updates/${systemRequest().reference}`, (body) => {
        const { cause, changes, identifier } = body
        return (
          identifier === '4207' &&
          cause === 'reversal' &&
          changes.join() === 'name'
        )
      })
      .reply(204)
    const answer = await submitted(
      { updateIdentity: { method: 'PUT', path: '/updates/{reference}' } },
      systemRequest({
        operation: 'updateIdentity',
        identifier: '4207',
        changes: ['name'],
        cause: 'reversal'
      })
    )
    expect(answer).toEqual({ outcome: 'accepted' })
  })

  it('sends no idempotency key where the system has none', async () => {
    nock(BASE_URL, { badheaders: ['idempotency-key'] })
      .post('/identities')
      .reply(200, { identifier: '4207' })
    await submitted({ idempotencyKeyHeader: false })
  })

  it('sends what the request mapping makes', async () => {
    nock(BASE_URL)
      .post('/identities', { ref: systemRequest().reference })
      .reply(200, { identifier: '4207' })
    await submitted({
      createIdentity: {
        path: '/identities',
        request: ({ reference }) => ({ ref: reference })
      }
    })
  })

  it('puts nothing about the person into the address', async () => {
    const paths: string[] = []
    nock(BASE_URL)
      .post(/.*/)
      .reply(function (path) {
        paths.push(path)
        return [204]
      })
    await submitted(
      {},
      systemRequest({ operation: 'notifyDeath', identifier: '4207' })
    )
    expect(paths).toEqual(['/api/deaths'])
  })
})

describe('answers', () => {
  it.each<[string, number, nock.Body | undefined, SystemAnswer]>([
    [
      '201 with an identifier as accepted',
      201,
      { identifier: '4207' },
      { outcome: 'accepted', identifier: '4207' }
    ],
    [
      '200 with further field values as accepted',
      200,
      { identifier: '4207', declaration: { 'child.vid': 'V1' }, extra: true },
      {
        outcome: 'accepted',
        identifier: '4207',
        declaration: { 'child.vid': 'V1' }
      }
    ],
    [
      '202 as pending, with its own reference',
      202,
      { id: 'R-9' },
      { outcome: 'pending', systemReference: 'R-9' }
    ],
    ['202 without a body as pending', 202, undefined, { outcome: 'pending' }],
    [
      '422 with code and reason as a refusal',
      422,
      { code: 'duplicate', reason: 'Has one already.' },
      { outcome: 'refused', code: 'duplicate', reason: 'Has one already.' }
    ],
    [
      '200 that says so as a refusal',
      200,
      { outcome: 'refused', code: 'minor', reason: 'Too young.' },
      { outcome: 'refused', code: 'minor', reason: 'Too young.' }
    ]
  ])('reads %s', async (_, status, body, expected) => {
    answerWith(status, body)
    expect(await submitted({ callback: CALLBACK })).toEqual(expected)
  })

  it('takes 202 for a notification as the last word where none can follow', async () => {
    nock(BASE_URL).post('/deaths').reply(202)
    const request = systemRequest({ operation: 'notifyDeath' })
    expect(await submitted({}, request)).toEqual({ outcome: 'accepted' })
  })

  it('refuses 202 for an identity where no answer could follow', async () => {
    answerWith(202, {})
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER',
      retryable: false
    })
  })

  it.each<[string, nock.Body | undefined]>([
    ['no body', undefined],
    ['no identifier', {}],
    ['a null identifier', { identifier: null }],
    ['an empty identifier', { identifier: '' }],
    ['a blank identifier', { identifier: '  ' }],
    ['a numeric identifier', { identifier: 4207 }],
    ['a list', ['4207']],
    ['an unknown outcome', { outcome: 'done', identifier: '4207' }],
    ['a declaration that is a list', { identifier: '4207', declaration: [] }]
  ])('never confirms an identity on %s', async (_, body) => {
    answerWith(200, body)
    const failure = await failureOf(submitted())
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER',
      status: 200,
      retryable: false
    })
    expect(everythingIn(failure)).not.toContain('4207')
  })

  it('cannot tell what became of it when a success is not JSON', async () => {
    answerWith(200, '{"identifier": "42')
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_UNREADABLE',
      retryable: true,
      outcomeUnknown: true
    })
  })

  it('takes a 409 that gives no reason for a call that still runs', async () => {
    answerWith(409, { title: 'A request is outstanding' })
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_BUSY',
      retryable: true
    })
    answerWith(409, '<html>Conflict</html>')
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_BUSY'
    })
  })

  it('refuses nobody by a 422 that gives no reason', async () => {
    answerWith(422, { errors: ['Amara'] })
    const failure = await failureOf(submitted())
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER',
      retryable: false
    })
    expect(everythingIn(failure)).not.toContain('Amara')
  })

  it('refuses by the configured statuses only', async () => {
    answerWith(409, { code: 'duplicate', reason: 'Has one already.' })
    const failure = await failureOf(submitted({ refusalStatuses: [422] }))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_CALL', status: 409 })
  })
})

describe('failures', () => {
  it.each([
    [301, 'ERR_SYSTEM_REDIRECT', false, false],
    [400, 'ERR_SYSTEM_CALL', false, false],
    [401, 'ERR_SYSTEM_UNAUTHORIZED', true, false],
    [403, 'ERR_SYSTEM_CALL', false, false],
    [404, 'ERR_SYSTEM_CALL', false, false],
    [408, 'ERR_SYSTEM_BUSY', true, false],
    [425, 'ERR_SYSTEM_BUSY', true, false],
    [429, 'ERR_SYSTEM_BUSY', true, false],
    [500, 'ERR_SYSTEM_FAILED', true, true],
    [502, 'ERR_SYSTEM_FAILED', true, true],
    [503, 'ERR_SYSTEM_FAILED', true, false],
    [504, 'ERR_SYSTEM_FAILED', true, true]
  ])(
    'classes %i as %s (retryable %s, outcome unknown %s)',
    async (status, code, retryable, outcomeUnknown) => {
      answerWith(
        status,
        { code: 'Amara Okonjo', message: '4207' },
        { location: 'https://elsewhere.example.org/' }
      )
      const failure = await failureOf(submitted())
      expect(failure).toMatchObject({
        code,
        status,
        retryable,
        outcomeUnknown,
        system: 'http',
        systemCode: 'OTHER'
      })
      expect(everythingIn(failure)).not.toMatch(/Amara|4207|key-1|elsewhere/)
    }
  )

  it("keeps the system's own code where it is a plain word", async () => {
    answerWith(400, { code: 'INVALID_SEX' })
    expect(await failureOf(submitted())).toMatchObject({
      systemCode: 'INVALID_SEX'
    })
  })

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const clock = new TestClock()
    answerWith(429, '', { 'retry-after': '120' })
    expect(
      await failureOf(submitted({}, systemRequest(), clock))
    ).toMatchObject({ retryAfterMs: 120_000 })
    const date = new Date(clock.at + 60_000).toUTCString()
    answerWith(503, '', { 'retry-after': date })
    expect(
      await failureOf(submitted({}, systemRequest(), clock))
    ).toMatchObject({ retryAfterMs: 60_000 })
  })
})

describe('mapping functions', () => {
  function mapped(
    mapping: Partial<NonNullable<HttpOptions['createIdentity']>>
  ): Promise<SystemAnswer> {
    return submitted({ createIdentity: { path: '/identities', ...mapping } })
  }

  it('reads an answer with status, body and headers', async () => {
    answerWith(200, { uin: '4207' }, { 'x-batch': 'B1' })
    let seen: HttpAnswer | undefined
    const answer = await mapped({
      answer: (given) => {
        seen = given
        return { outcome: 'accepted', identifier: '4207' }
      }
    })
    expect(answer).toEqual({ outcome: 'accepted', identifier: '4207' })
    expect(seen).toMatchObject({ status: 200, body: { uin: '4207' } })
    expect(seen?.headers.get('X-Batch')).toBe('B1')
  })

  // What a mapping in JavaScript may give, whatever its type says.
  const wrong = (value: unknown) => () => value as SystemAnswer

  it.each<[string, () => SystemAnswer]>([
    ['nothing', wrong(undefined)],
    ['a promise', wrong(Promise.resolve({ outcome: 'accepted' }))],
    ['an unknown outcome', wrong({ outcome: 'ok' })],
    ['a refusal without a reason', wrong({ outcome: 'refused', code: 'x' })],
    ['an empty identifier', wrong({ outcome: 'accepted', identifier: '' })],
    [
      'a date in the declaration',
      wrong({
        outcome: 'accepted',
        identifier: '4207',
        declaration: { 'child.at': new Date(0) }
      })
    ]
  ])('refuses an answer mapping that gives %s', async (_, answer) => {
    answerWith(200, { uin: '4207' })
    expect(await failureOf(mapped({ answer }))).toMatchObject({
      code: 'ERR_SYSTEM_MAPPING',
      retryable: false
    })
  })

  it('never confirms an identity that the mapping accepts without one', async () => {
    answerWith(200, {})
    const answer = () => ({ outcome: 'accepted' }) as const
    expect(await failureOf(mapped({ answer }))).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER',
      retryable: false
    })
  })

  it('tells nothing of what a throwing mapping says', async () => {
    answerWith(200, {})
    const answer = () => {
      throw new TypeError('no uin for Amara')
    }
    const failure = await failureOf(mapped({ answer }))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_MAPPING',
      retryable: false
    })
    expect(everythingIn(failure)).not.toContain('Amara')
  })

  it('sends nothing when the request mapping throws or gives no JSON', async () => {
    const throwing = () => {
      throw new Error('Amara')
    }
    const given = (value: unknown) => () => value as JsonValue
    const holdsItself: unknown[] = []
    holdsItself.push(holdsItself)
    const mappings = [
      throwing,
      given(undefined),
      given({ sent: undefined }),
      given(new Map()),
      given(NaN),
      given(holdsItself)
    ]
    for (const request of mappings) {
      const failure = await failureOf(mapped({ request }))
      expect(failure).toMatchObject({
        code: 'ERR_SYSTEM_MAPPING',
        outcomeUnknown: false,
        retryable: false
      })
      expect(everythingIn(failure)).not.toContain('Amara')
    }
  })
})
