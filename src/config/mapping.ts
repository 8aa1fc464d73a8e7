import type { Relative } from '../domain/delivery'
import type { Declaration } from '../domain/event'
import type { JsonValue } from '../domain/json'
import type { Person, PersonName } from '../domain/person'
import {
  attributeSources,
  isBehindEvidence,
  isProvenSubject,
  resolveAttributes
} from './attributes'
import type {
  ResolvedAttributes,
  ResolvedEvent,
  ResolvedPerson,
  ResolvedSource,
  Sources
} from './resolved'
import { isIsoDate } from './rules/age-value'
import { hasValue } from './rules/values'

type EventPart = Pick<ResolvedEvent, 'subject' | 'attributes'> & {
  persons?: ResolvedEvent['persons']
}

/** Texts by the prefix of the person whose evidence was found good. */
export type ByPerson = Readonly<Record<string, string>>

/** What good evidence gives beyond the declaration. */
export type Proven = {
  /** Pairwise subjects. */
  subjects?: ByPerson
  /** UserInfo as it was signed. */
  userInfos?: ByPerson
}

/**
 * What is told of a person to the ID system: for the event's subject the attributes of the options, for anybody else
 * name, date of birth and sex, where the options or the standard forms have them. Texts are trimmed; empty ones, nulls
 * and dates that are none are left out. A date of birth is never made from an age, which is only an estimate.
 *
 * @param proven what `subjectOf` and `signedUserInfoOf` give; left out: nothing
 */
export function toPerson(
  event: EventPart,
  declaration: Declaration,
  person: string = event.subject,
  proven: Proven = {}
): Person {
  const attributes = attributesOf(event, person)
  const name = toName(attributes, declaration)
  const dateOfBirth = firstOf(attributes.dateOfBirth, declaration, asDate)
  const sex = firstOf(attributes.sex, declaration, asText)
  return {
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
    ...(sex === undefined ? {} : { sex }),
    attributes: toMore(attributes, declaration, proven)
  }
}

function attributesOf(event: EventPart, person: string): ResolvedAttributes {
  if (event.attributes.of === person) return event.attributes
  const known = event.persons?.find((each) => each.person === person)
  return known?.attributes ?? resolveAttributes(person)
}

/** Where a person's identifier stands. */
export function identifierFieldOf(
  { persons }: Pick<ResolvedEvent, 'persons'>,
  person: string
): string {
  const known = persons.find((each) => each.person === person)
  return known?.identifierField ?? `${person}.nid`
}

/** A person's identifier in the record (of an event: its subject's), trimmed, or undefined where there is none. */
export function identifierOf(
  { identifierField }: Pick<ResolvedPerson, 'identifierField'>,
  declaration: Declaration
): string | undefined {
  const value = declaration[identifierField]
  // A NUMBER field; beyond this digits would be lost already.
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return String(value)
  }
  return asText(value)
}

/**
 * Other people of the declaration, by role, as the options map each of them. One of whom the declaration says nothing
 * is left out; undefined when nobody is left.
 *
 * @param roles whom the system is told of
 */
export function relativesOf(
  event: EventPart & Pick<ResolvedEvent, 'persons'>,
  declaration: Declaration,
  roles: readonly string[],
  proven: Proven = {}
): Record<string, Relative> | undefined {
  const relatives = roles
    .filter((role) => role !== event.subject)
    .flatMap((role): Array<[string, Relative]> => {
      const identifierField = identifierFieldOf(event, role)
      const identifier = identifierOf({ identifierField }, declaration)
      const person = toPerson(event, declaration, role, proven)
      const isThere =
        identifier !== undefined ||
        person.name !== undefined ||
        person.dateOfBirth !== undefined
      if (!isThere) return []
      const relative = identifier === undefined ? {} : { identifier }
      return [[role, { person, ...relative }]]
    })
  return relatives.length === 0 ? undefined : Object.fromEntries(relatives)
}

/**
 * The attributes that this action changes, among those that are sent: `name`, `dateOfBirth`, `sex` and the names in
 * `attributes.more`. With none there is nothing to send.
 *
 * @param changes ids of the fields that the action changes
 * @param declaration lets us see what a source that is a function reads; without it such an attribute counts as changed
 */
