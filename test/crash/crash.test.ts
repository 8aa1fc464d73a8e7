import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import {
  createCoreSimulator,
  createIdSystemSimulator
} from 'opencrvs-national-id/sandbox'
import type {
  CoreSimulator,
  IdSystemSimulator
} from 'opencrvs-national-id/sandbox'
import { answersTo, eventually, NEWBORN } from '../integration/environment'

type Order = {
  mode: 'async' | 'sync'
  killBefore?: number
  killAfter?: number
}

type World = {
  core: CoreSimulator
  idSystem: IdSystemSimulator
  folder: string
}

async function createWorld(
  answers: 'synchronous' | 'asynchronous'
): Promise<World> {
  if (!existsSync(path.join(__dirname, '../../dist/index.js'))) {
    throw new Error('dist is missing: run `npm run build` before this test')
  }
  const core = createCoreSimulator()
  const idSystem = createIdSystemSimulator({ behaviour: { mode: answers } })
  await core.start()
  await idSystem.start()
  return { core, idSystem, folder: mkdtempSync(path.join(tmpdir(), 'crash-')) }
}

async function destroy({ core, idSystem, folder }: World): Promise<void> {
  await core.stop()
  await idSystem.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Starts a country configuration and points both simulators at it. */
async function startChild(world: World, order: Order) {
  const child = fork(path.join(__dirname, 'country-config.js'), {
    stdio: 'inherit'
  })
  const steps: string[] = []
  child.on('message', (message: { step?: number; name?: string }) => {
    if (message.name !== undefined) steps.push(message.name)
  })
  const exited = once(child, 'exit')
  child.send({
    ...order,
    coreUrl: world.core.url,
    idSystemUrl: world.idSystem.url,
    client: world.idSystem.client,
    callbackSecret: world.idSystem.callbackSecret,
    database: path.join(world.folder, 'national-id.db')
  })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  world.core.connectTo(url)
  world.idSystem.connectTo(`${url}/national-id/confirmation`)
  return { child, steps, exited }
}

async function kill(
  child: ChildProcess,
  exited: Promise<unknown>
): Promise<void> {
  child.kill('SIGKILL')
  await exited
}

const accepted = (rows: string[]) => rows.length > 0

/** The steps of one registration in which nothing goes wrong. */
async function passedSteps(
  mode: Order['mode'],
  answers: 'synchronous' | 'asynchronous'
) {
  const world = await createWorld(answers)
  const { child, steps, exited } = await startChild(world, { mode })
  const eventId = await world.core.createDeclaredEvent('birth', NEWBORN)
  await world.core.register(eventId)
  await eventually(() => answersTo(world.core, eventId, 'REGISTER'), accepted)
  // The last write comes after core's answer.
  await new Promise((resolve) => setTimeout(resolve, 400))
  await kill(child, exited)
  await destroy(world)
  return steps
}

/** Kills the country configuration at one step, starts it again, and looks at what core and the ID system have. */
async function crashAt(answers: 'synchronous' | 'asynchronous', order: Order) {
  const world = await createWorld(answers)
  const first = await startChild(world, order)
  const eventId = await world.core.createDeclaredEvent('birth', NEWBORN)
  const registration = world.core.register(eventId)
  await first.exited
  await registration
  const second = await startChild(world, { mode: order.mode })
  const wasStored = !(order.killBefore === 1)
  if (wasStored) {
    await eventually(
      () => answersTo(world.core, eventId, 'REGISTER'),
      accepted,
      25_000
    )
  }
  // Time for a second acceptance, if there were to be one.
  await new Promise((resolve) => setTimeout(resolve, 300))
  const result = {
    killedBySignal: first.child.signalCode,
    answers: answersTo(world.core, eventId, 'REGISTER'),
    identities: world.idSystem.ledger.entries.length,
    identifier: world.core.state(eventId)?.declaration['child.nid'],
    shown: world.core.index(eventId)?.status
  }
  await kill(second.child, second.exited)
  await destroy(world)
  return { wasStored, ...result }
}

const WAYS: Array<[Order['mode'], 'synchronous' | 'asynchronous', string[]]> = [
  [
    'async',
    'synchronous',
    ['insert', 'claim', 'submit', 'update', 'claim', 'update', 'update']
  ],
  [
    'async',
    'asynchronous',
    [
      'insert',
      'claim',
      'submit',
      'update',
      'receive',
      'claim',
      'update',
      'update'
    ]
  ],
  ['sync', 'synchronous', ['insert', 'submit', 'update', 'claim', 'update']]
]

describe.each(WAYS)(
  'a %s registration at a %s system',
  (mode, answers, expected) => {
    it('takes the steps that are killed at below', async () => {
      const steps = await passedSteps(mode, answers)
      expect([...steps].sort()).toEqual([...expected].sort())
    })

    const points = expected.flatMap((_, index) => [
      { killBefore: index + 1 },
      { killAfter: index + 1 }
    ])

    // Most of the time is spent waiting for processes.
    it.concurrent.each(points)(
      'is accepted exactly once when killed at %j',
      async (point) => {
        const result = await crashAt(answers, { mode, ...point })
        expect(result.killedBySignal).toBe('SIGKILL')
        if (!result.wasStored) {
          // Nothing was promised: core saw a cut connection, and nobody was asked for an identity.
          expect(result).toMatchObject({ answers: [], identities: 0 })
          return
        }
        expect(result).toMatchObject({
          answers: ['Accepted'],
          identities: 1,
          shown: 'REGISTERED'
        })
        expect(result.identifier).toEqual(expect.any(String))
      }
    )
  }
)
