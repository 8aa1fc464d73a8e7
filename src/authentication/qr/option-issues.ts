import type { OptionsIssue } from '../../domain/errors'
import type { JsonObject } from '../../domain/json'
import { isRecord } from '../../internal/json'
import {
  problemOf,
  showPlace,
  type Explanations,
  type Place
} from '../../internal/option-problems'
import { compileSchema } from './claims-schema'
import { QR_ALGORITHMS, type CheckedQrOptions, type IssuerKey } from './options'
import { keysAt, qrSchema } from './options-schema'
import { readTrustedKey } from './trusted-key'

const PAGE = 'docs/evidence.md'

/**
 * All mistakes in the options of `qrCredentials()`. None holds an option's value.
 *
 * @param path where the options stand in all options: `authentication.qr`
 */
export function issuesOf(options: unknown, path: string): OptionsIssue[] {
  if (!isRecord(options)) {
    return [issue(path, [], 'must be made by qrCredentials({ ... }).')]
  }
  const { error } = qrSchema.validate(options, {
    abortEarly: false,
    convert: false
  })
  const found = (error?.details ?? []).map((detail) =>
    issue(path, detail.path, problemOf(detail, keysAt, SPECIAL))
  )
  const told = new Set(found.map(({ option }) => option))
  // What is wrong by itself needs no second complaint.
  return [
    ...found,
    ...crossIssues(options, path).filter(({ option }) => !told.has(option))
  ]
}

/**
 * The options with their defaults.
 *
 * @throws Joi.ValidationError when `issuesOf` has any issue; call that first
 */
export function withDefaults(options: unknown): CheckedQrOptions {
  const checked = qrSchema.validate(options, { convert: false })
  if (checked.error !== undefined) throw checked.error
  // The schema has just proven the shape; Joi's types cannot say so.
  return checked.value as CheckedQrOptions
}

function crossIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  return [
    ...emptyIssues(options, path),
    ...issuerIssues(options, path),
    ...schemaIssues(options, path)
  ]
}

function emptyIssues(
  { trustedIssuers, verifiers }: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const isEmpty = (list: unknown) =>
    list === undefined || (Array.isArray(list) && list.length === 0)
  if (!isEmpty(trustedIssuers) || !isEmpty(verifiers)) return []
  const problem =
    'takes no credential: pin the key of at least one issuer in `trustedIssuers`, or give a verifier of your own in `verifiers`.'
  return [issue(path, [], problem)]
}

function issuerIssues(
  { trustedIssuers }: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  if (!Array.isArray(trustedIssuers)) return []
  return trustedIssuers.flatMap((issuer: unknown, at) =>
    isRecord(issuer) && Array.isArray(issuer.keys)
      ? keyIssues(issuer.keys, path, ['trustedIssuers', at, 'keys'])
      : []
  )
}

function keyIssues(
  keys: readonly unknown[],
  path: string,
  place: Place
): OptionsIssue[] {
  const seen = new Set<string>()
  return keys.flatMap((option, at) => {
    if (!isIssuerKey(option)) return []
    const read = readTrustedKey(option)
    if ('problem' in read)
      return [issue(path, [...place, at, 'key'], read.problem)]
    const { id } = read.trusted
    if (id === undefined) {
      const problem =
        'is missing: say under which `kid` or `verificationMethod` credentials name this key.'
      return [issue(path, [...place, at, 'id'], problem)]
    }
    if (seen.has(id))
      return [issue(path, [...place, at, 'id'], 'is that of another key.')]
    seen.add(id)
    return []
  })
}

/** Whether it is a key as far as the schema is concerned, which tells the rest. */
function isIssuerKey(option: unknown): option is IssuerKey {
  if (!isRecord(option)) return false
  const { algorithm, id, key } = option
  return (
    (id === undefined || typeof id === 'string') &&
    (algorithm === undefined ||
      QR_ALGORITHMS.some((one) => one === algorithm)) &&
    (typeof key === 'string' || isRecord(key))
  )
}

function schemaIssues(
  { schema }: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  if (!isRecord(schema)) return []
  try {
    // A schema that is no JSON is refused by the compiler.
    compileSchema(schema as JsonObject)
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason'
    const problem = `cannot be used as a JSON Schema: ${reason}.`
    return [issue(path, ['schema'], problem)]
  }
}

function issue(path: string, place: Place, problem: string): OptionsIssue {
  const first = place[0]
  const anchor = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: showPlace(path, place),
    problem,
    see: `${PAGE}#${anchor ? first.toLowerCase() : 'qr-credentials'}`
  }
}

const SPECIAL: Explanations = {
  'array.max': () => 'is too long a list.',
  'array.unique': () =>
    'is the same issuer as another: put all its keys into one.'
}
