import { WRITTEN_UNSURE } from '../delivery/abandoned'
import { recordValues, type RecordValues } from '../delivery/acceptance'
import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import type { Declaration } from '../domain/event'
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
  if (isAbandoned(runtime, delivery)) return refusedUnsure(delivery)
  if (delivery.coreOwed === 'nothing') {
    return accepted(asDeclaration(delivery.secrets?.corrections))
  }
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
  const values = await valuesOf(runtime, delivery, answer)
  if (values === 'unknown') return deferred(delivery.id)
  const { declaration } = values
  return accepted({
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(declaration === undefined ? {} : { declaration })
  })
}

/**
 * What goes into the record, or `unknown` while core cannot be asked for its fields. The delivery is on disk and the
 * system may have issued an identity, so a refusal would be wrong by now; the worker brings the values.
 */
async function valuesOf(
  runtime: Runtime,
  delivery: StoredDelivery,
  answer: FinalAnswer | undefined
): Promise<Pick<RecordValues, 'declaration'> | 'unknown'> {
  // Which fields there are was found out when the corrections were made.
  if (answer === undefined) {
    return asDeclaration(delivery.secrets?.corrections)
  }
  try {
    return await recordValues(runtime.delivery, delivery, answer)
  } catch (failure) {
    goesOnBehind(runtime, delivery, failure)
    return 'unknown'
  }
}

/** Values as a part of core's answer; nothing at all where there are none. */
export function asDeclaration(
  values: Declaration = {}
): Pick<RecordValues, 'declaration'> {
  return Object.keys(values).length === 0 ? {} : { declaration: values }
}

/** Notes that core is answered 202 where it could have been told more. */
export function goesOnBehind(
  runtime: Runtime,
  delivery: StoredDelivery,
  failure: unknown
): void {
  const code =
    failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
  runtime.delivery.logger.warn(
    { deliveryId: delivery.id, code },
    'core is answered 202 instead of 200; the worker goes on with it'
  )
}

function isAbandoned(runtime: Runtime, delivery: StoredDelivery): boolean {
  return (
    delivery.lastCode === WRITTEN_UNSURE ||
    runtime.delivery.abandoned.has(delivery.id)
  )
}

/** Core was told so before, or its connection had gone by then. */
function refusedUnsure({ id }: StoredDelivery): TriggerAnswer {
  return rejected(
    WRITTEN_UNSURE,
    `Delivery ${id} was cancelled: when its trigger came, the store could not say whether it was written. Nothing was sent to the national ID system; the action can be tried again.`
  )
}

function refusal(delivery: StoredDelivery): TriggerAnswer {
  return rejected(
    delivery.lastCode ?? 'REFUSED',
    `The national ID system refused delivery ${delivery.id}.`
  )
}
