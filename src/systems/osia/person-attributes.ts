import type { SystemRequest } from '../../domain/delivery'
import type { JsonValue } from '../../domain/json'
import type { Person } from '../../domain/person'
import type { CallName } from '../../internal/system-call'
import { requestError } from './failures'
import type { CheckedOsiaOptions, OsiaInterface } from './options'

/** What an attribute may be: OSIA takes nothing nested and no null (FACTS 2.1). */
export type AttributeValue = string | number | boolean

/** Attributes by the register's names. */
export type Attributes = Record<string, AttributeValue>

/** What decides how attributes are called and written. */
export type AttributeOptions = Pick<
  CheckedOsiaOptions,
  'attributes' | 'sexCodes' | 'interfaceSexCodes' | 'wholeNumbersAs'
>

/**
 * A person in the words of the country's attribute dictionary. What is not
 * known is left out.
 *
 * @throws SystemError `ERR_SYSTEM_REQUEST` for a value that OSIA cannot carry,
 * or a word for the sex that has no code
 */
export function attributesOf(
  options: AttributeOptions,
  of: OsiaInterface,
  person: Person,
  call: CallName
): Attributes {
  const { more } = options.attributes
  const written = (name: string, value: JsonValue | undefined) =>
    writeAttribute(options, name, value, call)
  const found: Attributes = {}
  for (const [name, value] of standardAttributes(options, of, person, call)) {
    const text = written(name, value)
    if (text !== undefined) found[name] = text
  }
  for (const [ours, name] of Object.entries(more)) {
    const value = written(name, person.attributes[ours])
    if (value !== undefined) found[name] = value
  }
  return found
}

/** The attributes with these names; all when none are named. */
export function pick(
  attributes: Attributes,
  names: readonly string[] | undefined
): Attributes {
  return names === undefined
    ? attributes
    : Object.fromEntries(
        Object.entries(attributes).filter(([name]) => names.includes(name))
      )
}

/** Which attributes of the dictionary changed, by `changes` of a request; all where it has none. */
export function changedNames(
  { attributes }: Pick<CheckedOsiaOptions, 'attributes'>,
  changes: readonly string[] | undefined
): readonly string[] | undefined {
  return changes?.flatMap((change) => namesOf(attributes, change))
}

function namesOf(
  names: CheckedOsiaOptions['attributes'],
  change: string
): string[] {
  switch (change) {
    case 'name':
      return [names.firstName, names.middleName, names.lastName].filter(isName)
    case 'dateOfBirth':
      return [names.dateOfBirth].filter(isName)
    case 'sex':
      return [names.gender].filter(isName)
    default:
      return [names.more[change]].filter(isName)
  }
}

function isName(name: string | false | undefined): name is string {
  return typeof name === 'string'
}

function standardAttributes(
  options: AttributeOptions,
  of: OsiaInterface,
  { dateOfBirth, name = {}, sex }: Person,
  call: CallName
): Array<readonly [string, string]> {
  const { attributes: names } = options
  const first = words(
    name.firstname,
    names.middleName === undefined ? name.middlename : undefined
  )
  const found: Array<readonly [string | false | undefined, string]> = [
    [names.firstName, first],
    [names.middleName, words(name.middlename)],
    [names.lastName, words(name.surname)],
    [names.dateOfBirth, words(dateOfBirth)],
    [
      names.gender,
      names.gender === false ? '' : sexCode(options, of, sex, call)
    ]
  ]
  return found.flatMap(([key, value]) =>
    isName(key) && value !== '' ? [[key, value] as const] : []
  )
}

function words(...parts: Array<string | undefined>): string {
  return parts
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .join(' ')
}

function sexCode(
  { interfaceSexCodes, sexCodes }: AttributeOptions,
  of: OsiaInterface,
  sex: string | undefined,
  call: CallName
): string {
  if (sex === undefined || sex.trim() === '') return ''
  const codes = new Map(Object.entries(interfaceSexCodes[of] ?? sexCodes))
  const code = codes.get(sex)
  if (code !== undefined) return code
  // Leaving it out would make another person of the newborn.
  throw requestError(
    call,
    "the record's word for the sex has no code. Add it to `sexCodes`."
  )
}

function writeAttribute(
  { wholeNumbersAs }: AttributeOptions,
  name: string,
  value: JsonValue | undefined,
  call: CallName
): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return value.trim() === '' ? undefined : value
    case 'boolean':
      return value
    case 'number':
      // D2: by the published schema a whole number is of two types at once.
      return Number.isInteger(value) && wholeNumbersAs === 'text'
        ? String(value)
        : value
    case 'undefined':
      return undefined
    default:
      if (value === null) return undefined
      throw requestError(
        call,
        `the attribute \`${name}\` is a list or an object, which OSIA cannot carry.`
      )
  }
}

/** The reference of ours that the register keeps with the person, or nothing where none is agreed. */
export function referenceOf(
  { referenceAttribute }: Pick<CheckedOsiaOptions, 'referenceAttribute'>,
  request: SystemRequest,
  call: CallName
): Attributes {
  if (referenceAttribute === undefined) return {}
  const { holds, name } = referenceAttribute
  const value =
    holds === 'trackingId' ? request.event.trackingId : request[holds]
  if (value !== undefined && value !== '') return { [name]: value }
  throw requestError(call, `the record has no ${holds} for \`${name}\` yet.`)
}
