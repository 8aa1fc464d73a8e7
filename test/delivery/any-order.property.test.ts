import fc from '../fast-check'
import { submit } from '../../src/delivery/submit'
import type { FinalAnswer, SystemAnswer } from '../../src/domain/delivery'
import { OpenCrvsError, SystemError } from '../../src/domain/errors'
import type { OpenCrvsCore } from '../../src/opencrvs/core'
import { sampleDelivery } from '../store/sample-delivery'
import { agreeableCore, sayingSystem, workbench } from './workbench'

const DAY_MS = 86_400_000

const ACCEPTED: FinalAnswer = { outcome: 'accepted', identifier: '9000000042' }
const REFUSED: FinalAnswer = { outcome: 'refused', code: 'NO', reason: 'no' }

/** What the system does with a call, and whether it has then done the work. */
const submissions = {
  accepted: () => ACCEPTED,
  refused: () => REFUSED,
  pending: (): SystemAnswer => ({ outcome: 'pending' }),
  nonsense: () => ({ outcome: 'perhaps' }) as unknown as SystemAnswer,
  down: () => systemError({ retryable: true }),
  permanent: () => systemError({}),
  cut: () => systemError({ retryable: true, outcomeUnknown: true }),
  bug: () => new TypeError('a bug of an adapter')
}

function systemError(how: { retryable?: boolean; outcomeUnknown?: boolean }) {
  return new SystemError('failed', {
    code: 'ERR_FAILED',
    system: 'scripted',
    ...how
  })
}

const CORE_WAYS = [
  'ok',
  'lostAfterwards',
  '500',
  'notStored',
  '401',
  'timeout',
  'refusesForGood'
] as const
type CoreWay = (typeof CORE_WAYS)[number]
type SubmissionWay = keyof typeof submissions
const SUBMISSION_WAYS = Object.keys(submissions) as SubmissionWay[]

/** A core that keeps what it is told, and fails as it is bid. */
function stubbornCore() {
  const rows: Array<{ stored: 'Accepted' | 'Rejected'; number?: string }> = []
  const bid: { way: CoreWay } = { way: 'ok' }
  const failures: Partial<Record<CoreWay, [string, string, number?]>> = {
    lostAfterwards: ['ERR_CORE_TIMEOUT', 'transient'],
    '500': ['ERR_CORE_UNAVAILABLE', 'transient', 500],
    notStored: ['ERR_CORE_NOT_STORED', 'transient', 500],
    '401': ['ERR_CORE_UNAUTHORIZED', 'unauthorized', 401],
    timeout: ['ERR_CORE_TIMEOUT', 'transient'],
    refusesForGood: ['ERR_CORE_REFUSED', 'permanent', 400]
  }
  function fail(): void {
    const [code, failure, status] = failures[bid.way] ?? []
    if (code === undefined) return
    throw new OpenCrvsError('failed', {
      code,
      failure: failure as 'transient',
      ...(status === undefined ? {} : { status })
    })
  }
  function tell(stored: 'Accepted' | 'Rejected', number?: string) {
    if (bid.way !== 'lostAfterwards') fail()
    const [row] = rows
    if (row !== undefined && row.stored !== stored) {
      throw new OpenCrvsError('the other', {
        code: 'ERR_CORE_ALREADY',
        failure: 'alreadyDone',
        storedAs: row.stored
      })
    }
    if (row === undefined)
      rows.push({ stored, ...(number === undefined ? {} : { number }) })
    if (bid.way === 'lostAfterwards') fail()
    const kept = rows[0]?.number
    return {
      storedAs: stored,
      ...(kept === undefined ? {} : { registrationNumber: kept })
    }
  }
  const core: OpenCrvsCore = agreeableCore({
    accept: async ({ registrationNumber }) =>
      tell('Accepted', registrationNumber),
    reject: async () => tell('Rejected'),
    tokenFromSystemClient: () =>
      Promise.resolve({ token: 'fresh', expiresAt: Number.MAX_SAFE_INTEGER })
  })
  return { core, rows, bid }
}

type Happening =
  | {
      what: 'work'
      system: SubmissionWay
      core: CoreWay
      meanwhile: 'nothing' | 'accepted' | 'refused' | 'reject' | 'sendAgain'
    }
  | { what: 'die' }
  | { what: 'dieDuringCall' }
  | { what: 'wait'; ms: number }
  | { what: 'callback'; answer: 'accepted' | 'refused' }
  | { what: 'trigger' }
  | { what: 'sendAgain' }
  | { what: 'reject' }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('work' as const),
      system: fc.constantFrom(...SUBMISSION_WAYS),
      core: fc.constantFrom(...CORE_WAYS),
      meanwhile: fc.constantFrom(
        'nothing' as const,
        'nothing' as const,
        'accepted' as const,
        'refused' as const,
        'reject' as const,
        'sendAgain' as const
      )
    })
  },
  fc.record({ what: fc.constant('die' as const) }),
  fc.record({ what: fc.constant('dieDuringCall' as const) }),
  fc.record({
    what: fc.constant('wait' as const),
    ms: fc.constantFrom(10, 6_000, 61_000, 700_000)
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('callback' as const),
      answer: fc.constantFrom('accepted' as const, 'refused' as const)
    })
  },
  fc.record({ what: fc.constant('trigger' as const) }),
  fc.record({ what: fc.constant('sendAgain' as const) }),
  fc.record({ what: fc.constant('reject' as const) })
)

