import Joi from 'joi'
import { PROBLEM } from '../../internal/option-problems'
import { isDatePattern } from '../claims/iso-date'
import { QR_ALGORITHMS } from './options'

/** Checks by a function that names the problem, or gives undefined. */
function checked(
  schema: Joi.AnySchema,
  problemOf: (value: unknown) => string | undefined
): Joi.AnySchema {
  return schema.custom((value: unknown, helpers) => {
    const problem = problemOf(value)
    return problem === undefined ? value : helpers.error(PROBLEM, { problem })
  })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function verifier(): Joi.AnySchema {
  // Checked by hand: Joi would copy it, and lose what a class gave it.
  return checked(Joi.any(), (value) => {
    const isVerifier =
      isObject(value) &&
      typeof Reflect.get(value, 'name') === 'string' &&
      ['recognises', 'verify'].every(
        (name) => typeof Reflect.get(value, name) === 'function'
      )
    return isVerifier
      ? undefined
      : 'must be a verifier: an object with `name`, `recognises(content)` and `verify(content)`.'
  })
}

function source(): Joi.AlternativesSchema {
  return Joi.alternatives().conditional(Joi.array(), {
    then: Joi.array().items(Joi.string()).min(1),
    otherwise: Joi.string()
  })
}

function limit(least: number, most: number): Joi.NumberSchema {
  return Joi.number().integer().min(least).max(most)
}

const keySchema = Joi.object({
  id: Joi.string(),
  key: checked(Joi.any().required(), (value) =>
    (typeof value === 'string' && value !== '') || isObject(value)
      ? undefined
      : 'must be a JWK or PEM.'
  ),
  algorithm: Joi.string().valid(...QR_ALGORITHMS)
})

const issuerSchema = Joi.object({
  issuer: Joi.string().required(),
  audience: Joi.string(),
  types: Joi.array().items(Joi.string().min(1)),
  keys: Joi.array().items(keySchema).min(1).required()
})

const nameSchema = Joi.object({
  firstname: source(),
  middlename: source(),
  surname: source(),
  full: source()
})

const mappingSchema = Joi.object({
  name: nameSchema,
  dateOfBirth: source(),
  sex: source(),
  identifier: source(),
  attributes: Joi.object().pattern(Joi.string(), source()),
  nameOrder: Joi.string().valid('givenNameFirst', 'familyNameFirst', 'unsplit'),
  dateFormats: Joi.array()
    .items(
      checked(Joi.string(), (value) =>
        typeof value === 'string' && isDatePattern(value)
          ? undefined
          : 'is no pattern of date-fns with a year, a month and a day.'
      )
    )
    .min(1),
  sexWords: Joi.object().pattern(Joi.string(), Joi.string())
})

/** The schema of `QrCredentialOptions`, with all defaults. */
export const qrSchema = Joi.object({
  trustedIssuers: Joi.array()
    .items(issuerSchema)
    .unique('issuer', { ignoreUndefined: true })
    .default([]),
  verifiers: Joi.array().items(verifier()).default([]),
  credentialPath: Joi.array()
    .items(Joi.string())
    .min(1)
    .max(8)
    .default(['credential']),
  schema: checked(Joi.any(), (value) =>
    isObject(value) ? undefined : 'must be a JSON Schema, as an object.'
  ),
  mapping: Joi.alternatives().conditional(Joi.function(), {
    then: Joi.function(),
    otherwise: mappingSchema
  }),
  languages: Joi.array().items(Joi.string()).default([]),
  clockToleranceSeconds: limit(0, 300).default(60),
  maxBytes: limit(256, 1_048_576).default(65_536),
  maxDepth: limit(2, 64).default(16),
  maxEntries: limit(8, 10_000).default(1000)
})

const NESTED: ReadonlyArray<readonly [RegExp, Joi.ObjectSchema]> = [
  [/^$/, qrSchema],
  [/^trustedIssuers\.\d+$/, issuerSchema],
  [/^trustedIssuers\.\d+\.keys\.\d+$/, keySchema],
  [/^mapping$/, mappingSchema],
  [/^mapping\.name$/, nameSchema]
]

/** The keys that may stand at a place in the options, for suggestions. */
export function keysAt(place: ReadonlyArray<string | number>): string[] {
  const found = NESTED.find(([pattern]) => pattern.test(place.join('.')))
  // Joi's own type of a description does not say what is below.
  const { keys } = (found?.[1].describe() ?? {}) as {
    keys?: Record<string, unknown>
  }
  return Object.keys(keys ?? {})
}
