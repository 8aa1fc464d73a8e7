import type { Fault, Faults } from 'opencrvs-national-id/sandbox'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  CallbackWay,
  CallWay,
  CoreWay,
  Episode,
  IdSystemWay
} from './plan'
import type { World } from './world'

/** Lets the trouble of an episode come, last and go. Resolves when it is over. */
export async function live(world: World, episode: Episode): Promise<void> {
  const { ms } = episode
  switch (episode.what) {
    case 'kill':
      // At a random instant of whatever goes on, and not just when a registration begins.
      await sleep(ms / 2)
      world.workers[episode.worker]?.kill(ms)
      return
    case 'stop':
      world.workers[episode.worker]?.stopInOrder()
      return
    case 'freeze':
      world.workers[episode.worker]?.freeze(ms)
      await sleep(ms)
      return
    case 'clock':
      world.workers[episode.worker]?.setClock(episode.offsetMs)
      await sleep(ms)
      world.workers[episode.worker]?.setClock(0)
      return
    case 'core':
      await troubleCore(world, episode.way, ms)
      return
    case 'idSystem':
      await troubleIdSystem(world, episode.way, ms)
      return
    case 'callbacks':
      await troubleCallbacks(world, episode.way, ms)
      return
    case 'store':
      await world.place.breakFor(episode.fault, ms)
  }
}

const CALL_FAULTS: Record<Exclude<CallWay, 'gone'>, Fault> = {
  slow: { kind: 'delay', ms: 600 },
  '500': { kind: 'status', status: 500 },
  '503': { kind: 'status', status: 503 },
  '429': { kind: 'status', status: 429, retryAfterSeconds: 1 },
  hang: { kind: 'hang' },
  cut: { kind: 'cut' },
  cutAfter: { kind: 'cutAfter' },
  // Simulators answer such a status with text that is no JSON.
  garbage: { kind: 'status', status: 200 }
}

async function troubleCalls(
  peer: {
    faults: Faults
    start(): Promise<string>
    disappear(): Promise<void>
  },
  way: CallWay,
  ms: number
): Promise<void> {
  if (way === 'gone') {
    await peer.disappear()
    await sleep(ms)
    await peer.start()
    return
  }
  await faultFor(peer.faults, '*', CALL_FAULTS[way], ms)
}

async function faultFor(
  faults: Faults,
  kind: string,
  fault: Fault,
  ms: number
): Promise<void> {
  faults.add(kind, fault, Number.POSITIVE_INFINITY)
  await sleep(ms)
  faults.clear()
}

async function troubleCore(
  { core, twice }: World,
  way: CoreWay,
  ms: number
): Promise<void> {
  switch (way) {
    case 'documents':
      await faultFor(
        core.faults,
        'documents',
        { kind: 'status', status: 500 },
        ms
      )
      return
    case 'shortTokens':
      core.setRecordTokenSeconds(2)
      await faultFor(
        core.faults,
        'token',
        { kind: 'status', status: 500 },
        ms + 1_500
      )
      core.setRecordTokenSeconds(604_800)
      return
    case 'newKey':
      // A core with another key was started anew: none of its earlier calls is under way.
      while (twice.size > 0) await sleep(20)
      core.rotateKey()
      return
    default:
      await troubleCalls(core, way, ms)
  }
}

async function troubleIdSystem(
  { idSystem, tlsDoor }: World,
  way: IdSystemWay,
  ms: number
): Promise<void> {
  switch (way) {
    case 'signedOut':
      idSystem.revokeTokens()
      return
    case 'noSignIn':
      idSystem.revokeTokens()
      await faultFor(
        idSystem.faults,
        'oauth',
        { kind: 'status', status: 500 },
        ms
      )
      return
    case 'expired':
      tlsDoor.expire(true)
      await sleep(ms)
      tlsDoor.expire(false)
      return
    default:
      await troubleCalls(idSystem, way, ms)
  }
}

async function troubleCallbacks(
  { idSystem }: World,
  way: CallbackWay,
  ms: number
): Promise<void> {
  switch (way) {
    case 'lost':
      idSystem.behave({ callbacks: { delivery: 'lose' } })
      break
    case 'fivefold':
      idSystem.behave({ callbacks: { copies: 5 } })
      break
    case 'early':
      idSystem.behave({ callbacks: { delivery: 'early' } })
      break
    case 'reordered':
      idSystem.behave({ callbacks: { delivery: 'hold' } })
      break
    case 'late':
      idSystem.behave({ decideAfterMs: 500 })
      break
    case 'none':
      idSystem.behave({ mode: 'synchronous' })
  }
  await sleep(ms)
  calmCallbacks(idSystem)
  if (way === 'reordered') await idSystem.releaseCallbacks('newestFirst')
}

/** Callbacks are sent once, when decided. */
export function calmCallbacks(idSystem: World['idSystem']): void {
  idSystem.behave({
    mode: 'asynchronous',
    decideAfterMs: 0,
    callbacks: { delivery: 'send', copies: 1 }
  })
}
