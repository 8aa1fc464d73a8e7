import { NationalIdError } from '../domain/errors'
import { askStatus } from './ask-status'
import { confirm } from './confirm'
import { isSuperseded, supersede } from './deactivation'
import type { DeliveryDependencies } from './dependencies'
import { park, type Step } from './step'
import { submit } from './submit'
import { logBug } from './submission-failure'

/** Takes the next step of a `queued` or `submitted` delivery. */
export function stepTowardsSystem(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  return orLeaveToAPerson(dependencies, step, () =>
    askSystem(dependencies, step)
  )
}

/** Takes the next step of an `answered` delivery. */
export function stepTowardsCore(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  return orLeaveToAPerson(dependencies, step, () => confirm(dependencies, step))
}

async function askSystem(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { delivery } = step
  if (delivery.state === 'submitted') {
    await askStatus(dependencies, step)
  } else if (await isSuperseded(dependencies, delivery)) {
    await supersede(dependencies, step)
  } else {
    await submit(dependencies, step, dependencies.settings.submitTimeoutMs)
  }
}

/** A bug would come again each time that the lease ends, and nobody would be told. */
async function orLeaveToAPerson(
  dependencies: DeliveryDependencies,
  step: Step,
  work: () => Promise<void>
): Promise<void> {
  try {
    await work()
  } catch (error) {
    // The store: what cannot be written now is taken up again when the lease ends.
    if (error instanceof NationalIdError) throw error
    logBug(dependencies, step, error)
    await park(dependencies, step, 'ERR_UNEXPECTED')
  }
}
