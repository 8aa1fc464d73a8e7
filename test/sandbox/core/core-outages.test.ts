import { createCoreSimulator, type CoreSimulator } from '../../../src/sandbox'
import { startCountryConfig } from '../country-config'
import { recordedDeclaration } from '../recording'

let core: CoreSimulator

beforeEach(async () => {
  core = createCoreSimulator()
  await core.start()
})
afterEach(() => core.stop())

async function acceptable() {
  const eventId = await core.createDeclaredEvent('birth', recordedDeclaration())
  await core.register(eventId, { answeredWith: { status: 202 } })
  const actionId = core.event(eventId)!.actions.at(-1)!.id
  const token = core.recordToken({ eventId, actionId })
  const accept = (signal?: AbortSignal) =>
    fetch(`${core.url}/events/event.actions.register.accept`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`
      },
      body: JSON.stringify({
        json: {
          eventId,
          actionId,
          transactionId: `tx-${actionId}`,
          registrationNumber: `RN-${actionId}`
        }
      }),
      ...(signal === undefined ? {} : { signal })
    })
  return { eventId, accept }
}

test('a cut after the work: the row is stored, and trying again says 200 and adds none', async () => {
  const { eventId, accept } = await acceptable()
  core.faults.add('accept', { kind: 'cutAfter' })
  await expect(accept()).rejects.toThrow()
  const rows = core.event(eventId)!.actions
  expect(core.state(eventId)?.status).toBe('REGISTERED')
  expect((await accept()).status).toBe(200)
  expect(core.event(eventId)!.actions).toEqual(rows)
})

test.each(['cut', 'hang'] as const)(
  'a %s before the work: nothing is stored',
  async (kind) => {
    const { eventId, accept } = await acceptable()
    core.faults.add('accept', { kind })
    await expect(accept(AbortSignal.timeout(100))).rejects.toThrow()
    expect(core.state(eventId)?.status).toBe('DECLARED')
    expect((await accept()).status).toBe(200)
  }
)

test('a faulty status is given as often as it was asked for', async () => {
  const { accept } = await acceptable()
  core.faults.add('accept', { kind: 'status', status: 502 }, 2)
  const statuses = [await accept(), await accept(), await accept()]
  expect(statuses.map(({ status }) => status)).toEqual([502, 502, 200])
})

test('it disappears and comes back on the same port with what it had', async () => {
  const { eventId, accept } = await acceptable()
  const { url } = core
  await core.disappear()
  await expect(accept()).rejects.toThrow()
  expect(await core.start()).toBe(url)
  expect((await accept()).status).toBe(200)
  expect(core.index(eventId)?.status).toBe('REGISTERED')
})

test('stopping ends a trigger that is not answered, and leaves the record stuck', async () => {
  const country = await startCountryConfig()
  country.next({ delayMs: 5_000 })
  core.connectTo(country.url)
  const id = await core.createDeclaredEvent('birth', recordedDeclaration())
  const registering = core.register(id)
  while (country.triggers.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await core.stop()
  expect((await registering).status).toBe(500)
  expect(core.state(id)?.flags).toContain('register:requested')
  await country.close()
})

test('two cores in one process have records of their own', async () => {
  const other = createCoreSimulator()
  await other.start()
  const id = core.createEvent('birth')
  expect(other.url).not.toBe(core.url)
  expect(other.event(id)).toBeUndefined()
  await other.stop()
})
