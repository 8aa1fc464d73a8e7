import type { Declaration } from '../../domain/event'
import type { RuleContext } from '../options'

type Statuses = RuleContext['statuses']
type Status = NonNullable<Statuses[string]>

const STATUSES: ReadonlySet<unknown> = new Set<Status>([
  'authenticated',
  'verified',
  'pending',
  'failed'
])

/** The field in which OpenCRVS's forms keep a person's identity status: `mother.verified`. */
export function statusField(person: string): string {
  return `${person}.verified`
}

/** Ids of the status fields of everybody in an event. */
export function statusFields(event: {
  subject: string
  people: readonly string[]
}): string[] {
  return [event.subject, ...event.people].map(statusField)
}

/**
 * The statuses that the form claims for itself. They prove nothing; use them only with `policies.trustFormStatuses`.
 * Anything but the four statuses of OpenCRVS is left out.
 */
export function claimedStatuses(
  event: { subject: string; people: readonly string[] },
  declaration: Declaration
): Statuses {
  const entries = [event.subject, ...event.people].flatMap((person) => {
    const claim = declaration[statusField(person)]
    return isStatus(claim) ? [[person, claim] as const] : []
  })
  return Object.fromEntries(entries)
}

function isStatus(value: unknown): value is Status {
  return STATUSES.has(value)
}
