import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import type { DeliveryPatch } from '../store/store'
import type { ReadablePerson } from '../systems/system'
import { deliveryAudit } from './audit'
import { every, type Chore } from './chores'
import type { DeliveryDependencies } from './dependencies'
import type { Step } from './step'
import type { AuditEvent } from '../domain/audit'

/** How the event's subject is called among the people of a delivery. */
const SUBJECT = 'subject'

/** How many deliveries, or people, are ended in one transaction. */
const BATCH = 100

/** Often enough that a person can be read hardly longer than was promised; the store itself finds nobody whose time is over. */
const EVERY_MS = 30_000

/** Whom the system may read back, and until when. */
export type Reading = NonNullable<DeliveryPatch['readable']>

/**
 * What the system may read back on account of a delivery from now on, or undefined where it reads nothing back: its
 * capabilities do not say so of this operation, or nobody has an identifier by which it could ask.
 *
 * @param answer where the system has answered: the identifier that it issued
 */
export function readingOf(
  { clock, system }: Pick<DeliveryDependencies, 'clock' | 'system'>,
  delivery: StoredDelivery,
  answer?: FinalAnswer
): Reading | undefined {
  const { readsBack } = system.capabilities
  if (!readsBack?.after.some((one) => one === delivery.operation)) {
    return undefined
  }
  const people = identifiedPeople(delivery, answer).map(
    ({ identifier, role }) => ({ identifier, role })
  )
  return people.length === 0
    ? undefined
    : { until: clock.now() + readsBack.forMs, people }
}

/**
 * The people of a delivery who have an identifier, the event's subject first and under a name that no role has.
 *
 * @param answer the system's, where it is not in the delivery yet
 */
export function identifiedPeople(
  { secrets }: StoredDelivery,
  answer: FinalAnswer | undefined = secrets?.answer
): ReadablePerson[] {
  const request = secrets?.request
  if (request === undefined || request === null) return []
  const { person, relatives = {} } = request
  const subject = issuedBy(answer) ?? request.identifier
  const others = Object.entries(relatives)
    .filter(([role]) => role !== SUBJECT)
    .map(([role, relative]) => ({ role, ...relative }))
  return [{ role: SUBJECT, identifier: subject, person }, ...others].filter(
    isIdentified
  )
}

function issuedBy(answer: FinalAnswer | undefined): string | undefined {
  return answer?.outcome === 'accepted' ? answer.identifier : undefined
}

function isIdentified(
  person: Omit<ReadablePerson, 'identifier'> & {
    identifier?: string | undefined
  }
): person is ReadablePerson {
  return person.identifier !== undefined
}

/**
 * What is written before a call after which the system reads back: it may do so before the call has ended. Whatever
 * becomes of the call, nobody is found for longer than was configured.
 */
export function openReading(
  dependencies: Pick<DeliveryDependencies, 'clock' | 'system'>,
  { delivery }: Step
): { patch: Pick<DeliveryPatch, 'readable'>; audit: AuditEvent[] } {
  const readable = readingOf(dependencies, delivery)
  if (readable === undefined) return { patch: {}, audit: [] }
  const entry = deliveryAudit(delivery, {
    kind: 'reading.opened',
    at: dependencies.clock.now(),
    actor: 'worker',
    details: { roles: readable.people.map(({ role }) => role) }
  })
  // Once: each further attempt only moves the end.
  return { patch: { readable }, audit: delivery.attempts === 0 ? [entry] : [] }
}

/** What ending a delivery says about reading: nobody is found through it any more. */
export function closedReading({
  system
}: Pick<DeliveryDependencies, 'system'>): Pick<DeliveryPatch, 'readable'> {
  return system.capabilities.readsBack === undefined ? {} : { readable: null }
}

/** Ends what was kept open for reading once its time is over, and erases what could be read. */
export function readingEnd(dependencies: DeliveryDependencies): Chore {
  const { clock, events, store } = dependencies
  return every(dependencies, 'end of reading', EVERY_MS, async (signal) => {
    let hasMore = true
    while (hasMore && !signal.aborted) {
      const now = clock.now()
      const { ended, removed } = await store.endReadable(
        { now, limit: BATCH },
        (delivery) => [
          deliveryAudit(delivery, {
            kind: 'reading.ended',
            at: now,
            actor: 'worker'
          })
        ]
      )
      for (const delivery of ended)
        events.emit({ type: 'delivery.ended', delivery })
      hasMore = ended.length === BATCH || removed === BATCH
    }
  })
}
