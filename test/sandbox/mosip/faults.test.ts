import { createMosipSimulator, type MosipSimulator } from '../../../src/sandbox'
import { CHILD, clientOf, eventually, type Client } from './client'
import { startSubscriber, type Subscriber } from './subscriber'

let simulator: MosipSimulator
let client: Client

beforeEach(async () => {
  simulator = createMosipSimulator({
    behaviour: { infantBelowYears: 100 }
  })
  await simulator.start()
  client = clientOf(simulator)
})
afterEach(() => simulator.stop())

/** Milliseconds that a call took. */
async function timeOf(call: Promise<unknown>): Promise<number> {
  const before = performance.now()
  await call
  return performance.now() - before
}

it.each<[string, () => Promise<unknown>]>([
  ['token', () => client.token()],
  ['createPacket', () => client.createPacket('a-1', CHILD)],
  ['workflow', () => client.startWorkflow('a-1')],
  ['status', () => client.status('a-1')],
  ['hub', () => client.subscribe('http://127.0.0.1:9/')]
])('is slow at %s alone, once', async (kind, call) => {
  simulator.faults.add(kind, { kind: 'delay', ms: 80 })
  expect(await timeOf(call())).toBeGreaterThanOrEqual(75)
  const [entry] = simulator.log.of(kind)
  expect(entry?.status).toBeLessThan(300)
  const others = simulator.log.entries.filter((one) => one.kind !== kind)
  expect(others.every(({ at, endedAt }) => endedAt - at < 75)).toBe(true)
})

it('answers with a status and does nothing', async () => {
  simulator.faults.add('createPacket', {
    kind: 'status',
    status: 503,
    retryAfterSeconds: 7
  })
  const answer = await client.createPacket('a-1', CHILD)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(simulator.packet('a-1')).toBeUndefined()
})

it('cuts the connection before the work, and after it', async () => {
  simulator.faults.add('createPacket', { kind: 'cut' })
  await expect(client.createPacket('a-1', CHILD)).rejects.toThrow()
  expect(simulator.timesStored('a-1')).toBe(0)
  simulator.faults.add('createPacket', { kind: 'cutAfter' })
  await expect(client.createPacket('a-1', CHILD)).rejects.toThrow()
  expect(simulator.timesStored('a-1')).toBe(1)
  simulator.faults.add('workflow', { kind: 'cutAfter' })
  await expect(client.startWorkflow('a-1')).rejects.toThrow()
  await simulator.idle()
  expect(simulator.ledger.issuedFor('a-1')).toBeDefined()
})

it('answers 200 with an error, before the work and after it', async () => {
  simulator.errors.add('createPacket', { code: 'KER-PUT-013' })
  const answer = await client.createPacket('a-1', CHILD)
  expect(answer).toMatchObject({
    status: 200,
    body: { response: null, errors: [{ errorCode: 'KER-PUT-013' }] }
  })
  expect(simulator.timesStored('a-1')).toBe(0)
  simulator.errors.add('createPacket', {
    code: 'KER-PUT-013',
    isWorkDone: true
  })
  expect((await client.createPacket('a-1', CHILD)).body.errors).toHaveLength(1)
  expect(simulator.timesStored('a-1')).toBe(1)
  simulator.errors.add(
    'workflow',
    { code: 'RPR-WIS-000', message: 'Sorry.' },
    2
  )
  for (const isLast of [false, false, true]) {
    const { body } = await client.startWorkflow('a-1')
    expect(body.errors?.[0].message).toBe(isLast ? undefined : 'Sorry.')
  }
  simulator.errors.add('workflow', { code: 'RPR-WIS-000' }, Infinity)
  simulator.errors.clear()
  await client.register('a-2')
})

it('goes away, and comes back on the same port with all that it knew', async () => {
  const { url } = simulator
  await client.register('a-1')
  await simulator.disappear()
  await expect(client.token()).rejects.toThrow()
  expect(await simulator.start()).toBe(url)
  expect((await client.status('a-1')).body.response).toHaveLength(1)
})

it('works on while it cannot be reached', async () => {
  const subscriber: Subscriber = await startSubscriber(
    () => simulator.connection.websub.secrets
  )
  await client.subscribe(subscriber.url)
  await simulator.idle()
  simulator.behave({ processAfterMs: 30 })
  await client.register('a-1')
  await simulator.disappear()
  await eventually(
    () => subscriber.received.length,
    (count) => count === 1
  )
  await subscriber.close()
})

it('stops at once, whatever is under way', async () => {
  const subscriber = await startSubscriber(() => '')
  subscriber.next(...Array.from({ length: 20 }, () => 500))
  await client.subscribe(subscriber.url)
  await simulator.idle()
  simulator.behave({ callbacks: { retryAfterMs: 60_000 } })
  await client.register('a-1')
  simulator.behave({ processAfterMs: 60_000 })
  await client.register('a-2')
  await eventually(
    () => subscriber.received.length,
    (count) => count === 1
  )
  expect(await timeOf(simulator.stop())).toBeLessThan(1_000)
  await subscriber.close()
})

it('keeps bodies, tokens and secrets out of its log', async () => {
  const subscriber = await startSubscriber(
    () => simulator.connection.websub.secrets
  )
  await client.subscribe(`${subscriber.url}?own=1`)
  await simulator.idle()
  const token = await client.token()
  await client.register('a-1')
  await simulator.idle()
  await subscriber.close()
  const kinds = new Set(simulator.log.entries.map(({ kind }) => kind))
  expect([...kinds].sort()).toEqual([
    'createPacket',
    'delivery',
    'hub',
    'intentCheck',
    'token',
    'workflow'
  ])
  const { client: packets, websub } = simulator.connection
  const text = JSON.stringify(simulator.log.entries)
  for (const secret of [
    'Samplefamily',
    CHILD.birthCertificateNumber,
    simulator.ledger.issuedFor('a-1')?.vid ?? '',
    packets.secretKey,
    websub.client.secretKey,
    websub.secrets,
    token
  ]) {
    expect(secret).not.toBe('')
    expect(text).not.toContain(secret)
  }
})
