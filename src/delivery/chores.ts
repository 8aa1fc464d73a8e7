import type { StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import { sleep } from '../internal/clock'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { write } from './step'

const BATCH = 100
const DAY_MS = 24 * 60 * 60 * 1000

/** Something that is done again and again while the server runs. */
export type Chore = { start(): void; stop(): Promise<void> }

/** Runs `work` every `everyMs`, one at a time; a failure is logged and does not end it. */
function every(
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
  return every(
    dependencies,
    'token renewal',
    Math.min(60_000, settings.renewTokenBeforeMs / 4),
    async (signal) => {
      const due = await store.claimForRenewal({
        owner,
        now: clock.now(),
        leaseMs: settings.leaseMs,
        limit: BATCH,
        expiringBefore: clock.now() + settings.renewTokenBeforeMs
      })
      for (const delivery of due) {
        await renew(dependencies, { delivery, owner, signal })
      }
    }
  )
}

async function renew(
  dependencies: DeliveryDependencies,
  step: { delivery: StoredDelivery; owner: string; signal: AbortSignal }
): Promise<void> {
  const { clock, core, logger } = dependencies
  const { delivery } = step
  const token = delivery.secrets?.token
  if (token === undefined || step.signal.aborted) {
    await write(dependencies, step, {})
    return
  }
  try {
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
  } catch (error) {
    const code =
      error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
    logger.warn(
      { deliveryId: delivery.id, code },
      'the record token could not be renewed; it is tried again'
    )
    await write(dependencies, step, {})
  }
}

/** Reports what is open for too long, once each. */
export function stalledWatch(dependencies: DeliveryDependencies): Chore {
  const { clock, events, hooks, logger, settings, store } = dependencies
  const everyMs = Math.min(
    60_000,
    Math.max(1_000, settings.stalledAfterMs / 10)
  )
  return every(dependencies, 'stalled watch', everyMs, async () => {
    const now = clock.now()
    const stalled = await store.markStalled({
      openSince: now - settings.stalledAfterMs,
      now,
      limit: BATCH
    })
    for (const delivery of stalled) {
      logger.warn(
        {
          deliveryId: delivery.id,
          eventId: delivery.event.id,
          state: delivery.state,
          lastCode: delivery.lastCode
        },
        'delivery is stalled'
      )
      events.emit({ type: 'delivery.stalled', delivery })
      await hooks.run('onStalled', {
        event: delivery.event,
        action: delivery.action,
        deliveryId: delivery.id,
        rule: delivery.rule,
        ...(delivery.lastCode === undefined ? {} : { code: delivery.lastCode })
      })
    }
  })
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
