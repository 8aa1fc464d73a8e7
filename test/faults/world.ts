import { setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import {
  createCoreSimulator,
  createIdSystemSimulator,
  type CoreSimulator,
  type IdSystemSimulator
} from 'opencrvs-national-id/sandbox'
import { openFrontDoor, type FrontDoor } from './front-door'
import { createIdRegister, type IdRegister } from './id-register'
import { migrateToPrevious } from './old-tables'
import { createPostgresPlace } from './postgres-place'
import type { SeededRandom } from './seeded-random'
import { createSqlitePlace } from './sqlite-place'
import type { StoreKind, StorePlace } from './store-place'
import { openTlsDoor, type TlsDoor } from './tls-door'
import { createWorker, type Worker, type WorkerOrder } from './worker-process'

/** Everything of one run: simulators here, workers and database in processes of their own. */
export type World = {
  core: CoreSimulator
  idSystem: IdSystemSimulator
  /** What the ID system has done, person by person. */
  register: IdRegister
  frontDoor: FrontDoor
  tlsDoor: TlsDoor
  place: StorePlace
  workers: readonly Worker[]
  /** Registrations that core is asking about twice at this moment. */
  twice: Set<number>
  logFile: string
  /** @param keep leaves the folder behind, and tells where */
  destroy(keep?: boolean): Promise<void>
}

export type WorldOrder = {
  store: StoreKind
  random: SeededRandom
  tell: (line: string) => void
}

const SYSTEM_CLIENT = {
  clientId: 'national-id',
  clientSecret: 'the system client of the tests'
}

/** The parts that stand before any worker runs; `workers` starts those. */
export async function createWorld({
  random,
  store,
  tell
}: WorldOrder): Promise<{
  world: World
  startWorkers: (how: {
    count: number
    idempotent: boolean
    oldTables: boolean
  }) => Promise<void>
}> {
  // Calls that hang all wait for the end of their simulator.
  setMaxListeners(0)
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-faults-'))
  const core = createCoreSimulator({ systemClients: [SYSTEM_CLIENT] })
  const register = createIdRegister()
  const idSystem = createIdSystemSimulator({ behaviour: register.behaviour })
  await core.start()
  await idSystem.start()
  const frontDoor = await openFrontDoor()
  const tlsDoor = await openTlsDoor(idSystem.url)
  core.connectTo(frontDoor.url)
  idSystem.connectTo(`${frontDoor.url}/national-id/confirmation`)
  const placeOrder = { folder, random, tell }
  const place =
    store === 'sqlite'
      ? createSqlitePlace(placeOrder)
      : await createPostgresPlace(placeOrder)
  const logFile = path.join(folder, 'workers.log')
  const workers: Worker[] = []
  const world: World = {
    ...{
      core,
      idSystem,
      register,
      frontDoor,
      tlsDoor,
      place,
      workers,
      twice: new Set(),
      logFile
    },
    async destroy(keep = false) {
      await Promise.all(workers.map((worker) => worker.end()))
      await core.stop()
      await idSystem.stop()
      await frontDoor.close()
      await tlsDoor.close()
      if (keep) {
        await place.stop()
        tell(`kept: ${folder}`)
        return
      }
      await place.destroy()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return {
    world,
    async startWorkers({ count, idempotent, oldTables }) {
      const order: WorkerOrder = {
        store: place.options,
        coreUrl: core.url,
        systemClient: SYSTEM_CLIENT,
        idSystemUrl: tlsDoor.url,
        authorities: tlsDoor.authorities,
        client: idSystem.client,
        callbackSecret: idSystem.callbackSecret,
        idempotent,
        logFile
      }
      if (oldTables) await migrateToPrevious(order)
      for (let index = 0; index < count; index += 1) {
        const worker = createWorker(index, frontDoor, order)
        workers.push(worker)
        worker.start()
      }
      await Promise.all(workers.map((worker) => worker.ready()))
    }
  }
}
