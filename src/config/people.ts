import { resolveAttributes } from './attributes'
import type { CheckedEvent, CheckedOptions } from './checked-options'
import type { IdentityFieldOptions, PersonOptions } from './options'
import type { ResolvedPerson, ResolvedVerification } from './resolved'
import { conditionFields, conditionPeople } from './rules/condition'
import { statusField } from './rules/statuses'

type Version = CheckedOptions['opencrvs']['version']

/**
 * Where forms keep evidence that nothing else is said of: a hidden text, or the HTTP field that fetched it, since
 * OpenCRVS 1.9 has no hidden texts (forms FACTS 4).
 */
const EVIDENCE_FIELDS: Readonly<Record<Version, string>> = {
  '2': 'identity-evidence',
  '1.9': 'verify-nid-http-fetch'
}

type EventPeople = Pick<CheckedEvent, 'subject' | 'people'>

/** The prefix of a person in `people`. */
function prefixOf(entry: string | PersonOptions): string {
  return typeof entry === 'string' ? entry : entry.person
}

/** Prefixes of everybody in an event, the subject first. */
export function everybodyIn({ subject, people }: EventPeople): string[] {
  return [subject, ...people.map(prefixOf)]
}

/** The field that holds a person's evidence when the options do not name one. */
export function defaultEvidenceField(person: string, version: Version): string {
  return `${person}.${EVIDENCE_FIELDS[version]}`
}

/** Where everything about everybody in an event stands, the subject first. */
export function resolvePersons(
  event: CheckedEvent,
  version: Version
): [subject: ResolvedPerson, ...others: ResolvedPerson[]] {
  const { subject, attributes, identifierField } = event
  return [
    {
      person: subject,
      attributes: resolveAttributes(subject, attributes),
      identifierField,
      ...identityFields(subject, event, version)
    },
    ...event.people.map((entry) =>
      resolvePerson(
        typeof entry === 'string' ? { person: entry } : entry,
        version
      )
    )
  ]
}

function resolvePerson(
  options: PersonOptions,
  version: Version
): ResolvedPerson {
  const { person, attributes, identifierField } = options
  return {
    person,
    attributes: resolveAttributes(person, attributes),
    identifierField: identifierField ?? `${person}.nid`,
    ...identityFields(person, options, version)
  }
}

function identityFields(
  person: string,
  options: IdentityFieldOptions,
  version: Version
): Required<IdentityFieldOptions> {
  return {
    statusField: options.statusField ?? statusField(person),
    evidenceField:
      options.evidenceField ?? defaultEvidenceField(person, version),
    scanField: options.scanField ?? `${person}.id-reader`
  }
}

/**
 * Whether anybody cares who the people of an event are. The statuses of an event that names nobody, verifies nobody and
 * has no rule about its subject's identity are none of our business.
 */
export function checksIdentities(
  event: CheckedEvent,
  subject: ResolvedPerson
): boolean {
  if (event.people.length > 0 || event.verification !== undefined) return true
  const conditions = Object.values(event.rules)
    .flat()
    .flatMap(({ when }) => (when === undefined ? [] : [when]))
  return conditions.some(
    (condition) =>
      conditionPeople(condition).includes(subject.person) ||
      conditionFields(condition).includes(subject.statusField)
  )
}

/** Who is verified at which actions. */
export function resolveVerification(
  event: CheckedEvent
): ResolvedVerification | undefined {
  if (event.verification === undefined) return undefined
  const { actions, people = everybodyIn(event), budgetMs } = event.verification
  return { actions, people, budgetMs }
}
