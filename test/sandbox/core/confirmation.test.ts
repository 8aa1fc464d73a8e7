import { createCoreSimulator } from '../../../src/sandbox'
import {
  recordedDeclaration,
  recordedRows,
  recording,
  recordings,
  type Recorded,
  shortIndex,
  shortRows
} from '../recording'

const ANNOTATED = { annotation: { 'review.comment': 'Checked' } }
const CLIENT = { clientId: 'country-client', clientSecret: 'secret' }
const core = createCoreSimulator({ systemClients: [CLIENT] })
let url: string

beforeAll(async () => {
  url = await core.start()
})
afterAll(() => core.stop())

type Pending = { eventId: string; actionId: string; token: string }

async function pendingAction(type: string, more = {}): Promise<Pending> {
  const eventId = await preparedEvent(type)
  await core.act(eventId, type, {
    ...ANNOTATED,
    ...more,
    answeredWith: { status: 202 }
  })
  return pendingOf(eventId)
}

function pendingOf(eventId: string): Pending {
  const actionId = core
    .event(eventId)!
    .actions.findLast((row) => row.status === 'Requested')!.id
  return { eventId, actionId, token: core.recordToken({ eventId, actionId }) }
}

let numbers = 0

async function preparedEvent(type: string): Promise<string> {
  if (type === 'DECLARE' || type === 'NOTIFY') return core.createEvent('birth')
  const id = await core.createDeclaredEvent('birth', recordedDeclaration())
  if (!/CORRECTION|PRINT/.test(type)) return id
  const registrationNumber = `PREPARED-${(numbers += 1)}`
  await core.register(id, {
    ...ANNOTATED,
    answeredWith: { status: 200, body: { registrationNumber } }
  })
  if (/APPROVE_|REJECT_/.test(type)) {
    await core.requestCorrection(
      id,
      { 'child.name': { firstname: 'Junia', surname: 'Exampleson' } },
      { ...ANNOTATED, answeredWith: { status: 200 } }
    )
  }
  return id
}

async function post(path: string, body: unknown, headers = {}) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body)
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? '' : JSON.parse(text) }
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}

/** The path as recorded: a service of its own, or through the gateway. */
function pathOf(recordedUrl: string): string {
  return recordedUrl.replace(/^http:\/\/[^/]+/, '')
}

function input(pending: Pending, more = {}) {
  const { eventId, actionId } = pending
  return {
    json: { eventId, actionId, transactionId: `tx-${actionId}`, ...more }
  }
}

const ACCEPT = '/events/event.actions.register.accept'
const REJECT = '/events/event.actions.register.reject'

function accept(pending: Pending, more: object) {
  return post(ACCEPT, input(pending, more), bearer(pending.token))
}

function reject(pending: Pending, more = {}) {
  return post(REJECT, input(pending, more), bearer(pending.token))
}

