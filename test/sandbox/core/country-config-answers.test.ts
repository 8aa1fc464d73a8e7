import { createCoreSimulator, type ClientAnswer } from '../../../src/sandbox'
import { startCountryConfig, type CountryConfig } from '../country-config'
import {
  recordedDeclaration,
  recording,
  type Recorded,
  shortIndex,
  shortRows
} from '../recording'

const REVIEW = { annotation: { 'review.comment': 'Checked' } }
const registering = recording('responses-REGISTER-REJECT-CUSTOM')
const declaring = recording('responses-DECLARE-NOTIFY')

// The recording core validated the whole declaration again on these retries,
// which the simulator does not.
const REVALIDATED = [
  'REGISTER: 200 rn + wrong-typed value',
  'REGISTER: 200 rn + null value'
]

const core = createCoreSimulator()
let country: CountryConfig

beforeAll(async () => {
  await core.start()
  country = await startCountryConfig()
  core.connectTo(country.url)
})

afterAll(async () => {
  await core.stop()
  await country.close()
})

function playable(recorded: Recorded): Recorded {
  const { delayMs, headers, ...answer } = recorded
  return {
    ...answer,
    ...(delayMs === undefined ? {} : { delayMs: 50 }),
    ...(headers?.location === undefined
      ? { headers }
      : { headers: { location: `${country.url}/ping` } })
  }
}

function statuses(answer: ClientAnswer, type: string): string[] {
  if (!('event' in answer)) return []
  return answer.event.actions
    .filter((row) => row.type === type)
    .map((row) => `${row.type}/${row.status}`)
}

function seenByClient(answer: ClientAnswer, type: string): unknown {
  return 'error' in answer
    ? {
        message: answer.error.message,
        code: answer.error.code,
        http: answer.status
      }
    : { ok: statuses(answer, type) }
}

function withoutWire(recorded: Recorded): unknown {
  const { wire: _, ...rest } = recorded
  return rest
}

function act(type: string, eventId: string, transactionId: string) {
  const options = { transactionId, ...REVIEW }
  if (type === 'REJECT') return core.reject(eventId, 'r', options)
  if (type === 'CUSTOM') return core.custom(eventId, 'ESCALATE', options)
  return core.act(eventId, type, options)
}

describe('what core makes of an answer to REGISTER, REJECT and CUSTOM', () => {
  test.each(Object.keys(registering))('%s', async (name) => {
    const { first, second } = registering[name]
    const type = name.split(':')[0]!
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())
    country.triggers = []
    country.next(playable(first.countryConfigAnswered))

    const answer = await act(type, id, `${id}-1`)

    expect(answer.status).toBe(first.clientSees.httpStatus)
    if (first.clientSees.error === undefined) {
      expect(statuses(answer, type)).toEqual(first.clientSees.resultStatuses)
    } else {
      expect(seenByClient(answer, type)).toMatchObject({
        message: first.clientSees.error.message,
        code: first.clientSees.error.data.code
      })
    }
    expect(shortRows(core.event(id)).slice(4)).toEqual(
      first.actionsStored.slice(4)
    )
    expect(shortIndex(core.index(id), first.indexed)).toEqual(first.indexed)
    expect(country.triggers).toHaveLength(first.triggers)

    if (second === undefined || REVALIDATED.includes(name)) return
    const same = await act(type, id, `${id}-1`)
    expect(seenByClient(same, type)).toEqual(
      withoutWire(second.sameTransactionIdRetry)
    )
    expect(country.triggers).toHaveLength(second.triggersTotal)
    const other = await act(type, id, `${id}-2`)
    expect(seenByClient(other, type)).toEqual(
      withoutWire(second.newTransactionIdRetry)
    )
    expect(country.triggers).toHaveLength(second.triggersTotalAfterNewTx)
  })
})

describe('what core makes of an answer to DECLARE and NOTIFY', () => {
  const notified = { 'child.name': { firstname: 'P', surname: 'Q' } }

  test.each(Object.keys(declaring))('%s', async (name) => {
    const recorded = declaring[name]
    const type = name.split(':')[0]!
    const declaration = type === 'DECLARE' ? recordedDeclaration() : notified
    const id = core.createEvent('birth')
    country.triggers = []
    const isRefused = name === 'DECLARE: refused'
    if (isRefused) core.connectTo('http://127.0.0.1:1')
    else country.next(playable(recorded.beh))

    async function attempt(transactionId: string) {
      const answer = await core.act(id, type, { transactionId, declaration })
      return {
        client: seenByClient(answer, type),
        actions: shortRows(core.event(id)).map((row) =>
          row.replace(/ ann$/, '')
        ),
        trig: country.triggers.length
      }
    }
    function expected(step: Recorded) {
      return {
        client: Array.isArray(step.client) ? { ok: step.client } : step.client,
        actions: step.actions.map((row: string) => row.replace(/ ann$/, '')),
        trig: step.trig
      }
    }

    expect(await attempt(`${id}-1`)).toEqual(expected(recorded))
    if (recorded.idx === undefined) expect(core.index(id)).toBeUndefined()
    else {
      expect(shortIndex(core.index(id), recorded.idx)).toEqual(recorded.idx)
    }
    core.connectTo(country.url)
    expect(await attempt(`${id}-1`)).toEqual(expected(recorded.retrySameTx))
    expect(await attempt(`${id}-2`)).toEqual(expected(recorded.newTx))
  })
})

test('two triggers of one DECLARE at once: the first to finish wins, the other is dropped', async () => {
  const id = core.createEvent('birth')
  country.triggers = []
  country.next(
    { body: { declaration: { 'child.nid': 'slow' } }, delayMs: 100 },
    { body: { declaration: { 'child.nid': 'fast' } } }
  )
  const options = { transactionId: `${id}-1` }
  const answers = await Promise.all([
    core.declare(id, recordedDeclaration(), options),
    core.declare(id, recordedDeclaration(), options)
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(country.triggers).toHaveLength(2)
  expect(core.state(id)?.declaration['child.nid']).toBe('fast')
})

test('a record with a value of an unknown field answers 500 to everything', async () => {
  const id = await core.createDeclaredEvent('birth', recordedDeclaration())
  expect(core.isBricked(id)).toBe(false)
  await core.register(id, {
    answeredWith: {
      status: 200,
      body: { registrationNumber: 'BRICK', declaration: { 'no.field': '1' } }
    }
  })
  expect(core.isBricked(id)).toBe(true)
  expect(core.bricked).toContain(id)
  expect((await core.archive(id, 'r')).status).toBe(500)
})

test('an action that the record gives up the assignment for adds a row', async () => {
  const id = await core.createDeclaredEvent('birth', recordedDeclaration())
  await core.register(id, { keepAssignment: false })
  expect(shortRows(core.event(id)).at(-1)).toBe('UNASSIGN/Accepted')
  expect(core.index(id)?.assignedTo).toBeUndefined()
})

test('with its documents service down, core stores the row, answers 500 and does not index', async () => {
  const id = await core.createDeclaredEvent('birth', recordedDeclaration())
  core.faults.add('documents', { kind: 'status', status: 500 })
  const answer = await core.register(id)
  expect(answer.status).toBe(500)
  expect(core.state(id)?.status).toBe('REGISTERED')
  expect(core.index(id)?.status).toBe('DECLARED')
})
