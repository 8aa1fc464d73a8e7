import type { ProvenSubjects } from '../config/mapping'
import type { RuleContext } from '../config/options'
import type { ResolvedEvent } from '../config/resolved'
import { claimedStatuses } from '../config/rules/statuses'
import type { AuditEvent } from '../domain/audit'
import { NationalIdError } from '../domain/errors'
import type { Declaration } from '../domain/event'
import { kindAndPlace } from '../internal/thrown'
import { identityAudit } from './identity-audit'
import {
  NO_CORRECTIONS,
  siftCorrections,
  wantedCorrections,
  type Corrections
} from './identity-corrections'
import { gatherFacts } from './identity-facts'
import {
  isProvenWord,
  statusFrom,
  type IdentityOutcome,
  type KnownStatus
} from './identity-outcome'
import type { Trigger } from './read-trigger'
import type { Runtime } from './runtime'

/** What is known of everybody's identity at an action. */
export type IdentityFindings = {
  /** As rules see them. */
  statuses: RuleContext['statuses']
  /** The declaration with these statuses instead of the claimed ones. */
  declaration: Declaration
  subjects: ProvenSubjects
  corrections: Corrections
  /** To be written with what is decided about the action. */
  audit: readonly AuditEvent[]
}

/**
 * Turns what the form claims of people's identities into what is proven: evidence is checked against the declaration as
 * it will be, a scanned credential is checked, and at the actions that the country names the ID system is asked.
 *
 * Never throws: when it cannot be done, nothing is proven, and the action goes on.
 */
export async function identityStep(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger
): Promise<IdentityFindings> {
  if (!event.checksIdentities) return untouched(runtime, event, trigger)
  try {
    return await findings(runtime, event, trigger)
  } catch (failure) {
    const own = failure instanceof NationalIdError
    runtime.delivery.logger.error(
      {
        eventId: trigger.event.id,
        actionId: trigger.pendingAction.id,
        code: own ? failure.code : 'ERR_UNEXPECTED',
        ...(own ? {} : { error: kindAndPlace(failure) })
      },
      "people's identities could not be checked; nothing counts as proven for this action"
    )
    return nothingProven(runtime, event, trigger)
  }
}

async function findings(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger
): Promise<IdentityFindings> {
  const { declaration } = trigger
  const { clock, logger } = runtime.delivery
  const facts = await gatherFacts(runtime, event, trigger)
  const outcomes = facts.map((each) => ({ ...each, status: statusFrom(each) }))
  const wanted = wantedCorrections(outcomes, declaration)
  const known = outcomes.map(({ claim: { person }, status }) => ({
    person,
    status
  }))
  const audit = identityAudit(outcomes, trigger, clock.now())
  for (const { kind, eventId, actionId, details } of audit) {
    if (kind !== 'identity.downgraded') continue
    logger.warn(
      { eventId, actionId, ...details },
      'an identity status is claimed and not proven'
    )
  }
  return {
    ...asSeen(known, declaration),
    subjects: subjectsOf(outcomes),
    corrections: await siftCorrections(runtime, event, trigger, wanted),
    audit
  }
}

/** The statuses, and the declaration with them in their fields. */
function asSeen(
  known: readonly KnownStatus[],
  declaration: Declaration
): Pick<IdentityFindings, 'statuses' | 'declaration'> {
  const statuses: Record<string, KnownStatus['status']> = {}
  const seen = { ...declaration }
  for (const { person, status } of known) {
    if (status === undefined) {
      delete seen[person.statusField]
    } else {
      statuses[person.person] = status
      seen[person.statusField] = status
    }
  }
  return { statuses, declaration: seen }
}

function subjectsOf(outcomes: readonly IdentityOutcome[]): ProvenSubjects {
  return Object.fromEntries(
    outcomes.flatMap(({ claim, proof }) =>
      proof.proven && proof.verdict.subject !== undefined
        ? [[claim.person.person, proof.verdict.subject] as const]
        : []
    )
  )
}

/** Nobody asked about anybody: the statuses are the country's own affair. */
function untouched(
  { options }: Runtime,
  event: ResolvedEvent,
  { declaration }: Trigger
): IdentityFindings {
  const believed = options.policies.trustFormStatuses
  return {
    statuses: believed ? claimedStatuses(event, declaration) : {},
    declaration,
    ...NOTHING_TO_SAY
  }
}

const NOTHING_TO_SAY = {
  subjects: {},
  corrections: NO_CORRECTIONS,
  audit: []
} as const satisfies Omit<IdentityFindings, 'statuses' | 'declaration'>

/** Claims of proof do not count; `pending` and `failed` are no proof, and stay. */
function nothingProven(
  { options }: Runtime,
  event: ResolvedEvent,
  { declaration }: Trigger
): IdentityFindings {
  const believed = options.policies.trustFormStatuses
  const claimed = claimedStatuses(event, declaration)
  const known = event.persons.map((person) => {
    const status = claimed[person.person]
    const counts = believed || !isProvenWord(status)
    return { person, status: counts ? status : undefined }
  })
  return { ...asSeen(known, declaration), ...NOTHING_TO_SAY }
}
