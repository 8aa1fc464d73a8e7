import type { SystemOperation } from '../../domain/decision'
import type { OptionsIssue } from '../../domain/errors'
import { isRecord } from '../../internal/json'
import {
  problemOf,
  showPlace,
  type Explanations,
  type Place
} from '../../internal/option-problems'
import { headerProblem } from '../../internal/option-schemas'
import { isInsecure } from '../../internal/peer-address'
import type { CheckedHttpOptions } from './options'
import { httpSchema, keysAt } from './options-schema'

/** The operations, in the order in which they are shown. */
export const OPERATIONS = [
  'createIdentity',
  'updateIdentity',
  'notifyDeath',
  'withdraw',
  'deactivateIdentity'
] as const satisfies readonly SystemOperation[]

function issue(path: string, place: Place, problem: string): OptionsIssue {
  const first = place[0]
  const anchor = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: showPlace(path, place),
    problem,
    see: `docs/systems/http.md${anchor ? `#${first.toLowerCase()}` : ''}`
  }
}

/**
 * All mistakes in the options of `http()`. None holds an option's value, which
 * may be a secret in the wrong place.
 *
 * @param path where the options stand in all options: `system`
 */
export function issuesOf(options: unknown, path: string): OptionsIssue[] {
  const { error } = httpSchema.validate(options, {
    abortEarly: false,
    convert: false
  })
  const found = (error?.details ?? []).map((detail) =>
    issue(path, detail.path, problemOf(detail, keysAt, SPECIAL))
  )
  if (options === undefined) {
    return [issue(path, [], 'is made by http({ ... }) without its options.')]
  }
  return isRecord(options) ? [...found, ...crossIssues(options, path)] : found
}

/**
 * The options with their defaults.
 *
 * @throws Joi.ValidationError when `issuesOf` has any issue; call that first
 */
export function withDefaults(options: unknown): CheckedHttpOptions {
  const checked = httpSchema.validate(options, { convert: false })
  if (checked.error !== undefined) throw checked.error
  // The schema has just proven the shape; Joi's types cannot say so.
  return checked.value as CheckedHttpOptions
}

/** Mistakes that only several options together make. */
function crossIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  return [
    ...insecureIssues(options, path),
    ...headerIssues(options, path),
    ...operationIssues(options, path)
  ]
}

function insecureIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  if (options.allowInsecureHttp === true) return []
  const problem =
    'is http: to another machine, so personal data and credentials could be read on the way. Use https:, or say allowInsecureHttp: true.'
  return addressesOf(options)
    .filter(([, address]) => isInsecure(address))
    .map(([place]) => issue(path, place, problem))
}

/** The addresses among the options, whatever else is wrong with them. */
export function addressesOf(
  options: Readonly<Record<string, unknown>>
): Array<[place: Place, address: string]> {
  const { authentication, baseUrl } = options
  const tokenUrl = isRecord(authentication)
    ? authentication.tokenUrl
    : undefined
  const found: Array<[Place, string]> = []
  if (typeof baseUrl === 'string') found.push([['baseUrl'], baseUrl])
  if (typeof tokenUrl === 'string') {
    found.push([['authentication', 'tokenUrl'], tokenUrl])
  }
  return found
}

function headerIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const { authentication, headers, idempotencyKeyHeader } = options
  const used = [
    idempotencyKeyHeader ?? 'Idempotency-Key',
    isRecord(authentication) ? authentication.header : undefined
  ].flatMap((name) => (typeof name === 'string' ? [name.toLowerCase()] : []))
  return Object.keys(isRecord(headers) ? headers : {}).flatMap((name) => {
    const problem = used.includes(name.toLowerCase())
      ? 'is set by another option already.'
      : headerProblem(name)
    return problem === undefined
      ? []
      : [issue(path, ['headers', name], problem)]
  })
}

function operationIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const has = [...OPERATIONS, 'verify'].some(
    (key) => options[key] !== undefined
  )
  if (has) return []
  const problem = `takes no operation: say where at least one of ${OPERATIONS.join(', ')} or verify goes, for example createIdentity: { path: '/identities' }.`
  return [issue(path, [], problem)]
}

const SPECIAL: Explanations = {
  'any.unknown': () => 'does not belong to this type of authentication.',
  'any.invalid': () => 'is a status that always means something else.'
}
