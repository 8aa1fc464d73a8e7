import Joi from 'joi'
import type { OptionsIssue } from '../../../domain/errors'
import { isRecord } from '../../../internal/json'
import {
  problemOf,
  showPlace,
  type Place
} from '../../../internal/option-problems'
import { address, secret, tlsSchema } from '../../../internal/option-schemas'
import { isInsecure } from '../../../internal/peer-address'
import type { Secret } from '../../../internal/secret'
import type { OsiaTls } from '../options'
import { uinPatternSchema } from '../uin-pattern-schema'

/** The call of the 2023 proof of concept. */
export type InGroupePocOptions = {
  /** Shown in logs, metrics and the audit trail. Default `inGroupePoc`. */
  name?: string
  /** The whole address; nothing is added to it. */
  url: string
  /** The bearer token, or a function that reads it. */
  token: Secret
  /** Name of the issuing authority, sent as `authority`. */
  authority: string
  /** The person's attribute that is sent as `birthPlace`: "facility,district". Without it the text is empty. */
  birthPlace?: string
  /** Words of the declaration's sex field to theirs. Default `MALE` and `FEMALE`. */
  genders?: Record<string, string>
  /** What a number looks like; anything else is never taken into a record. */
  uinPattern: RegExp
  tls?: OsiaTls
  /** Longest time for one call, in milliseconds. Default 15 000. */
  timeoutMs?: number
  /** Allow `http:` to another machine. Weakens a safeguard. */
  allowInsecureHttp?: boolean
}

/** The options with their defaults. */
export type CheckedInGroupePocOptions = InGroupePocOptions &
  Required<Pick<InGroupePocOptions, 'name' | 'genders' | 'timeoutMs'>>

const schema = Joi.object({
  name: Joi.string()
    .pattern(/^[a-zA-Z][\w-]{0,39}$/)
    .default('inGroupePoc'),
  url: address().required(),
  token: secret().required(),
  authority: Joi.string().required(),
  birthPlace: Joi.string(),
  genders: Joi.object()
    .pattern(Joi.string(), Joi.string())
    .default({ male: 'MALE', female: 'FEMALE' }),
  uinPattern: uinPatternSchema().required(),
  tls: tlsSchema,
  timeoutMs: Joi.number().integer().min(1).max(600_000).default(15_000),
  allowInsecureHttp: Joi.boolean().default(false)
})

/** All mistakes in the options; none holds an option's value. */
export function pocIssuesOf(options: unknown, path: string): OptionsIssue[] {
  const about = (place: Place, problem: string): OptionsIssue => ({
    option: showPlace(path, place),
    problem,
    see: 'docs/systems/osia.md#in-groupe'
  })
  if (options === undefined) {
    return [about([], 'is made by inGroupePoc({ ... }) without its options.')]
  }
  const { error } = schema.validate(options, {
    abortEarly: false,
    convert: false
  })
  const found = (error?.details ?? []).map((detail) =>
    about(
      detail.path,
      problemOf(detail, keysAt, {
        'string.pattern.base': () =>
          'must be a short word of letters, digits, `-` and `_`: metrics show it.'
      })
    )
  )
  return isOpen(options) && isRecord(options) && !options.allowInsecureHttp
    ? [
        ...found,
        about(
          ['url'],
          'is http: to another machine, so personal data and the token could be read on the way. Use https:, or say allowInsecureHttp: true.'
        )
      ]
    : found
}

/** Whether what is sent can be read on the way. */
export function isOpen(options: unknown): boolean {
  const url = isRecord(options) ? options.url : undefined
  return typeof url === 'string' && isInsecure(url)
}

/**
 * The options with their defaults.
 * @throws Joi.ValidationError when `pocIssuesOf` has any issue; call that first
 */
export function withPocDefaults(options: unknown): CheckedInGroupePocOptions {
  const checked = schema.validate(options, { convert: false })
  if (checked.error !== undefined) throw checked.error
  // The schema has just proven the shape; Joi's types cannot say so.
  return checked.value as CheckedInGroupePocOptions
}

function keysAt(place: Place): string[] {
  if (place[0] === 'tls') return ['cert', 'key', 'ca', 'passphrase']
  // Joi's own type of a description does not say what is below.
  const { keys } = schema.describe() as { keys?: Record<string, unknown> }
  return Object.keys(keys ?? {})
}
