import type { ProvenStatus } from '../../domain/identity'
import { attributeSources, isProvenSubject } from '../attributes'
import type { CheckedEvent, CheckedOptions } from '../checked-options'
import type { PersonOptions } from '../options'
import { everybodyIn, resolvePersons } from '../people'
import { fieldIds } from '../schema/event-schema'
import { type FoundIssue, issueAt } from '../schema/joi-issues'
import type { OptionPath } from '../schema/option-path'
import { didYouMean } from '../schema/suggest'
import { checkActionKey } from './action-checks'
import type { CheckInput } from './check'

/** What can prove a person's identity, with these options. */
export function provableStatuses(
  person: string,
  event: CheckedEvent,
  { authentication, policies }: CheckedOptions
): ReadonlySet<ProvenStatus> {
  const { oidc, qr } = authentication
  const verified = event.verification
  const isVerified =
    verified !== undefined && (verified.people?.includes(person) ?? true)
  // Only a sign-in shows that the person was there.
  const presence = oidc !== undefined || policies.trustFormStatuses
  return new Set<ProvenStatus>([
    ...(presence ? (['authenticated', 'verified'] as const) : []),
    ...(qr !== undefined || isVerified ? (['verified'] as const) : [])
  ])
}

/** What is wrong with the people of an event and the ways in which they prove who they are. */
export function checkIdentities(
  type: string,
  event: CheckedEvent,
  input: CheckInput
): FoundIssue[] {
  return [
    ...checkPeople(type, event),
    ...checkPeopleFields(type, event, input.options),
    ...checkVerification(type, event, input),
    ...checkSubjects(type, event, input)
  ]
}

function checkPeople(type: string, event: CheckedEvent): FoundIssue[] {
  const [subject, ...others] = everybodyIn(event)
  if (subject === undefined || !others.includes(subject)) return []
  const problem = `lists the subject, \`${subject}\`, again; people are the others.`
  return [issueAt(['events', type, 'people'], problem)]
}

const NAMED_FIELDS = [
  'statusField',
  'evidenceField',
  'scanField',
  'identifierField'
] as const

/** Where all field ids are known, those that the options name must be among them; a default may be absent. */
function checkPeopleFields(
  type: string,
  event: CheckedEvent,
  { opencrvs }: CheckedOptions
): FoundIssue[] {
  const known = fieldIds(event.fields)
  if (known === undefined) return []
  const path = ['events', type]
  const { statusField, evidenceField, scanField } = event
  const named = { statusField, evidenceField, scanField }
  const persons = resolvePersons(event, opencrvs.version).slice(1)
  return [
    ...unknownFields(named, path, known),
    ...event.people.flatMap((entry, index) => {
      if (typeof entry === 'string') return []
      const at = [...path, 'people', index]
      const sources = persons[index]?.attributes
      const asked = sources === undefined ? [] : attributeSources(sources)
      return [
        ...unknownFields(entry, at, known),
        ...asked.flatMap(([name, from]) =>
          isNamed(entry, name)
            ? unknownSources(from, [...at, 'attributes', name], known)
            : []
        )
      ]
    })
  ]
}

function isNamed({ attributes }: PersonOptions, name: string): boolean {
  return attributes !== undefined && Object.hasOwn(attributes, name)
}

function unknownFields(
  named: { [Key in (typeof NAMED_FIELDS)[number]]?: string | undefined },
  path: OptionPath,
  known: ReadonlySet<string>
): FoundIssue[] {
  return NAMED_FIELDS.flatMap((key) => {
    const field = named[key]
    if (field === undefined || known.has(field)) return []
    const problem = `names the field \`${field}\`, which is not among \`fields\`${didYouMean(field, [...known])}`
    return [issueAt([...path, key], problem)]
  })
}

/** The fields among an attribute's sources that the event does not have. */
export function unknownSources(
  sources: ReturnType<typeof attributeSources>[number][1],
  path: OptionPath,
  known: ReadonlySet<string>
): FoundIssue[] {
  const fields = sources.flatMap((source) => {
    if (typeof source === 'function' || isProvenSubject(source)) return []
    return [typeof source === 'string' ? source : source[0]]
  })
  return [...new Set(fields)]
    .filter((field) => !known.has(field))
    .map((field) =>
      issueAt(
        path,
        `names the field \`${field}\`, which is not among \`fields\`${didYouMean(field, [...known])}`
      )
    )
}

function checkVerification(
  type: string,
  event: CheckedEvent,
  { options, isSound }: CheckInput
): FoundIssue[] {
  const { verification } = event
  if (verification === undefined) return []
  const path = ['events', type, 'verification']
  const found: FoundIssue[] = []
  if (isSound('system') && !options.system.capabilities.verify) {
    const problem = `cannot be done: the system "${options.system.name}" does not answer whether a person's data match.`
    found.push(issueAt(path, problem))
  }
  const everybody = everybodyIn(event)
  for (const [index, person] of (verification.people ?? []).entries()) {
    if (everybody.includes(person)) continue
    const problem = `is \`${person}\`, who is neither \`subject\` nor in \`people\` of ${type}${didYouMean(person, everybody)}`
    found.push(issueAt([...path, 'people', index], problem))
  }
  if (!isSound('opencrvs')) return found
  const { version } = options.opencrvs
  const keys = verification.actions.flatMap((key, index) =>
    checkActionKey(key, [...path, 'actions', index], version)
  )
  return [...found, ...keys]
}

/** A subject that nobody can prove would never be sent, and the ID system would refuse for want of it. */
function checkSubjects(
  type: string,
  event: CheckedEvent,
  { options, isSound }: CheckInput
): FoundIssue[] {
  const everybody = everybodyIn(event)
  const more = Object.entries(event.attributes?.more ?? {})
  return more.flatMap(([name, { from }]) => {
    if (!isProvenSubject(from)) return []
    const at = ['events', type, 'attributes', 'more', name, 'from']
    const { provenSubjectOf: person } = from
    if (!everybody.includes(person)) {
      const problem = `asks for the subject of \`${person}\`, who is neither \`subject\` nor in \`people\` of ${type}${didYouMean(person, everybody)}`
      return [issueAt(at, problem)]
    }
    const { oidc, qr } = options.authentication
    if (!isSound('authentication') || oidc !== undefined || qr !== undefined) {
      return []
    }
    const problem = `asks for the subject of \`${person}\`, which only a sign-in (\`authentication.oidc\`) or a signed credential (\`authentication.qr\`) can prove, and neither is configured.`
    return [issueAt(at, problem)]
  })
}
