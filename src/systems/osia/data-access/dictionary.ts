import type { JsonValue } from '../../../domain/json'
import type { ReadablePerson } from '../../system'
import {
  attributesOf,
  type AttributeOptions,
  type Attributes
} from '../person-attributes'
import type { DataAccessOptions } from './options'

/** The number is what a person is asked for by, so every reader has it. */
const UIN = 'uin'

const CALL = { system: 'osia', what: 'a reading', changes: false }

/** What of a person can be read, by the register's names. */
export type Dictionary = {
  /** Whether this is the name of an attribute that can be read at all. */
  has(name: string): boolean
  /** What is known of a person, of what can be read. */
  of(person: ReadablePerson): Attributes
}

/** The country's attribute dictionary, as far as readers may see it. */
export function createDictionary(
  options: AttributeOptions,
  { attributes: allowed }: Pick<DataAccessOptions, 'attributes'>
): Dictionary {
  const { more, ...standard } = options.attributes
  const names = new Set(
    [...Object.values(standard), ...Object.values(more)].filter(
      (name) => typeof name === 'string'
    )
  )
  const readable = new Set(
    [...names].filter((name) => allowed?.includes(name) ?? true)
  )
  readable.add(UIN)
  return {
    has: (name) => readable.has(name),
    of: (person) => {
      const known = { ...told(options, person), [UIN]: person.identifier }
      return Object.fromEntries(
        Object.entries(known).filter(([name]) => readable.has(name))
      )
    }
  }
}

/**
 * What was told of the person. What the interface cannot carry is left out here, where the register asks for some of
 * it: the rest is still true.
 */
function told(
  options: AttributeOptions,
  { person }: ReadablePerson
): Attributes {
  const { attributes, sex, ...rest } = person
  const codes = options.interfaceSexCodes.dataAccess ?? options.sexCodes
  const hasCode = sex !== undefined && Object.hasOwn(codes, sex)
  const plain = Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => isPlain(value))
  )
  return attributesOf(
    options,
    'dataAccess',
    { ...rest, ...(hasCode ? { sex } : {}), attributes: plain },
    CALL
  )
}

function isPlain(value: JsonValue): boolean {
  return value === null || typeof value !== 'object'
}