const life = fc.record({
  idempotent: fc.boolean(),
  status: fc.boolean(),
  happenings: fc.array(happening, { maxLength: 14 })
})

type Life = { idempotent: boolean; status: boolean; happenings: Happening[] }

/** Lives a delivery through, then lets everything be well again until nothing more happens. */
async function live({ idempotent, status, happenings }: Life) {
  const { core, rows, bid } = stubbornCore()
  let work = 0
  let sentAgain = 0
  let way: SubmissionWay = 'pending'
  let during: () => Promise<void> = () => Promise.resolve()
  const system = sayingSystem(
    async () => {
      const meanwhile = during
      during = () => Promise.resolve()
      const said = submissions[way]()
      if (way !== 'down' && way !== 'permanent') work += 1
      await meanwhile()
      return said
    },
    { idempotent, status },
    () => Promise.resolve(work === 0 ? { outcome: 'unknown' } : ACCEPTED)
  )
  const bench = await workbench(system, core)
  const id = await bench.add()
  const answers = { accepted: ACCEPTED, refused: REFUSED }
  async function intervene(how: 'sendAgain' | 'reject'): Promise<void> {
    try {
      if (how === 'reject') await bench.operator.reject(id, 'reason', 'user:1')
      else {
        await bench.operator.sendAgain(id, 'user:1')
        sentAgain += 1
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_DELIVERY_STATE' })
    }
  }
  async function happen(next: Happening): Promise<void> {
    switch (next.what) {
      case 'work': {
        way = next.system
        bid.way = next.core
        const { meanwhile } = next
        if (meanwhile === 'accepted' || meanwhile === 'refused')
          during = () => bench.callback(id, answers[meanwhile]).then()
        else if (meanwhile !== 'nothing') during = () => intervene(meanwhile)
        await bench.work('w1')
        during = () => Promise.resolve()
        return
      }
      case 'die':
      case 'dieDuringCall': {
        const dying = await bench.store.claim({
          owner: 'dying',
          now: bench.clock.now(),
          leaseMs: 60_000,
          limit: 1,
          states: ['queued', 'submitted', 'answered']
        })
        if (next.what === 'die' || dying[0]?.state !== 'queued') return
        way = 'accepted'
        // The call reaches the system; what is written after it never is.
        const dead = { ...bench.dependencies, store: dyingStore() }
        await submit(
          dead,
          {
            delivery: dying[0],
            owner: 'dying',
            signal: new AbortController().signal
          },
          1_000
        ).catch(() => undefined)
        return
      }
      case 'wait':
        bench.clock.at += next.ms
        return
      case 'trigger': {
        const { event, action } = await bench.find(id)
        const again = sampleDelivery({ event, action })
        const { delivery, inserted } = await bench.store.insert(again, [])
        expect([delivery.id, inserted]).toEqual([id, false])
        return
      }
      case 'callback':
        await bench.callback(id, answers[next.answer])
        return
      default:
        await intervene(next.what)
    }
  }
  /** Dies once the system has been called. */
  function dyingStore() {
    const before = system.calls
    return {
      ...bench.store,
      update: (...change: Parameters<typeof bench.store.update>) =>
        system.calls === before
          ? bench.store.update(...change)
          : Promise.reject(new Error('dead'))
    }
  }
  for (const next of happenings) await happen(next)
  way = 'accepted'
  bid.way = 'ok'
  bench.endLeases()
  await bench.workFor(30 * DAY_MS)
  const waiting = await bench.find(id)
  // Only what the system has confirmed to have, and cannot be asked about, still waits: for its callback.
  if (waiting.state === 'submitted') {
    expect(status).toBe(false)
    expect(await bench.callback(id, ACCEPTED)).toBe('applied')
    await bench.workFor(DAY_MS)
  }
  const delivery = await bench.find(id)
  const trail = await bench.trail(id)
  const { hooks } = bench
  await bench.close()
  return { delivery, trail, hooks, rows, work, sentAgain }
}

const ENDS = ['delivery.confirmed', 'delivery.refused', 'operator.cancelled']

describe('a delivery, whatever happens and in whatever order', () => {
  it('ends once, with core told once, or waits for a person who was told so', async () => {
    await fc.assert(
      fc.asyncProperty(life, async (story) => {
        const { delivery, trail, hooks, rows, work, sentAgain } =
          await live(story)
        const ends = trail.filter((kind) => ENDS.includes(kind))
        expect(rows.length).toBeLessThanOrEqual(1)
        switch (delivery.state) {
          case 'confirmed':
            expect(rows[0]?.stored).toBe('Accepted')
            expect(hooks.at(-1)).toMatchObject({
              hook: 'onAccepted',
              registrationNumber: rows[0]?.number
            })
            break
          case 'refused':
            expect(rows[0]?.stored).toBe('Rejected')
            expect(hooks.map(({ hook }) => hook)).toContain('onRejected')
            break
          case 'cancelled':
            break
          default:
            expect(delivery.state).toBe('parked')
            expect(hooks.at(-1)).toMatchObject({
              hook: 'onParked',
              code: delivery.lastCode
            })
        }
        expect(ends).toHaveLength(delivery.state === 'parked' ? 0 : 1)
        expect(delivery.lease).toBeUndefined()
        if (!story.idempotent) {
          // A system that would do the work twice does it again only when a person says so.
          expect(work).toBeLessThanOrEqual(1 + sentAgain)
        }
      }),
      { numRuns: 100 }
    )
  }, 120_000)
})
