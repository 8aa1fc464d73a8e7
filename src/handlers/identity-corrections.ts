import { defaultEvidenceField } from '../config/people'
import type { ResolvedEvent, ResolvedPerson } from '../config/resolved'
import { NationalIdError } from '../domain/errors'
import type { Declaration } from '../domain/event'
import type { JsonValue } from '../domain/json'
import { sleep } from '../internal/clock'
import type { IdentityOutcome } from './identity-outcome'
import type { Trigger } from './read-trigger'
import type { Runtime } from './runtime'

/** What core is to be told of people's identities. A null clears a field. */
export type Corrections = {
  /** For an answer that core takes at once: only fields that the event is known to have. */
  answerable: Declaration
  /** For an acceptance that follows a 202: the fields are looked up again before it is sent. */
  deferrable: Declaration
}

export const NO_CORRECTIONS: Corrections = { answerable: {}, deferrable: {} }

/** How long core may be asked for the event's fields while it waits for us. */
const FIELDS_TIMEOUT_MS = 3_000

/** The values that the declaration should have and has not. */
export function wantedCorrections(
  outcomes: readonly IdentityOutcome[],
  declaration: Declaration
): Declaration {
  const wanted: Declaration = {}
  for (const { claim, proof, status } of outcomes) {
    const { person } = claim
    if (status !== claim.status) wanted[person.statusField] = status ?? null
    if (proof.proven && proof.fresh !== undefined) {
      wanted[person.evidenceField] = asKept(person, proof.fresh, declaration)
    }
  }
  return wanted
}

/**
 * OpenCRVS 1.9 has no hidden texts: there the evidence is part of the value of the field that fetches it. Core lays an
 * object over the one that is there, so a failed call's error is taken away.
 */
function asKept(
  { person, evidenceField }: ResolvedPerson,
  evidence: string,
  declaration: Declaration
): JsonValue {
  const now = declaration[evidenceField]
  const isFetched = typeof now === 'object' && now !== null
  if (isFetched) return { loading: false, error: null, data: { evidence } }
  return evidenceField === defaultEvidenceField(person, '1.9')
    ? { data: { evidence } }
    : evidence
}

/**
 * Those of the values that core may be sent. A field that the event does not have would make the record unreadable
 * (FACTS B5); not every action takes values (FACTS B3).
 */
export async function siftCorrections(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  wanted: Declaration
): Promise<Corrections> {
  const { core } = runtime.delivery
  const isWanted = Object.keys(wanted).length > 0
  if (!isWanted || !core.takesValues(trigger.pendingAction.type)) {
    return NO_CORRECTIONS
  }
  const fields = event.fields ?? (await fieldsFromCore(runtime, trigger))
  if (fields === undefined) return { answerable: {}, deferrable: wanted }
  const known = Object.entries(wanted).filter(([id]) => fields.has(id))
  const unknown = Object.keys(wanted).filter((id) => !fields.has(id))
  if (unknown.length > 0) {
    runtime.delivery.logger.warn(
      { eventId: trigger.event.id, fields: unknown },
      "the event does not have these fields, so what is known of people's identities cannot be kept in them"
    )
  }
  const values = Object.fromEntries(known)
  return { answerable: values, deferrable: values }
}

async function fieldsFromCore(
  { delivery: { core, logger } }: Runtime,
  { event, token }: Trigger
): Promise<ReadonlySet<string> | undefined> {
  const answered = new AbortController()
  try {
    return await Promise.race([
      core.declarationFieldIds(event.type, token),
      sleep(FIELDS_TIMEOUT_MS, answered.signal).then(() => {
        throw tooSlow()
      })
    ])
  } catch (failure) {
    const code =
      failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
    logger.warn(
      { eventId: event.id, code },
      "core does not say which fields the event has; identity statuses in the record are not put right with this answer. Give events.<type>.fields to do without core's list"
    )
    return undefined
  } finally {
    answered.abort()
  }
}

function tooSlow(): NationalIdError {
  return new NationalIdError(
    `Core did not say within ${FIELDS_TIMEOUT_MS} ms which fields the event has.`,
    { code: 'ERR_CORE_TIMEOUT', retryable: true }
  )
}
