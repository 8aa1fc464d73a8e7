import canonicalize from 'canonicalize'
import type { IdentityData } from '../../domain/identity'
import type { JsonValue } from '../../domain/json'
import type { PersonName } from '../../domain/person'
import { comparableText, MOST_FOLDED_CHARACTERS } from './comparable-text'
import { sexWord } from './sex-word'

/**
 * What is compared, one label each. A name has one of two: `name` keeps given names and surname apart; `nameWords`,
 * where they came as one text, is all words in their order. `attributes.<name>` are the further ones.
 */
export type ComparedLabel =
  | 'name'
  | 'nameWords'
  | 'dateOfBirth'
  | 'sex'
  | 'identifier'
  | `attributes.${string}`

const FURTHER = 'attributes.'

/** The labels under which these data are vouched for, in a fixed order. */
export function comparedLabels(data: IdentityData): ComparedLabel[] {
  const further = Object.keys(data.attributes)
    .sort()
    .map((name): ComparedLabel => `${FURTHER}${name}`)
  const name = isOneText(data) ? 'nameWords' : 'name'
  return [name, 'dateOfBirth', 'sex', 'identifier', ...further]
}

/** The attribute's name as the form and the audit trail have it. */
export function attributeName(label: string): string {
  if (label === 'nameWords') return 'name'
  return label.startsWith(FURTHER) ? label.slice(FURTHER.length) : label
}

/** The value in the form in which it is compared, or undefined when the data have none. */
export function comparableValue(
  data: IdentityData,
  label: string
): string | undefined {
  const value = valueOf(data, label)
  return value === '' ? undefined : value
}

function valueOf(data: IdentityData, label: string): string | undefined {
  switch (label) {
    case 'name':
      return nameParts(data.name)
    case 'nameWords':
      return words(
        data.name?.firstname,
        data.name?.middlename,
        data.name?.surname
      )
    case 'dateOfBirth':
      return mapText(data.dateOfBirth, comparableDate)
    case 'sex':
      return mapText(data.sex, sexWord)
    case 'identifier':
      return mapText(data.identifier, comparableIdentifier)
    default:
      return furtherValue(data, label)
  }
}

function furtherValue(data: IdentityData, label: string): string | undefined {
  const name = attributeName(label)
  if (!label.startsWith(FURTHER) || !Object.hasOwn(data.attributes, name))
    return undefined
  return comparableJson(data.attributes[name])
}

/** Whether nothing is known about where the given names end and the surname begins. */
function isOneText({ name, nameAsOneText }: IdentityData): boolean {
  if (nameAsOneText === true) return true
  return (
    words(name?.firstname, name?.middlename) === '' ||
    words(name?.surname) === ''
  )
}

// A middle name belongs to the given names: not every form has a place for it.
function nameParts(name: PersonName | undefined): string {
  const given = words(name?.firstname, name?.middlename)
  const family = words(name?.surname)
  return given === '' && family === '' ? '' : `${given}\n${family}`
}

function words(...parts: unknown[]): string {
  return comparableText(
    parts.filter((part) => typeof part === 'string').join(' ')
  )
}

// A declaration comes from a browser: what should be text may be anything.
function mapText(
  value: unknown,
  map: (text: string) => string
): string | undefined {
  return typeof value === 'string' ? map(value) : undefined
}

const DATE = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/

/** `yyyy-MM-dd` of `yyyy-MM-dd` and `yyyy/MM/dd`; anything else as text. */
function comparableDate(text: string): string {
  const trimmed = comparableText(text)
  const [, year, month, day] = DATE.exec(trimmed) ?? []
  if (year === undefined || month === undefined || day === undefined)
    return trimmed
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** An identifier without what is put between its groups. */
function comparableIdentifier(text: string): string {
  return comparableText(text).replace(/[ -]/g, '')
}

function comparableJson(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return comparableText(value)
  if (typeof value !== 'object') return String(value)
  const exact = canonicalize(value) ?? ''
  return exact.length > MOST_FOLDED_CHARACTERS
    ? exact
    : canonicalize(withComparableTexts(value))
}

function withComparableTexts(value: JsonValue): JsonValue {
  if (typeof value === 'string') return comparableText(value)
  if (Array.isArray(value)) return value.map(withComparableTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      withComparableTexts(entry)
    ])
  )
}
