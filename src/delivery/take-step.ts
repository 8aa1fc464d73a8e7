import { NationalIdError, StoreError } from '../domain/errors'
import { announce } from './announce'
import { askStatus } from './ask-status'
import { cancelTaken } from './cancel-abandoned'
import { confirm } from './confirm'
import { isSuperseded, supersede } from './deactivation'
import type { DeliveryDependencies } from './dependencies'
import { park, retryLater, type Step } from './step'
import { submit } from './submit'
import { logBug } from './submission-failure'

/** Takes the next step of a `queued` or `submitted` delivery. */
export function stepTowardsSystem(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  return orLeaveToAPerson(dependencies, step, 'submit', () =>
    askSystem(dependencies, step)
  )
}

/** Takes the next step of an `answered` delivery. */
export function stepTowardsCore(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  return orLeaveToAPerson(dependencies, step, 'confirm', () =>
    confirm(dependencies, step)
  )
}

async function askSystem(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { delivery } = step
  if (delivery.operation === 'announceIdentity') {
    await announce(dependencies, step)
  } else if (delivery.state === 'submitted') {
    await askStatus(dependencies, step)
  } else if (await isSuperseded(dependencies, delivery)) {
    await supersede(dependencies, step)
  } else {
    await submit(dependencies, step, dependencies.settings.submitTimeoutMs)
  }
}

/** A bug, or a damaged row, would come again each time that the lease ends, and nobody would be told. */
async function orLeaveToAPerson(
  dependencies: DeliveryDependencies,
  step: Step,
  name: 'submit' | 'confirm',
  work: () => Promise<void>
): Promise<void> {
  try {
    if (dependencies.abandoned.has(step.delivery.id))
      await cancelTaken(dependencies, step)
    else await work()
  } catch (error) {
    if (error instanceof StoreError && UNREADABLE.has(error.code)) {
      await setAside(dependencies, step, name, error.code)
      return
    }
    // The store: what cannot be written now is taken up again when the lease ends.
    if (error instanceof NationalIdError) throw error
    logBug(dependencies, step, error)
    await park(dependencies, step, 'ERR_UNEXPECTED')
  }
}

/** A key is not in the ring, or the row is not as it was written. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'ERR_KEY_MISSING',
  'ERR_SEAL_BROKEN'
])

/**
 * A delivery that cannot be read keeps no other from going on. During a rotation another process may have the key, or
 * this one after its next start; a broken seal mends by itself never.
 */
function setAside(
  dependencies: DeliveryDependencies,
  step: Step,
  name: 'submit' | 'confirm',
  code: string
): Promise<void> {
  return code === 'ERR_KEY_MISSING'
    ? retryLater(dependencies, step, { step: name, code })
    : park(dependencies, step, code)
}
