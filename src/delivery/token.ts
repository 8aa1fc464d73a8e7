import type { RecordToken } from '../opencrvs/core'
import type { DeliveryDependencies } from './dependencies'
import { park, writeAndHold, type Step } from './step'

/** A token that ends sooner than this is as good as ended: the call that needs it may take a while. */
const MARGIN_MS = 60_000

/**
 * The step with a record token that core will take: the stored one, or a fresh one by the system client when it has
 * ended (FACTS D4). Undefined when there is none, and then the delivery waits for a person.
 */
export async function usableToken(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<Step | undefined> {
  const { secrets, tokenExpiresAt } = step.delivery
  const good =
    secrets?.token !== undefined &&
    (tokenExpiresAt === undefined ||
      tokenExpiresAt > dependencies.clock.now() + MARGIN_MS)
  return good ? step : freshToken(dependencies, step, 'ERR_TOKEN_ENDED')
}

/** The step with a fresh token from the system client; parks the delivery with `code` where there is none configured. */
export async function freshToken(
  dependencies: DeliveryDependencies,
  step: Step,
  code: string
): Promise<Step | undefined> {
  const { core } = dependencies
  if (core.tokenFromSystemClient === undefined) {
    await park(dependencies, step, code)
    return undefined
  }
  const fresh = await core.tokenFromSystemClient({
    eventId: step.delivery.event.id,
    actionId: step.delivery.action.id
  })
  return withToken(dependencies, step, fresh)
}

async function withToken(
  dependencies: DeliveryDependencies,
  step: Step,
  fresh: RecordToken
): Promise<Step | undefined> {
  const updated = await writeAndHold(dependencies, step, {
    token: fresh.token,
    tokenExpiresAt: fresh.expiresAt
  })
  return updated === undefined ? undefined : { ...step, delivery: updated }
}
