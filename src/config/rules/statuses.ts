import type { Declaration } from '../../domain/event'
import { IDENTITY_STATUSES, type IdentityStatus } from '../../domain/identity'
import type { RuleContext } from '../options'
import type { ResolvedPerson } from '../resolved'

type Statuses = RuleContext['statuses']

/** Who is asked about, and where the form keeps their status. */
type WithPersons = {
  persons: ReadonlyArray<Pick<ResolvedPerson, 'person' | 'statusField'>>
}

const STATUSES: ReadonlySet<unknown> = new Set(IDENTITY_STATUSES)

/** The field in which OpenCRVS's forms keep a person's identity status: `mother.verified`. */
export function statusField(person: string): string {
  return `${person}.verified`
}

/**
 * The statuses that a declaration says. As the form sent it they prove nothing. Anything but the four statuses of
 * OpenCRVS is left out.
 */
export function claimedStatuses(
  { persons }: WithPersons,
  declaration: Declaration
): Statuses {
  const entries = persons.flatMap(({ person, statusField: field }) => {
    const claim = declaration[field]
    return isIdentityStatus(claim) ? [[person, claim] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Whether a value is one of OpenCRVS's four words. */
export function isIdentityStatus(value: unknown): value is IdentityStatus {
  return STATUSES.has(value)
}
