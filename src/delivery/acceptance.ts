import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import type { JsonValue } from '../domain/json'
import { kindAndPlace } from '../internal/thrown'
import type { DeliveryDependencies, EventSettings } from './dependencies'

/** What is to be said to core along with an acceptance. */
export type RecordValues = {
  /** Values for the record, of configured fields only; absent when there are none. */
  declaration?: Record<string, JsonValue>
  /** Field ids that the system's answer named and the event does not have: never sent (FACTS B5). */
  dropped: string[]
}

/**
 * The field values that go into the record when core is told of an answer: those of an accepted answer, and the
 * corrections of what the declaration claims, which no answer may undo.
 *
 * @throws NationalIdError `ERR_IDENTIFIER_FIELD` when an identifier was issued and its field is not one of the event's:
 * confirming without it would lose it.
 * @throws OpenCrvsError when core has to be asked for the event's fields and does not answer.
 */
export async function recordValues(
  dependencies: DeliveryDependencies,
  delivery: StoredDelivery,
  answer: FinalAnswer
): Promise<RecordValues> {
  const event = dependencies.eventSettings(delivery.event.type)
  // A refusal brings nothing, but core may be told to accept all the same (FACTS C9).
  const brought: Accepted =
    answer.outcome === 'accepted' ? answer : { outcome: 'accepted' }
  const wanted = wantedValues(event, brought)
  const identifierField = issuedTo(event, brought)
  const corrections = delivery.secrets?.corrections ?? {}
  if (Object.keys({ ...wanted, ...corrections }).length === 0) {
    return { dropped: [] }
  }
  if (!dependencies.core.takesValues(delivery.action.type)) {
    return refuseToLose(delivery, identifierField !== undefined, wanted)
  }
  const fields = await fieldsOf(dependencies, delivery, event)
  if (identifierField !== undefined && !fields.has(identifierField)) {
    throw nowhereToGo(delivery, identifierField)
  }
  return sift(wanted, corrections, fields)
}

type Accepted = Extract<FinalAnswer, { outcome: 'accepted' }>

/** The field that an issued identifier goes to, if one was issued and is to be written. */
function issuedTo(
  event: EventSettings | undefined,
  answer: Accepted
): string | undefined {
  return event?.writeIdentifier === true && answer.identifier !== undefined
    ? event.identifierField
    : undefined
}

/** A key with `undefined` would be stored as null by core and wipe an earlier value (FACTS C3). */
function wantedValues(
  event: EventSettings | undefined,
  answer: Accepted
): Record<string, JsonValue> {
  const given: Record<string, JsonValue | undefined> = {
    ...answer.declaration
  }
  const identifierField = issuedTo(event, answer)
  if (identifierField !== undefined) given[identifierField] = answer.identifier
  const wanted: Record<string, JsonValue> = {}
  for (const [id, value] of Object.entries(given)) {
    if (value !== undefined) wanted[id] = value
  }
  return wanted
}

/** A correction for a field that the event does not have has no one to tell of it: the field cannot be seen either. */
function sift(
  wanted: Record<string, JsonValue>,
  corrections: Record<string, JsonValue>,
  fields: ReadonlySet<string>
): RecordValues {
  const known = Object.entries({ ...wanted, ...corrections }).filter(([id]) =>
    fields.has(id)
  )
  const dropped = Object.keys(wanted).filter((id) => !fields.has(id))
  return known.length === 0
    ? { dropped }
    : { declaration: Object.fromEntries(known), dropped }
}

function nowhereToGo(delivery: StoredDelivery, field: string): NationalIdError {
  const { type } = delivery.event
  return new NationalIdError(
    `The identifier for delivery ${delivery.id} has nowhere to go: ${type} has no field ${field}. It is kept; set events.${type}.identifierField, then send the delivery again.`,
    { code: 'ERR_IDENTIFIER_FIELD' }
  )
}

/**
 * Whether an identifier that the system would issue could not be written. Asked before the system is, so that nobody is
 * given an identity that then has nowhere to go. When core cannot be asked just now, the system is asked all the same:
 * the identifier would be kept.
 */
export async function hasNowhereToGo(
  dependencies: DeliveryDependencies,
  delivery: StoredDelivery
): Promise<boolean> {
  const event = dependencies.eventSettings(delivery.event.type)
  if (delivery.operation !== 'createIdentity') return false
  if (event?.writeIdentifier !== true || delivery.coreOwed === 'nothing') {
    return false
  }
  try {
    const fields = await fieldsOf(dependencies, delivery, event)
    return !fields.has(event.identifierField)
  } catch (error) {
    if (error instanceof NationalIdError) return false
    throw error
  }
}

/** An action whose acceptance takes no values (OpenCRVS 1.9's corrections) must not swallow an identifier. */
function refuseToLose(
  delivery: StoredDelivery,
  issued: boolean,
  wanted: Record<string, JsonValue>
): RecordValues {
  if (!issued) return { dropped: Object.keys(wanted) }
  throw new NationalIdError(
    `The identifier for delivery ${delivery.id} cannot be written: OpenCRVS takes no values with ${delivery.action.type}.`,
    { code: 'ERR_IDENTIFIER_NOT_TAKEN' }
  )
}

async function fieldsOf(
  dependencies: DeliveryDependencies,
  delivery: StoredDelivery,
  event: EventSettings | undefined
): Promise<ReadonlySet<string>> {
  if (event?.fields !== undefined) return event.fields
  return dependencies.core.declarationFieldIds(
    delivery.event.type,
    delivery.secrets?.token ?? ''
  )
}

/** How long a country's generator may take. */
const NUMBER_TIMEOUT_MS = 10_000

/**
 * A registration number from the country's generator.
 *
 * @throws NationalIdError `ERR_REGISTRATION_NUMBER`, retryable, when it fails, takes too long or gives no text; says where.
 */
export async function newRegistrationNumber(
  dependencies: Pick<DeliveryDependencies, 'registrationNumber'>,
  about: Pick<StoredDelivery, 'event' | 'action'>
): Promise<string> {
  const generate = dependencies.registrationNumber
  if (generate === undefined) {
    throw new NationalIdError(
      'options.registrationNumber is missing, and a registration cannot be accepted without a number.',
      { code: 'ERR_REGISTRATION_NUMBER' }
    )
  }
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TooLate(`it took longer than ${NUMBER_TIMEOUT_MS} ms`))
    }, NUMBER_TIMEOUT_MS)
  })
  try {
    const number = await Promise.race([
      Promise.resolve({ event: about.event, action: about.action }).then(
        generate
      ),
      tooLate
    ])
    if (isNumber(number)) return number
  } catch (cause) {
    throw noNumber(about, why(cause), cause)
  } finally {
    clearTimeout(timer)
  }
  throw noNumber(about, 'it gave no text')
}

/** Core takes an empty number, and then no other record can have it (FACTS B). */
function isNumber(given: unknown): given is string {
  return typeof given === 'string' && given.trim() !== ''
}

function noNumber(
  about: Pick<StoredDelivery, 'event'>,
  reason: string,
  cause?: unknown
): NationalIdError {
  return new NationalIdError(
    `options.registrationNumber gave no number for event ${about.event.id}: ${reason}. Nothing was told to core.`,
    { code: 'ERR_REGISTRATION_NUMBER', retryable: true, cause }
  )
}

function why(thrown: unknown): string {
  return thrown instanceof TooLate
    ? thrown.message
    : `it threw ${kindAndPlace(thrown)}`
}

class TooLate extends Error {}
