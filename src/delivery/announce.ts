import type { SystemRequest } from '../domain/delivery'
import type { AnnouncedRecord } from '../systems/system'
import type { DeliveryDependencies } from './dependencies'
import { end } from './end'
import { openReading } from './reading'
import { park, write, writeAndHold, type Step } from './step'
import { submissionFailed } from './submission-failure'

/** Tells the system that the record stands, and ends the announcement. Told once at least; after a crash maybe twice. */
export async function announce(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const request = step.delivery.secrets?.request
  if (request === undefined || request === null) {
    await park(dependencies, step, 'ERR_DELIVERY_EMPTY')
    return
  }
  if (step.signal.aborted) {
    await write(dependencies, step, {})
    return
  }
  const opened = await withReading(dependencies, step)
  if (opened === undefined) return
  try {
    await dependencies.system.announce(request, recordOf(request), {
      attempt: step.delivery.attempts + 1,
      timeoutMs: dependencies.settings.submitTimeoutMs,
      signal: step.signal
    })
  } catch (error) {
    await submissionFailed(dependencies, opened, error)
    return
  }
  await end(dependencies, opened, { outcome: 'accepted' }, undefined)
}

async function withReading(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<Step | undefined> {
  const { patch, audit } = openReading(dependencies, step)
  if (patch.readable === undefined) return step
  const held = await writeAndHold(dependencies, step, patch, audit)
  return held === undefined ? undefined : { ...step, delivery: held }
}

function recordOf({
  identifier,
  registrationNumber
}: SystemRequest): AnnouncedRecord {
  return {
    ...(identifier === undefined ? {} : { identifier }),
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
}
