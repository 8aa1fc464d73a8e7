import { validateHeaderName, validateHeaderValue } from 'node:http'
import Joi from 'joi'
import { PROBLEM } from './option-problems'
import { addressProblem } from './peer-address'

/** Text that is checked by a function which names the problem, or gives undefined. */
export function checked(
  problemOf: (value: string) => string | undefined
): Joi.StringSchema {
  return Joi.string().custom((value: string, helpers) => {
    const problem = problemOf(value)
    return problem === undefined ? value : helpers.error(PROBLEM, { problem })
  })
}

/** Text, or a function that gives it. */
export function secret(): Joi.AlternativesSchema {
  return Joi.alternatives(Joi.string().min(1), Joi.function())
}

/** A whole address of a peer. */
export function address(): Joi.StringSchema {
  return checked(addressProblem)
}

/** A system's name. */
export function systemName(defaultName: string): Joi.StringSchema {
  return checked((value) =>
    /^[a-zA-Z][\w-]{0,39}$/.test(value)
      ? undefined
      : 'must be a short word of letters, digits, `-` and `_`: metrics show it.'
  ).default(defaultName)
}

/**
 * Certificate, key and trusted authorities: `TlsSecrets`.
 *
 * @param part what each of them may be
 */
export function tlsOf(part: Joi.Schema): Joi.ObjectSchema {
  return Joi.object({ cert: part, key: part, ca: part, passphrase: part })
    .and('cert', 'key')
    .with('passphrase', 'key')
}

/** The same, each a `secret`. */
export const tlsSchema = tlsOf(secret())

/** Headers that the client or another option sets. */
const TAKEN_HEADERS = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding'
]

/**
 * What is wrong with the name of a header that a country sets.
 *
 * @param taken names that this system sets besides; `allowed`: that it does not set itself
 */
export function headerProblem(
  header: string,
  {
    allowed = [],
    taken = []
  }: { allowed?: readonly string[]; taken?: readonly string[] } = {}
): string | undefined {
  const name = header.toLowerCase()
  if (!passes(() => validateHeaderName(name))) {
    return 'is not the name of a header.'
  }
  const isTaken = TAKEN_HEADERS.includes(name) || taken.includes(name)
  return isTaken && !allowed.includes(name)
    ? 'is a header that something else sets.'
    : undefined
}

/** Headers and their values; the names are for `headerProblem`. */
export const headersSchema = Joi.object().pattern(
  Joi.string(),
  checked((value) =>
    passes(() => validateHeaderValue('x', value))
      ? undefined
      : 'holds characters that a header cannot.'
  ).allow('')
)

function passes(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

/** A key that belongs to one type of authentication. */
export type OnlyFor = (
  type: string,
  schema: Joi.Schema,
  isRequired: boolean
) => Joi.Schema

/**
 * Authentication of one of several types, each with keys of its own; `oauth2` is known already.
 *
 * @param further the keys of the other types
 */
export function authenticationSchema(
  types: readonly string[],
  further: (only: OnlyFor) => Record<string, Joi.Schema>
): Joi.ObjectSchema {
  const only: OnlyFor = (type, schema, isRequired) =>
    Joi.when('type', {
      switch: [
        { is: Joi.valid(type), then: isRequired ? schema.required() : schema },
        { is: Joi.valid(...types), then: Joi.forbidden() }
      ],
      // A misspelt type is one mistake; what belongs to it is not another.
      otherwise: Joi.any()
    })
  return Joi.object({
    type: Joi.string()
      .valid(...types)
      .required(),
    tokenUrl: only('oauth2', address(), true),
    clientId: only('oauth2', Joi.string(), true),
    clientSecret: only('oauth2', secret(), true),
    scope: only('oauth2', Joi.string(), false),
    audience: only('oauth2', Joi.string(), false),
    sendCredentialsIn: only(
      'oauth2',
      Joi.string().valid('header', 'body').default('header'),
      false
    ),
    ...further(only)
  })
}