describe('accept and reject, as recorded', () => {
  const names = recordings('accept-0').concat(
    'accept-13-wrong-typed-value',
    'accept-12-unknown-field-key',
    'accept-15-same-transaction-id-as-request',
    'accept-19-via-gateway'
  )
  // These go on with the record of the one before; see below.
  const alone = names.filter(
    (name) =>
      !/02-second|03-reject-after/.test(name) &&
      recording(name).request !== undefined
  )

  async function subjectOf(name: string): Promise<Pending> {
    const pending = await pendingAction('REGISTER')
    const other = { eventId: core.createEvent('birth'), actionId: 'x' }
    const tokens: Record<string, string> = {
      'garbage-token': 'garbage',
      'expired-token': core.recordToken(pending, { lifetimeSeconds: -10 }),
      'token-for-another-record': core.recordToken(other),
      'user-token-not-record-token': core.userToken()
    }
    const special = Object.keys(tokens).find((key) => name.endsWith(key))
    return special === undefined
      ? pending
      : { ...pending, token: tokens[special]! }
  }

  test.each(alone)('%s', async (name) => {
    const recorded = recording(name)
    const { request, response, after } = recorded
    const pending = await subjectOf(name)
    const ours: Recorded = structuredClone(request.body ?? { json: {} })
    const call = ours.json ?? ours['0']?.json ?? ours
    call.eventId = name.includes('wrong-event-id')
      ? '11111111-1111-4111-8111-111111111111'
      : pending.eventId
    if (name.includes('wrong-action-id')) {
      call.actionId = '11111111-1111-4111-8111-111111111111'
    } else if (name.endsWith('action-not-found')) {
      call.actionId = '22222222-2222-4222-8222-222222222222'
      pending.token = core.recordToken({ ...pending, actionId: call.actionId })
    } else if (call.actionId !== 'abc') call.actionId = pending.actionId
    const headers: Record<string, string> = name.includes('no-token')
      ? {}
      : bearer(pending.token)
    if (name.includes('no-content-type')) {
      headers['content-type'] = 'text/plain;charset=UTF-8'
    }

    const answer = await post(pathOf(request.url), ours, headers)

    expect(answer.status).toBe(response.status)
    if (response.status === 200) {
      const [result] = [answer.body].flat()
      expect(result.result.data.json).toEqual(core.event(pending.eventId))
    } else expect(answer.body).toEqual(response.body)
    if (after === undefined) return
    expect(shortRows(core.event(pending.eventId))).toEqual(
      recordedRows(after.actions)
    )
    if (after.indexed !== undefined) {
      expect(shortIndex(core.index(pending.eventId), after.indexed)).toEqual(
        after.indexed
      )
    }
  })
})

describe('accept and reject of every other type, as recorded', () => {
  test.each(recordings('accept-other-'))('%s', async (name) => {
    const recorded = recording(name)
    const type = /other-([A-Z_]+)-/.exec(name)![1]!
    const rows = recorded.actions as string[]
    const given: Record<string, object> = {
      DECLARE: { declaration: recordedDeclaration() },
      NOTIFY: {
        declaration: { 'child.name': { firstname: 'P', surname: 'Q' } }
      },
      EDIT: {
        content: { comment: 'x' },
        declaration: { 'child.name': { firstname: 'Ed' } }
      },
      REJECT: { content: { reason: 'orig reason' } },
      ARCHIVE: { content: { reason: 'orig reason' } },
      PRINT_CERTIFICATE: { content: { templateId: 'v2.birth-certificate' } },
      CUSTOM: { customActionType: 'ESCALATE' },
      REQUEST_CORRECTION: {
        declaration: {
          'child.name': { firstname: 'Junia', surname: 'Exampleson' }
        }
      },
      REJECT_CORRECTION: { content: { reason: 'orig' } }
    }
    const more: Recorded = given[type] ?? {}
    const eventId = await preparedEvent(type)
    const requestId = core
      .event(eventId)!
      .actions.findLast((row) => row.type === 'REQUEST_CORRECTION')?.id
    await core.act(eventId, type, {
      ...ANNOTATED,
      ...more,
      ...(/(APPROVE|REJECT)_/.test(type) ? { requestId } : {}),
      answeredWith: { status: 202 }
    })
    const { idx } = recorded.requestAnswered202
    if (idx === undefined) expect(core.index(eventId)).toBeUndefined()
    else {
      const { rn: _, ...rest } = idx
      expect(shortIndex(core.index(eventId), rest)).toEqual(rest)
    }

    const pending = pendingOf(eventId)
    const { request, response } = recorded.exchange
    const path = pathOf(request.url)
    const whole = {
      ...request.body.json,
      ...input(pending).json,
      ...(request.body.json.requestId === undefined ? {} : { requestId })
    }
    for (const attempt of recorded.tries) {
      const json = { ...input(pending).json } as Record<string, unknown>
      for (const key of attempt.sent) json[key] = whole[key]
      const isLast = attempt === recorded.tries.at(-1)
      const answer = await post(
        path,
        { json: isLast ? whole : json },
        bearer(pending.token)
      )
      expect(answer.status).toBe(attempt.status)
      if (attempt.err !== undefined) {
        expect(answer.body.error.json.message.replace(/\s+/g, ' ')).toContain(
          attempt.err.slice(0, 150)
        )
      }
    }
    expect(response.status).toBe(recorded.tries.at(-1).status)
    const prepared = /rn=\S+/.exec(shortRows(core.event(eventId)).join(' '))
    expect(shortRows(core.event(eventId))).toEqual(
      rows.map((row) => row.replace(/rn=\S+/, prepared?.[0] ?? ''))
    )
    if (recorded.indexed !== undefined) {
      const { rn: _, ...rest } = recorded.indexed
      expect(shortIndex(core.index(eventId), rest)).toEqual(rest)
    }
  })
})

