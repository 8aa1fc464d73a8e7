import { recordValues } from '../delivery/acceptance'
import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import type { Runtime } from './runtime'
import {
  accepted,
  deferred,
  rejected,
  type TriggerAnswer
} from './trigger-answer'

/**
 * What core is answered about a delivery that exists: the same however often it asks (FACTS B4: DECLARE asks again).
 */
export async function repeatedAnswer(
  runtime: Runtime,
  delivery: StoredDelivery
): Promise<TriggerAnswer> {
  if (delivery.coreOwed === 'nothing') return accepted()
  const answer = delivery.secrets?.answer
  const isRefused = delivery.state === 'refused'
  if (delivery.coreOwed === 'confirmation') {
    return isRefused ? refusal(delivery) : deferred(delivery.id)
  }
  return isRefused || answer?.outcome === 'refused'
    ? refusal(delivery)
    : acceptance(runtime, delivery, answer)
}

async function acceptance(
  runtime: Runtime,
  delivery: StoredDelivery,
  answer: FinalAnswer | undefined
): Promise<TriggerAnswer> {
  const registrationNumber = delivery.secrets?.registrationNumber
  // Once ended the number is erased here; core has it, and takes a 202 as no change.
  if (delivery.action.type === 'REGISTER' && registrationNumber === undefined) {
    return deferred(delivery.id)
  }
  const { declaration } =
    answer === undefined
      ? { declaration: undefined }
      : await recordValues(runtime.delivery, delivery, answer)
  return accepted({
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(declaration === undefined ? {} : { declaration })
  })
}

function refusal(delivery: StoredDelivery): TriggerAnswer {
  return rejected(
    delivery.lastCode ?? 'REFUSED',
    `The national ID system refused delivery ${delivery.id}.`
  )
}
