import type { Delivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import { TICKET_REPEAT_MS } from '../domain/ticket'
import { sleep } from '../internal/clock'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { notice, write, type Step } from './step'

const BATCH = 100
const DAY_MS = 24 * 60 * 60 * 1000

/** Something that is done again and again while the server runs. */
export type Chore = { start(): void; stop(): Promise<void> }

/** Runs `work` every `everyMs`, one at a time; a failure is logged and does not end it. */
export function every(
  dependencies: Pick<DeliveryDependencies, 'logger'>,
  name: string,
  everyMs: number,
  work: (signal: AbortSignal) => Promise<void>
): Chore {
  const end = new AbortController()
  let loop: Promise<void> = Promise.resolve()
  async function forever(): Promise<void> {
    while (!end.signal.aborted) {
      try {
        await work(end.signal)
      } catch (error) {
        const code =
          error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
        dependencies.logger.error(
          { chore: name, code },
          'a regular task failed; it is done again later'
        )
      }
      await sleep(everyMs, end.signal)
    }
  }
  return {
    start() {
      loop = forever()
    },
    async stop() {
      end.abort()
      await loop
    }
  }
}

/** Renews record tokens before they end: they last a week, and an identity can take longer (FACTS D2). */
export function tokenRenewal(
  dependencies: DeliveryDependencies,
  owner: string
): Chore {
  const { clock, settings, store } = dependencies
  // Core may be configured to give tokens that last less than we renew before their end: then half their life is soon
  // enough, or they would be renewed without pause.
  let beforeMs = settings.renewTokenBeforeMs
  const everyMs = Math.min(60_000, settings.renewTokenBeforeMs / 4)
  return every(dependencies, 'token renewal', everyMs, async (signal) => {
    let hasMore = true
    while (hasMore && !signal.aborted) {
      const due = await store.claimForRenewal({
        owner,
        now: clock.now(),
        leaseMs: settings.leaseMs,
        limit: BATCH,
        expiringBefore: clock.now() + beforeMs
      })
      // What failed would be claimed again at once: only where all went well there is a next batch.
      hasMore = due.length === BATCH
      for (const delivery of due) {
        const lifeMs = await renew(dependencies, { delivery, owner, signal })
        if (lifeMs === undefined) hasMore = false
        else beforeMs = Math.min(settings.renewTokenBeforeMs, lifeMs / 2)
      }
    }
  })
}

/** How long the new token lasts; undefined when there is none. */
async function renew(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<number | undefined> {
  const { clock, core, logger } = dependencies
  const { delivery } = step
  try {
    const token = delivery.secrets?.token
    if (token === undefined || step.signal.aborted) {
      await write(dependencies, step, {})
      return undefined
    }
    const fresh = await core.renewToken(
      { eventId: delivery.event.id, actionId: delivery.action.id },
      token
    )
    const entry = deliveryAudit(delivery, {
      kind: 'token.renewed',
      at: clock.now(),
      actor: 'worker'
    })
    await write(
      dependencies,
      step,
      { token: fresh.token, tokenExpiresAt: fresh.expiresAt },
      [entry]
    )
    return fresh.expiresAt - clock.now()
  } catch (error) {
    const code =
      error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
    logger.warn(
      { deliveryId: delivery.id, code },
      'the record token could not be renewed; it is tried again'
    )
    await write(dependencies, step, {})
    return undefined
  }
}

/** Reports what is open for too long, once each. */
export function stalledWatch(dependencies: DeliveryDependencies): Chore {
  const { clock, settings, store } = dependencies
  const everyMs = Math.min(
    60_000,
    Math.max(1_000, settings.stalledAfterMs / 10)
  )
  return every(dependencies, 'stalled watch', everyMs, async (signal) => {
    const now = clock.now()
    const stalled = await store.markStalled({
      openSince: now - settings.stalledAfterMs,
      now,
      limit: BATCH
    })
    for (const delivery of stalled) {
      if (signal.aborted) await unmark(dependencies, delivery)
      else await report(dependencies, delivery)
    }
  })
}

async function report(
  { events, hooks }: DeliveryDependencies,
  delivery: Delivery
): Promise<void> {
  const { lastCode } = delivery
  events.emit({ type: 'delivery.stalled', delivery })
  await hooks.run('onStalled', {
    ...notice(delivery),
    ...(lastCode === undefined ? {} : { code: lastCode })
  })
}

/** The server is stopping: the next one reports it. */
async function unmark(
  { clock, store }: DeliveryDependencies,
  { id, state }: Delivery
): Promise<void> {
  const patch = { stalledAt: null }
  await store.update(id, { states: [state] }, patch, [], clock.now())
}

/** Removes what ended long ago, in small batches. The audit trail stays. */
export function purging(dependencies: DeliveryDependencies): Chore {
  const { clock, settings, store } = dependencies
  return every(dependencies, 'purging', 60 * 60 * 1000, async (signal) => {
    const before = clock.now() - settings.keepEndedDays * DAY_MS
    let removed = BATCH
    while (removed === BATCH && !signal.aborted) {
      removed = await store.purge({ before, limit: BATCH })
    }
  })
}

/** Erases what sign-ins left, soon after it was collected or can be collected no more, in small batches. */
export function ticketPurging(dependencies: DeliveryDependencies): Chore {
  const { clock, store } = dependencies
  return every(dependencies, 'ticket purging', 15_000, async (signal) => {
    let removed = BATCH
    while (removed === BATCH && !signal.aborted) {
      const now = clock.now()
      removed = await store.purgeTickets({
        now,
        redeemedBefore: now - TICKET_REPEAT_MS,
        limit: BATCH
      })
    }
  })
}