export function changedAttributes(
  event: Pick<ResolvedEvent, 'attributes'>,
  changes: readonly string[],
  declaration?: Declaration
): string[] {
  if (changes.length === 0) return []
  const changed = new Set(changes)
  return attributeSources(event.attributes)
    .filter(([, sources]) =>
      sources.some((source) => isTouched(source, changed, declaration))
    )
    .map(([name]) => name)
}

function isTouched(
  source: ResolvedSource,
  changed: ReadonlySet<string>,
  declaration: Declaration | undefined
): boolean {
  if (typeof source === 'string') return changed.has(source)
  // What stands behind evidence is in no field.
  if (isBehindEvidence(source)) return false
  if (typeof source !== 'function') return changed.has(source[0])
  if (declaration === undefined) return true
  const read = fieldsRead(source, declaration)
  return read === 'all' || read.some((field) => changed.has(field))
}

/** Which fields a function reads. One that lists the declaration's keys may depend on any of them. */
function fieldsRead(
  source: (declaration: Declaration) => unknown,
  declaration: Declaration
): string[] | 'all' {
  const read: string[] = []
  const listed = { keys: false }
  const watched = new Proxy(declaration, {
    get(target, key) {
      if (typeof key !== 'string') return undefined
      read.push(key)
      return target[key]
    },
    has(target, key) {
      if (typeof key === 'string') read.push(key)
      return key in target
    },
    ownKeys(target) {
      listed.keys = true
      return Reflect.ownKeys(target)
    }
  })
  source(watched)
  return listed.keys ? 'all' : read
}

function toName(
  attributes: ResolvedAttributes,
  declaration: Declaration
): PersonName {
  const { firstname, middlename, surname } = attributes.name
  const parts = {
    firstname: firstOf(firstname, declaration, asText),
    middlename: firstOf(middlename, declaration, asText),
    surname: firstOf(surname, declaration, asText)
  }
  return {
    ...(parts.firstname === undefined ? {} : { firstname: parts.firstname }),
    ...(parts.middlename === undefined ? {} : { middlename: parts.middlename }),
    ...(parts.surname === undefined ? {} : { surname: parts.surname })
  }
}

function toMore(
  attributes: ResolvedAttributes,
  declaration: Declaration,
  proven: Proven
): Record<string, JsonValue> {
  const entries = Object.entries(attributes.more).flatMap(
    ([name, { from }]) => {
      const value = firstOf(from, declaration, asValue, proven)
      return value === undefined ? [] : [[name, value] as const]
    }
  )
  return Object.fromEntries(entries)
}

function firstOf<T>(
  sources: Sources,
  declaration: Declaration,
  read: (value: JsonValue | undefined) => T | undefined,
  proven: Proven = {}
): T | undefined {
  for (const source of sources) {
    const value = read(valueAt(source, declaration, proven))
    if (value !== undefined) return value
  }
  return undefined
}

function valueAt(
  source: ResolvedSource,
  declaration: Declaration,
  { subjects, userInfos }: Proven
): JsonValue | undefined {
  if (typeof source === 'function') return source(declaration)
  if (typeof source === 'string') return declaration[source]
  if (isBehindEvidence(source)) {
    return isProvenSubject(source)
      ? textOf(subjects, source.provenSubjectOf)
      : textOf(userInfos, source.signedUserInfoOf)
  }
  const [field, ...path] = source
  let value = declaration[field]
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Array.isArray(value) ? value[Number(key)] : value[key]
  }
  return value
}

function textOf(
  texts: ByPerson | undefined,
  person: string
): string | undefined {
  return texts !== undefined && Object.hasOwn(texts, person)
    ? texts[person]
    : undefined
}

function asText(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return text === '' ? undefined : text
}

function asDate(value: JsonValue | undefined): string | undefined {
  const text = asText(value)
  return isIsoDate(text) ? text : undefined
}

function asValue(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string') return asText(value)
  return hasValue(value) ? value : undefined
}
