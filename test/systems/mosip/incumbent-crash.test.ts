import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import {
  createCoreSimulator,
  createMosipSimulator,
  type CoreSimulator,
  type MosipSimulator
} from 'opencrvs-national-id/sandbox'
import { NEWBORN, eventually } from '../../integration/environment'
import { TRIGGER, call, pendingAction } from '../../integration/attacker'
import { atATime, expectAllRegistered, optionsFor } from './country'
import type { ProcessOrder } from './country-process'
import { openForwarder, type Forwarder } from './forwarder'
import { ID_SCHEMA } from './made'

let core: CoreSimulator
let mosip: MosipSimulator
let door: Forwarder
let folder: string
let countryUrl: string
let child: ChildProcess | undefined

beforeEach(async () => {
  core = createCoreSimulator()
  mosip = createMosipSimulator({
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    behaviour: {
      statuses: [],
      callbacks: { slowestRetryMs: 200, retries: 100 }
    }
  })
  door = await openForwarder()
  await core.start()
  await mosip.start()
  folder = mkdtempSync(path.join(tmpdir(), 'national-id-mosip-crash-'))
})

afterEach(async () => {
  await kill()
  await door.close()
  await mosip.stop()
  await core.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the country's server on the database that the last one has left. */
async function startCountry(): Promise<void> {
  child = fork(path.join(__dirname, 'country-process.ts'), {
    execArgv: [
      '--require',
      path.join(
        __dirname,
        '../../sandbox/openid-provider/register-typescript.js'
      )
    ],
    stdio: 'inherit'
  })
  const order: ProcessOrder = {
    coreUrl: core.url,
    database: path.join(folder, 'national-id.db'),
    system: optionsFor(mosip, `${door.url}/national-id/confirmation`)
  }
  child.send(order)
  // The process says nothing else.
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  core.connectTo(url)
  countryUrl = url
  door.to(url)
}

async function kill(): Promise<void> {
  if (child === undefined || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  child = undefined
}

async function declaredBirths(count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, () =>
      core.createDeclaredEvent('birth', NEWBORN)
    )
  )
}

/** Records whose trigger was answered 202. */
function promisedIn({ log }: CoreSimulator): Set<unknown> {
  const answered = log.of('trigger').filter(({ status }) => status === 202)
  return new Set(
    answered.map(({ body }) =>
      typeof body === 'object' && body !== null && 'id' in body
        ? body.id
        : undefined
    )
  )
}

it('loses none of 100 registrations by a kill between MOSIP’s acceptance and its credential', async () => {
  mosip.behave({ callbacks: { delivery: 'hold' } })
  await startCountry()
  const eventIds = await declaredBirths(100)
  await atATime(10, eventIds, (eventId) => core.register(eventId))
  await eventually(
    () => mosip.heldMessages.length,
    (held) => held === 100,
    40_000
  )
  await kill()
  await startCountry()
  await mosip.releaseMessages()
  await expectAllRegistered({ core, mosip }, eventIds)
}, 60_000)

it('makes no second identity, and loses none, through three kills in the middle of registrations', async () => {
  const all: string[] = []
  for (let round = 0; round < 3; round += 1) {
    await startCountry()
    const eventIds = await declaredBirths(40)
    all.push(...eventIds)
    let begun = 0
    const killed = new AbortController()
    await atATime(10, eventIds, async (eventId) => {
      begun += 1
      if (begun === 25) void kill().then(() => killed.abort())
      await core.register(eventId)
    })
    await eventually(
      () => killed.signal.aborted,
      (isKilled) => isKilled
    )
  }
  await startCountry()
  // Whom core has a 202 for need nobody. Core itself never asks again after a cut connection (FACTS B4), but the same
  // trigger may come, whether we have it or not.
  const promised = promisedIn(core)
  const unanswered = all.filter((eventId) => !promised.has(eventId))
  expect(promised.size).toBeGreaterThan(0)
  expect(unanswered.length).toBeGreaterThan(0)
  await atATime(10, unanswered, async (eventId) => {
    const { event, target } = pendingAction({ core }, eventId)
    const { status } = await call({ url: countryUrl }, TRIGGER, {
      token: core.recordToken(target),
      body: JSON.stringify(event)
    })
    expect(status).toBe(202)
  })
  await expectAllRegistered({ core, mosip }, all)
}, 90_000)
