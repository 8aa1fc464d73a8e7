import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { parseJson } from '../../internal/http'
import { isJsonObject } from '../json-object'
import {
  isAttributeValue,
  isSameValue,
  readAttributes,
  type OsiaAttributes
} from './attributes'
import type { OsiaBehaviour } from './behaviour'
import { emptyAnswer, invalidAnswer, jsonAnswer } from './osia-answer'
import type { OsiaPeople, OsiaPerson } from './people'

/** What the register's own Data Access works with. */
export type DataAccessParts = { behaviour: OsiaBehaviour; people: OsiaPeople }

/** Query parameters of queryPersonList that are no attributes (FACTS D14). */
const NOT_ATTRIBUTES = ['names', 'offset', 'limit']

/** queryPersonList: numbers, or the named attributes; 404 when nobody is found. */
export function answerQuery(
  { behaviour, people }: DataAccessParts,
  { query }: ServedRequest
): ServedAnswer {
  const attributes: OsiaAttributes = Object.fromEntries(
    [...query].filter(([name]) => !NOT_ATTRIBUTES.includes(name))
  )
  const offset = Number(query.get('offset') ?? '0')
  const limit = Number(query.get('limit') ?? '100')
  if (!Number.isInteger(offset) || !Number.isInteger(limit)) {
    return invalidAnswer('offset and limit are integers')
  }
  if (Object.keys(attributes).length === 0) {
    return invalidAnswer('no attributes to query by')
  }
  const found = people
    .query(attributes)
    .filter((person) => isShown(person, behaviour))
    .slice(offset, offset + limit)
  if (found.length === 0) return emptyAnswer(404)
  const names = query.getAll('names')
  return jsonAnswer(
    200,
    names.length === 0
      ? found.map(({ personId }) => personId)
      : found.map((person) => named(person, names))
  )
}

/** readPersonAttributes: what is not known comes inside the 200. */
export function answerRead(
  parts: DataAccessParts,
  { params, query }: ServedRequest
): ServedAnswer {
  const names = query.getAll('attributeNames')
  if (names.length === 0) return invalidAnswer('no attributeNames')
  const person = personIn(parts, params)
  return person === undefined
    ? emptyAnswer(404)
    : jsonAnswer(200, named(person, names))
}

/** matchPersonAttributes: errorCode 0 is an attribute that the register has not, 1 one that differs. */
export function answerMatch(
  parts: DataAccessParts,
  { body, params }: ServedRequest
): ServedAnswer {
  const attributes = readAttributes(body, parts.behaviour.acceptsIntegers)
  if (attributes === undefined) return invalidAnswer('no attributes')
  const person = personIn(parts, params)
  if (person === undefined) return emptyAnswer(404)
  return jsonAnswer(200, differences(person, attributes))
}

/** Where a person's attributes differ from others. */
export function differences(
  { attributes: own }: OsiaPerson,
  attributes: OsiaAttributes
): Array<{ attributeName: string; errorCode: number }> {
  return Object.entries(attributes).flatMap(([attributeName, value]) => {
    const known = own[attributeName]
    if (known === undefined) return [{ attributeName, errorCode: 0 }]
    return isSameValue(known, value) ? [] : [{ attributeName, errorCode: 1 }]
  })
}

/** verifyPersonAttributes: true when every expression holds. */
export function answerVerify(
  parts: DataAccessParts,
  { body, params }: ServedRequest
): ServedAnswer {
  const expressions = readExpressions(body, parts.behaviour.acceptsIntegers)
  if (expressions === undefined) return invalidAnswer('no expressions')
  const person = personIn(parts, params)
  if (person === undefined) return emptyAnswer(404)
  return jsonAnswer(
    200,
    expressions.every((expression) => holds(person, expression))
  )
}

type Operator = '<' | '>' | '=' | '>=' | '<='
type Expression = { attributeName: string; operator: Operator; value: string }

function readExpressions(
  text: string,
  acceptsIntegers: boolean
): Expression[] | undefined {
  const value = parseJson(text)
  if (!Array.isArray(value)) return undefined
  const expressions = value.flatMap((one: unknown) => {
    if (!isJsonObject(one)) return []
    const { attributeName, operator, value } = one
    const isWhole =
      typeof attributeName === 'string' &&
      isOperator(operator) &&
      isAttributeValue(value, acceptsIntegers) &&
      Object.keys(one).length === 3
    return isWhole ? [{ attributeName, operator, value: String(value) }] : []
  })
  return expressions.length === value.length ? expressions : undefined
}

function isOperator(value: unknown): value is Operator {
  return ['<', '>', '=', '>=', '<='].some((one) => one === value)
}

function holds(
  { attributes }: OsiaPerson,
  { attributeName, operator, value }: Expression
): boolean {
  const own = attributes[attributeName]
  if (own === undefined) return false
  switch (operator) {
    case '=':
      return isSameValue(own, value)
    case '<':
      return own < value
    case '>':
      return own > value
    case '<=':
      return own <= value
    case '>=':
      return own >= value
  }
}

function personIn(
  { behaviour, people }: DataAccessParts,
  { uin = '' }: ServedRequest['params']
): OsiaPerson | undefined {
  const person = people.find(uin)
  return person !== undefined && isShown(person, behaviour) ? person : undefined
}

function isShown(
  { isReserved, personId }: OsiaPerson,
  { minted }: OsiaBehaviour
): boolean {
  return /^\d+$/.test(personId) && (!isReserved || minted === 'shown')
}

function named(
  { attributes, personId }: OsiaPerson,
  names: readonly string[]
): Record<string, unknown> {
  const known: OsiaAttributes = { ...attributes, uin: personId }
  return Object.fromEntries(
    names.map((name) => [
      name,
      known[name] ?? { code: 1023, message: 'Unknown attribute name' }
    ])
  )
}
