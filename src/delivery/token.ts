import { OpenCrvsError } from '../domain/errors'
import type { RecordToken } from '../opencrvs/core'
import type { DeliveryDependencies } from './dependencies'
import { park, writeAndHold, type Step } from './step'

/** A token that ends sooner than this may end before the call that needs it: it is renewed first. */
const MARGIN_MS = 60_000

/**
 * The step with a record token that core will take: the stored one, renewed when it is about to end (FACTS D2), or a
 * fresh one by the system client when it has ended (FACTS D4). Undefined when there is none, and then the delivery
 * waits for a person.
 */
export async function usableToken(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<Step | undefined> {
  const { secrets, tokenExpiresAt = Number.POSITIVE_INFINITY } = step.delivery
  const token = secrets?.token
  const leftMs = tokenExpiresAt - dependencies.clock.now()
  if (token === undefined || leftMs <= 0)
    return freshToken(dependencies, step, 'ERR_TOKEN_ENDED')
  if (leftMs > MARGIN_MS) return step
  const renewed = await tryToRenew(dependencies, step, token)
  if (renewed !== undefined) return withToken(dependencies, step, renewed)
  return dependencies.core.tokenFromSystemClient === undefined
    ? step
    : freshToken(dependencies, step, 'ERR_TOKEN_ENDED')
}

/** Undefined when it cannot be had now: the old one is still good for a moment. */
async function tryToRenew(
  { core }: DeliveryDependencies,
  { delivery }: Step,
  token: string
): Promise<RecordToken | undefined> {
  try {
    return await core.renewToken(
      { eventId: delivery.event.id, actionId: delivery.action.id },
      token
    )
  } catch (error) {
    if (error instanceof OpenCrvsError) return undefined
    throw error
  }
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
