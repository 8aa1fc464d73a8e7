import type { ResponseObject } from '@hapi/hapi'
import type { Declaration } from '../domain/event'

/**
 * Why core could not take a 200 of the country's own handler, in words; undefined when it can. On such an answer core
 * says 500 to its client and leaves the record stuck (FACTS, B table).
 */
export function otherwiseProblem(
  actionType: string,
  { source }: Pick<ResponseObject, 'source'>
): string | undefined {
  const body = bodyOf(source)
  // A stream cannot be looked into without using it up.
  if (body === 'unseen') return undefined
  if (actionType === 'REGISTER' && !hasNumber(body)) {
    return 'a registration without a registrationNumber that is a text'
  }
  const wrong = ['declaration', 'annotation'].find(
    (key) => !isObjectOrAbsent(member(body, key))
  )
  return wrong === undefined ? undefined : `${wrong} is not an object`
}

/**
 * The country's own 200 with values of ours laid over those that it gives for the record. Undefined where there is
 * nothing to add, or no place to add it to.
 */
export function withDeclaration(
  { source }: Pick<ResponseObject, 'source'>,
  values: Declaration
): object | undefined {
  if (Object.keys(values).length === 0) return undefined
  const body = isEmpty(source) ? {} : bodyOf(source)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return undefined
  }
  const own = member(body, 'declaration')
  return {
    ...body,
    declaration: { ...(typeof own === 'object' ? own : {}), ...values }
  }
}

function isEmpty(source: unknown): boolean {
  return source === null || source === undefined || source === ''
}

/** What goes over the wire, as core reads it; text that is no JSON counts as nothing. */
function bodyOf(source: unknown): unknown {
  if (typeof source === 'string' || Buffer.isBuffer(source)) {
    try {
      return JSON.parse(source.toString())
    } catch {
      return undefined
    }
  }
  const isStream =
    typeof source === 'object' && source !== null && 'pipe' in source
  return isStream ? 'unseen' : source
}

function hasNumber(body: unknown): boolean {
  const number = member(body, 'registrationNumber')
  return typeof number === 'string' && number.trim() !== ''
}

function isObjectOrAbsent(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === 'object' && value !== null && !Array.isArray(value))
  )
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
