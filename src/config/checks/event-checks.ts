import { attributeSources, resolveAttributes } from '../attributes'
import type { CheckedEvent } from '../checked-options'
import { fieldIds } from '../schema/event-schema'
import { type FoundIssue, issueAt } from '../schema/joi-issues'
import { nearest } from '../schema/suggest'
import { checkActionKey } from './action-checks'
import { conditionFields } from '../rules/condition'
import type { CheckInput } from './check'
import { checkIdentities, unknownSources } from './identity-checks'
import { checkRules } from './rule-checks'

/** What is wrong with the events beyond their shape. */
export function checkEvents(input: CheckInput): FoundIssue[] {
  const { options, isSound } = input
  if (typeof options.events !== 'object') return []
  return Object.entries(options.events).flatMap(([type, event]) =>
    isSound('events', type) ? checkEvent(type, event, input) : []
  )
}

function checkEvent(
  type: string,
  event: CheckedEvent,
  input: CheckInput
): FoundIssue[] {
  return [
    ...checkIdentities(type, event, input),
    ...checkFields(type, event),
    ...checkEventRules(type, event, input)
  ]
}

/** Where all field ids are known, those that we are told to use must be among them. */
function checkFields(type: string, event: CheckedEvent): FoundIssue[] {
  const known = fieldIds(event.fields)
  if (known === undefined) return []
  const found: FoundIssue[] = []
  if (event.writeIdentifier && !known.has(event.identifierField)) {
    const problem = `\`${event.identifierField}\` is not among \`fields\`, so the identifier could not be written${suggestion(event.identifierField, known)} Without writing it, say \`writeIdentifier: false\`.`
    found.push(issueAt(['events', type, 'identifierField'], problem))
  }
  return [
    ...found,
    ...checkSubject(type, event, known),
    ...checkSources(type, event, known),
    ...checkRuleFields(type, event, known)
  ]
}

/** With a misspelt subject, the ID system would be told of nobody. */
function checkSubject(
  type: string,
  { subject }: CheckedEvent,
  known: ReadonlySet<string>
): FoundIssue[] {
  const prefixes = [...known].map((id) => id.split('.')[0] ?? id)
  if (prefixes.includes(subject)) return []
  const problem = `is \`${subject}\`, and no field of the event begins with \`${subject}.\`${suggestion(subject, new Set(prefixes))}`
  return [issueAt(['events', type, 'subject'], problem)]
}

/** A condition about a field that is not there never holds, and says nothing. */
function checkRuleFields(
  type: string,
  event: CheckedEvent,
  known: ReadonlySet<string>
): FoundIssue[] {
  return Object.entries(event.rules).flatMap(([key, rules]) =>
    rules.flatMap(({ name, when }, index) => {
      const fields = when === undefined ? [] : conditionFields(when)
      return fields
        .filter((field) => !known.has(field))
        .map((field) =>
          issueAt(
            ['events', type, 'rules', key, index, 'when'],
            `of the rule "${name}" is about the field \`${field}\`, which is not among \`fields\`${suggestion(field, known)}`
          )
        )
    })
  )
}

function checkSources(
  type: string,
  event: CheckedEvent,
  known: ReadonlySet<string>
): FoundIssue[] {
  const { more, ...rest } = event.attributes ?? {}
  const attributes = resolveAttributes(event.subject, {
    ...rest,
    ...(more === undefined ? {} : { more })
  })
  return attributeSources(attributes).flatMap(([name, sources]) => {
    const isMore = more !== undefined && Object.hasOwn(more, name)
    // A default that a form lacks is no mistake; what the options name is.
    if (!isMore && !Object.hasOwn(rest, name)) return []
    const place = isMore ? ['more', name] : [name]
    return unknownSources(
      sources,
      ['events', type, 'attributes', ...place],
      known
    )
  })
}

function suggestion(field: string, known: ReadonlySet<string>): string {
  const best = nearest(field, [...known])
  return best === undefined ? '.' : `; did you mean \`${best}\`?`
}

function checkEventRules(
  type: string,
  event: CheckedEvent,
  { options, isSound }: CheckInput
): FoundIssue[] {
  // Rules are judged by these; with a mistake there, it is reported first.
  const around = [
    'delivery',
    'policies',
    'reasons',
    'opencrvs',
    'authentication'
  ]
  if (!around.every((part) => isSound(part))) return []
  return Object.entries(event.rules).flatMap(([key, rules]) => {
    const path = ['events', type, 'rules', key]
    const wrongKey = checkActionKey(key, path, options.opencrvs.version)
    if (wrongKey.length > 0) return wrongKey
    return checkRules(rules, path, {
      options,
      event,
      eventType: type,
      actionType: key.split(':')[0] ?? key,
      systemIsSound: isSound('system')
    })
  })
}