describe('confirmations that follow another', () => {
  test('the official client sends a batch and gets a list', async () => {
    const { exchange } = recording('accept-01-trpc-batch')
    const pending = await pendingAction('REGISTER')
    const answer = await post(
      '/events/event.actions.register.accept?batch=1',
      { 0: input(pending, { registrationNumber: 'BATCH' }) },
      bearer(pending.token)
    )
    expect(answer.status).toBe(exchange.status)
    expect(answer.body).toHaveLength(exchange.responseBody.length)
    expect(shortRows(answer.body[0].result.data.json)).toContain(
      'REGISTER/Accepted(orig) rn=BATCH'
    )
  })

  test('a second accept says 200 and stores nothing; a reject after it is a 500', async () => {
    const pending = await pendingAction('REGISTER')
    await accept(pending, { registrationNumber: 'FIRST' })
    const rows = shortRows(core.event(pending.eventId))
    const second = await accept(pending, {
      transactionId: 'another',
      registrationNumber: 'SECOND'
    })
    expect(second.status).toBe(200)
    expect(shortRows(second.body.result.data.json)).toEqual(rows)
    const refused = await reject(pending)
    expect(refused.status).toBe(500)
    expect(refused.body).toEqual(
      recording('accept-03-reject-after-accept').exchange.responseBody[0]
    )
    expect(shortRows(core.event(pending.eventId))).toEqual(rows)
  })

  test('an accept after a reject is a 400; a second reject says 200', async () => {
    const pending = await pendingAction('REGISTER')
    await reject(pending)
    const rows = shortRows(core.event(pending.eventId))
    const refused = await accept(pending, { registrationNumber: 'LATE' })
    const recorded = recording('accept-10-accept-after-reject').response
    expect(refused).toMatchObject({
      status: recorded.status,
      body: recorded.body
    })
    expect((await reject(pending, { transactionId: 'other' })).status).toBe(200)
    expect(shortRows(core.event(pending.eventId))).toEqual(rows)
  })

  test('a registration number of another record is a 500; another number then works', async () => {
    await accept(await pendingAction('REGISTER'), { registrationNumber: 'DUP' })
    const pending = await pendingAction('REGISTER')
    const refused = await accept(pending, { registrationNumber: 'DUP' })
    expect(refused).toEqual({
      status: 500,
      body: recording('accept-14-duplicate-registration-number').response.body
    })
    await accept(pending, { registrationNumber: 'NOT-DUP' })
    expect(core.index(pending.eventId)?.registrationNumber).toBe('NOT-DUP')
  })

  test('a transactionId that another record used is swallowed with a 200', async () => {
    const recorded = recording('accept-16-transaction-id-reused-across-records')
    const transactionId = 'used-twice'
    await accept(await pendingAction('REGISTER'), {
      transactionId,
      registrationNumber: 'TX-1'
    })
    const pending = await pendingAction('REGISTER')
    const answer = await accept(pending, {
      transactionId,
      registrationNumber: 'TX-2'
    })
    expect(answer.status).toBe(recorded.response.status)
    expect(shortRows(core.event(pending.eventId))).toEqual(
      recorded.after.actions
    )
  })

  test('two accepts at once with different transactionIds store two rows', async () => {
    const pending = await pendingAction('REGISTER')
    const answers = await Promise.all(
      ['A', 'B'].map((name) =>
        accept(pending, {
          transactionId: name,
          registrationNumber: `C-${name}`
        })
      )
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(acceptedNumbers(pending)).toEqual(['C-A', 'C-B'])
  })

  test('two accepts at once with the same transactionId store one row', async () => {
    const pending = await pendingAction('REGISTER')
    const answers = await Promise.all(
      [1, 2].map(() => accept(pending, { registrationNumber: 'ONCE' }))
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(acceptedNumbers(pending)).toEqual(['ONCE'])
  })

  test('two accepts at once with different transactionIds and one number: one is a 500', async () => {
    const pending = await pendingAction('REGISTER')
    const answers = await Promise.all(
      ['same-1', 'same-2'].map((transactionId) =>
        accept(pending, { transactionId, registrationNumber: 'SAME' })
      )
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 500])
    expect(acceptedNumbers(pending)).toEqual(['SAME'])
  })

  test('accept and reject at once are both stored', async () => {
    const pending = await pendingAction('REGISTER')
    const answers = await Promise.all([
      accept(pending, { registrationNumber: 'BOTH' }),
      reject(pending, { transactionId: 'both-reject' })
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const rows = core.event(pending.eventId)!.actions
    expect(
      rows
        .filter((row) => row.originalActionId === pending.actionId)
        .map((row) => row.status)
        .toSorted()
    ).toEqual(['Accepted', 'Rejected'])
  })

  test('the wrong procedure is taken as the answer, and the right one then does nothing', async () => {
    const pending = await pendingAction('REGISTER')
    await post(
      '/events/event.actions.declare.accept',
      input(pending),
      bearer(pending.token)
    )
    const answer = await accept(pending, { registrationNumber: 'TOO-LATE' })
    expect(answer.status).toBe(200)
    expect(core.state(pending.eventId)).toMatchObject({
      status: 'DECLARED',
      flags: ['register:requested', 'validated']
    })
  })

  test('a record that core bricked says 200 to the repeated accept', async () => {
    const pending = await pendingAction('REGISTER')
    const body = { registrationNumber: 'B-1', declaration: { 'no.field': 1 } }
    expect((await accept(pending, body)).status).toBe(500)
    expect(core.isBricked(pending.eventId)).toBe(true)
    expect((await accept(pending, body)).status).toBe(200)
  })

  test('a correction approved by the id of the Requested row is never applied', async () => {
    const eventId = await preparedEvent('APPROVE_CORRECTION')
    const rows = core.event(eventId)!.actions
    const ids = rows
      .filter((row) => row.type === 'REQUEST_CORRECTION')
      .map((row) => row.id)
    await core.approveCorrection(eventId, { answeredWith: { status: 202 } })
    const pending = pendingOf(eventId)
    const answer = await post(
      '/events/event.actions.correction.approve.accept',
      input(pending, { requestId: ids[0] }),
      bearer(pending.token)
    )
    expect(answer.status).toBe(200)
    expect(core.index(eventId)).toMatchObject({
      flags: ['pending-first-certificate-issuance'],
      declaration: { 'child.name': { firstname: 'Juno' } }
    })
  })

  test('with the documents service down an accept is stored but not indexed, and a second one does not heal it', async () => {
    const recorded = recording('accept-20-retry-after-500-with-stored-action')
    const pending = await pendingAction('REGISTER')
    core.faults.add('documents', { kind: 'status', status: 500 })
    const body = { registrationNumber: 'RN-DOCS-1795475420208' }
    expect((await accept(pending, body)).status).toBe(500)
    expect((await accept(pending, body)).status).toBe(
      recorded.secondAnswerStatus
    )
    expect(shortRows(core.event(pending.eventId))).toEqual(recorded.actions)
    expect(shortIndex(core.index(pending.eventId), recorded.indexed)).toEqual(
      recorded.indexed
    )
  })

  function acceptedNumbers(pending: Pending) {
    return core
      .event(pending.eventId)!
      .actions.filter((row) => row.originalActionId === pending.actionId)
      .map((row) => row.registrationNumber)
      .toSorted()
  }
})
