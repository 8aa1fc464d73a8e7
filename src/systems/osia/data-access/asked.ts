import { MalformedError } from '../../../domain/errors'
import { parseJson } from '../../../internal/http'
import { isRecord } from '../../../internal/json'
import type { InboundRequest } from '../../system'
import type { AttributeValue } from '../person-attributes'
import { hasOrder, OPERATORS, type Operator } from './compare'

/** More than any dictionary has; what is longer is no question about a person. */
const MOST_NAMES = 100
const LONGEST = 256

/** One expression about an attribute (dataaccess 1.3.0, `Expression`). */
export type Expression = {
  attributeName: string
  operator: Operator
  value: AttributeValue
}

/** @throws MalformedError `ERR_READING`; its text is for the reader and holds none of what was sent */
export function readUin({ params }: InboundRequest): string {
  const uin = params.uin ?? ''
  if (uin !== '' && uin.length <= LONGEST) return uin
  throw malformed('uin must be a number of at most 256 characters.')
}

/** @throws MalformedError `ERR_READING` */
export function readNames(
  request: InboundRequest,
  parameter: string
): string[] {
  const names = [...new Set(given(request, parameter))]
  if (names.length > MOST_NAMES || names.some((name) => !isName(name))) {
    throw malformed(
      `${parameter} must hold at most 100 names of at most 256 characters.`
    )
  }
  return names
}

/** Everything that was given for a parameter. */
export function given(
  { query, queryAll }: InboundRequest,
  parameter: string
): readonly string[] {
  const all = queryAll ?? query
  const value = Object.hasOwn(all, parameter) ? all[parameter] : undefined
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** @throws MalformedError `ERR_READING` */
export function readWholeNumber(
  request: InboundRequest,
  parameter: string,
  usual: number
): number {
  const [text, ...more] = given(request, parameter)
  if (text === undefined) return usual
  if (more.length === 0 && /^\d{1,9}$/.test(text)) return Number(text)
  throw malformed(`${parameter} must be a whole number.`)
}

/**
 * The attributes to be matched (dataaccess 1.3.0, `Attributes`).
 * @throws MalformedError `ERR_READING`
 */
export function readAttributes(
  request: InboundRequest
): Array<[string, AttributeValue]> {
  const body = readBody(request)
  const entries = isRecord(body) ? Object.entries(body) : []
  const isGood =
    entries.length > 0 &&
    entries.length <= MOST_NAMES &&
    entries.every((entry) => isName(entry[0]) && isValue(entry[1]))
  // The values were looked at just now.
  if (isGood) return entries as Array<[string, AttributeValue]>
  throw malformed(
    'The body must be a JSON object of attributes, each a text, a number, true or false.'
  )
}

/** @throws MalformedError `ERR_READING` */
export function readExpressions(request: InboundRequest): Expression[] {
  const body = readBody(request)
  const list: unknown[] = Array.isArray(body) ? body : []
  if (list.length > 0 && list.length <= MOST_NAMES && list.every(isExpression))
    return list
  throw malformed(
    'The body must be a JSON list of expressions with attributeName, operator (<, >, =, >= or <=) and value; an order can be asked for of dates and numbers alone.'
  )
}

function isExpression(given: unknown): given is Expression {
  if (!isRecord(given) || Object.keys(given).length !== 3) return false
  const { attributeName, operator, value } = given
  return (
    isName(attributeName) &&
    OPERATORS.some((known) => known === operator) &&
    isValue(value) &&
    (operator === '=' || hasOrder(value))
  )
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= LONGEST
}

function isValue(value: unknown): value is AttributeValue {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}

function readBody({ headers, rawBody }: InboundRequest): unknown {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';')
  if (mediaType.trim().toLowerCase() === 'application/json') {
    return parseJson(rawBody.toString('utf8'))
  }
  throw malformed('The body must be application/json.')
}

function malformed(words: string): MalformedError {
  return new MalformedError(words, { code: 'ERR_READING' })
}
