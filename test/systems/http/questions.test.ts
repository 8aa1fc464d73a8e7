import nock from 'nock'
import type { HttpOptions } from '../../../src/systems/http'
import type { StatusQuery } from '../../../src/systems/system'
import { callContext, systemRequest } from '../contract'
import { BASE_URL, failureOf, httpSystem } from './made'

beforeAll(() => nock.disableNetConnect())
afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})
afterAll(() => nock.restore())

const QUERY: StatusQuery = { reference: 'D-1', operation: 'createIdentity' }

async function asked(
  status: NonNullable<HttpOptions['status']>,
  query = QUERY
): Promise<unknown> {
  const system = httpSystem({ status })
  return system.status?.(query, callContext())
}

const BY_REFERENCE = { path: '/requests/{reference}' }

describe('status', () => {
  it.each<[string, number, nock.Body, unknown]>([
    [
      'accepted',
      200,
      { outcome: 'accepted', identifier: '4207' },
      { outcome: 'accepted', identifier: '4207' }
    ],
    [
      'refused',
      200,
      { outcome: 'refused', code: 'minor', reason: 'Too young.' },
      { outcome: 'refused', code: 'minor', reason: 'Too young.' }
    ],
    [
      'pending',
      200,
      { outcome: 'pending', id: 'R-1' },
      { outcome: 'pending', systemReference: 'R-1' }
    ],
    ['pending by 202', 202, {}, { outcome: 'pending' }],
    ['unknown by 404', 404, { code: 'unknown' }, { outcome: 'unknown' }]
  ])('learns that it is %s', async (_, status, body, expected) => {
    nock(BASE_URL).get('/requests/D-1').reply(status, body)
    expect(await asked(BY_REFERENCE)).toEqual(expected)
  })

  it("does not take a proxy's 404 for the system's word", async () => {
    nock(BASE_URL).get('/requests/D-1').reply(404)
    expect(await failureOf(asked(BY_REFERENCE))).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER'
    })
    nock(BASE_URL).get('/requests/D-1').reply(404, '<html>Not found</html>')
    expect(await failureOf(asked(BY_REFERENCE))).toMatchObject({
      code: 'ERR_SYSTEM_UNREADABLE'
    })
  })

  it('does not take 200 without an outcome for an answer', async () => {
    nock(BASE_URL).get('/requests/D-1').reply(200, { identifier: '4207' })
    expect(await failureOf(asked(BY_REFERENCE))).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER'
    })
  })

  it('never learns of an identity without its identifier', async () => {
    nock(BASE_URL).get('/requests/D-1').reply(200, { outcome: 'accepted' })
    expect(await failureOf(asked(BY_REFERENCE))).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER',
      retryable: false
    })
  })

  it('passes a failure on, with nothing unknown about it', async () => {
    nock(BASE_URL).get('/requests/D-1').reply(500)
    expect(await failureOf(asked(BY_REFERENCE))).toMatchObject({
      code: 'ERR_SYSTEM_FAILED',
      retryable: true,
      outcomeUnknown: false
    })
  })

  it("asks by the system's own reference, encoded", async () => {
    const bySystem = { path: '/requests/{systemReference}' }
    nock(BASE_URL).get('/requests/R%2F..%2F1').reply(202, {})
    const query = { ...QUERY, systemReference: 'R/../1' }
    expect(await asked(bySystem, query)).toEqual({ outcome: 'pending' })
  })

  it('asks nothing where that reference is missing or is a step up', async () => {
    const bySystem = { path: '/requests/{systemReference}' }
    for (const query of [QUERY, { ...QUERY, systemReference: '..' }]) {
      expect(await failureOf(asked(bySystem, query))).toMatchObject({
        code: 'ERR_SYSTEM_PATH'
      })
    }
  })

  it('asks by POST, with the references in the body', async () => {
    nock(BASE_URL)
      .post('/lookup', { reference: 'D-1', id: 'R-1' })
      .reply(202, {})
    const query = { ...QUERY, systemReference: 'R-1' }
    await asked({ method: 'POST', path: '/lookup' }, query)
  })

  it('lets a function make the path, and reads by the mapping', async () => {
    nock(BASE_URL).get('/createIdentity/D-1').reply(200, { state: 'NONE' })
    expect(
      await asked({
        path: ({ operation, reference }) => `/${operation}/${reference}`,
        answer: ({ body }) =>
          JSON.stringify(body) === '{"state":"NONE"}'
            ? { outcome: 'unknown' }
            : { outcome: 'pending' }
      })
    ).toEqual({ outcome: 'unknown' })
  })

  it.each(['//elsewhere.example.org/x', 'x', '/../x', '/a b', ''])(
    'sends nothing to %p, made by a function',
    async (path) => {
      expect(await failureOf(asked({ path: () => path }))).toMatchObject({
        code: 'ERR_SYSTEM_MAPPING'
      })
    }
  )
})

describe('verification', () => {
  const { person, reference } = systemRequest()

  async function verified(
    verify: NonNullable<HttpOptions['verify']> = { path: '/matches' }
  ): Promise<unknown> {
    const request = { person, reference, identifier: '4207' }
    return httpSystem({ verify }).verify?.(request, callContext())
  }

  it('asks with the person and the identifier in the body', async () => {
    nock(BASE_URL)
      .post('/matches', { reference, person, identifier: '4207' })
      .reply(200, { match: true, address: '1 Main Street' })
    expect(await verified()).toEqual({ outcome: 'match' })
  })

  it('reads no, with a code where there is one', async () => {
    nock(BASE_URL).post('/matches').reply(200, { match: false })
    expect(await verified()).toEqual({ outcome: 'noMatch' })
    nock(BASE_URL).post('/matches').reply(200, { match: false, code: 'name' })
    expect(await verified()).toEqual({ outcome: 'noMatch', code: 'name' })
  })

  it.each([{}, { match: 'true' }, { match: 1 }, [true], null])(
    'takes %j for neither yes nor no',
    async (body) => {
      nock(BASE_URL).post('/matches').reply(200, JSON.stringify(body))
      expect(await failureOf(verified())).toMatchObject({
        code: 'ERR_SYSTEM_ANSWER'
      })
    }
  )

  it('drops everything but yes or no from a mapping', async () => {
    nock(BASE_URL).post('/matches', { id: '4207' }).reply(200, { score: 1 })
    const leaking = { outcome: 'match' as const, name: 'Amara' }
    expect(
      await verified({
        path: '/matches',
        request: ({ identifier }) => ({ id: identifier ?? null }),
        answer: () => leaking
      })
    ).toEqual({ outcome: 'match' })
  })

  it('does not take a refusing status for a no', async () => {
    nock(BASE_URL).post('/matches').reply(422, { code: 'x', reason: 'y' })
    expect(await failureOf(verified())).toMatchObject({
      code: 'ERR_SYSTEM_CALL'
    })
  })
})
