import { NationalIdError } from '../domain/errors'
import { kindAndPlace } from '../internal/thrown'
import type { Trigger } from './read-trigger'
import type { Runtime } from './runtime'
import { rejected, type TriggerAnswer } from './trigger-answer'

/**
 * A trigger that we cannot take is answered 400, whatever the cause: the record can then be tried again, while any
 * other status would leave it stuck (FACTS B2, B4).
 */
export async function refuseTrigger(
  runtime: Runtime,
  failure: unknown,
  trigger?: Trigger
): Promise<TriggerAnswer> {
  const code =
    failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
  if (!(failure instanceof NationalIdError)) {
    runtime.delivery.logger.error(
      { error: kindAndPlace(failure), eventId: trigger?.event.id },
      'a trigger failed'
    )
  }
  await runtime.refusals.note({
    route: 'trigger',
    code,
    reason: failure instanceof NationalIdError ? failure.message : undefined,
    eventId: trigger?.event.id,
    actionId: trigger?.pendingAction.id
  })
  return rejected(code, explain(failure))
}

function explain(failure: unknown): string {
  if (failure instanceof NationalIdError) return failure.message
  return 'The action could not be handled. See the log of the country configuration.'
}
