import type { SeededRandom } from './seeded-random'
import type { StoreFault } from './store-place'

/** One thing that goes wrong, at a registration of the plan, and for how long. */
export type Episode = { at: number; ms: number } & Trouble

export type Trouble =
  | { what: 'kill' | 'stop' | 'freeze'; worker: number }
  | { what: 'clock'; worker: number; offsetMs: number }
  | { what: 'core'; way: CoreWay }
  | { what: 'idSystem'; way: IdSystemWay }
  | { what: 'callbacks'; way: CallbackWay }
  | { what: 'store'; fault: StoreFault }

/** Of every call: slow, refused, dropped, or answered with nonsense. */
export const CALL_WAYS = [
  'slow',
  '500',
  '503',
  '429',
  'hang',
  'cut',
  'cutAfter',
  'garbage',
  'gone'
] as const
export type CallWay = (typeof CALL_WAYS)[number]

/**
 * - `documents`: stores the row and answers 500;
 * - `shortTokens`: record tokens last two seconds, and are not renewed;
 * - `newKey`: signs with a new key and refuses tokens with the old one.
 */
const CORE_WAYS = [...CALL_WAYS, 'documents', 'shortTokens', 'newKey'] as const
export type CoreWay = (typeof CORE_WAYS)[number]

/** - `signedOut`: forgets every access token; - `expired`: shows a certificate that has run out. */
const ID_SYSTEM_WAYS = [
  ...CALL_WAYS,
  'signedOut',
  'noSignIn',
  'expired'
] as const
export type IdSystemWay = (typeof ID_SYSTEM_WAYS)[number]

/** - `reordered`: held back, and sent newest first; - `none`: answers are in the response. */
const CALLBACK_WAYS = [
  'lost',
  'fivefold',
  'early',
  'reordered',
  'late',
  'none'
] as const
export type CallbackWay = (typeof CALLBACK_WAYS)[number]

/** What is registered, as number `n`. */
export type Planned = {
  number: number
  type: 'birth' | 'death'
  /** Boys are registered while core waits, girls behind; see `worker.js`. */
  sex: 'male' | 'female'
  /** The ID system refuses this person. */
  isRefused: boolean
  /** Core asks again about this action while it is under way. */
  isAskedAgain: boolean
}

export type Plan = {
  seed: number
  registrations: Planned[]
  episodes: Episode[]
  /** Whether the ID system does repeated work once. */
  idempotent: boolean
  /** Whether the store was made by the version before the last migration. */
  oldTables: boolean
}

const HOUR_MS = 3_600_000

/** Everything that will happen, from the seed alone. Only how fast the machine is can still differ. */
export function makePlan(options: {
  seed: number
  random: SeededRandom
  registrations: number
  workers: number
  storeFaults: readonly StoreFault[]
}): Plan {
  const { random, seed, storeFaults, workers } = options
  const registrations = Array.from(
    { length: options.registrations },
    (_, number) => {
      const type: Planned['type'] = random.happens(0.2) ? 'death' : 'birth'
      const sex: Planned['sex'] = random.happens(0.3) ? 'male' : 'female'
      return {
        number,
        type,
        sex,
        isRefused: random.happens(0.05),
        isAskedAgain: random.happens(0.1)
      }
    }
  )
  const episodes: Episode[] = []
  let at = random.between(2, 8)
  while (at < options.registrations) {
    const trouble = pickTrouble(random, workers, storeFaults)
    episodes.push({ at, ms: duration(random, trouble), ...trouble })
    at += random.between(4, 16)
  }
  return {
    seed,
    registrations,
    episodes,
    idempotent: random.happens(0.6),
    oldTables: random.happens(0.3)
  }
}

function pickTrouble(
  random: SeededRandom,
  workers: number,
  storeFaults: readonly StoreFault[]
): Trouble {
  const worker = random.between(0, workers - 1)
  const dice = random.fraction()
  if (dice < 0.4) return { what: 'kill', worker }
  if (dice < 0.44) return { what: 'stop', worker }
  if (dice < 0.48) return { what: 'freeze', worker }
  if (dice < 0.52) {
    const offsetMs = random.between(-HOUR_MS, HOUR_MS)
    return { what: 'clock', worker, offsetMs }
  }
  if (dice < 0.66) return { what: 'core', way: random.pick(CORE_WAYS) }
  if (dice < 0.8) return { what: 'idSystem', way: random.pick(ID_SYSTEM_WAYS) }
  if (dice < 0.92) return { what: 'callbacks', way: random.pick(CALLBACK_WAYS) }
  return { what: 'store', fault: random.pick(storeFaults) }
}

function duration(random: SeededRandom, trouble: Trouble): number {
  switch (trouble.what) {
    case 'kill':
      return random.between(0, 400)
    case 'freeze':
      // Longer than a lease, so that somebody else may take over its work.
      return random.between(500, 3_500)
    case 'clock':
      return random.between(500, 4_000)
    default:
      return random.between(200, 2_500)
  }
}
