import { validateHeaderName, validateHeaderValue } from 'node:http'
import Joi from 'joi'
import { PROBLEM } from '../../internal/option-problems'
import { addressProblem } from '../../internal/peer-address'
import { pathProblem, type PathValues } from './address'
import { isWebhookSecret } from './webhook-secret'

/** Headers that the client or another option sets. */
const TAKEN_HEADERS = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding'
]

/** Checks by a function that names the problem, or gives undefined. */
function checked(problemOf: (value: string) => string | undefined) {
  return Joi.string().custom((value: string, helpers) => {
    const problem = problemOf(value)
    return problem === undefined ? value : helpers.error(PROBLEM, { problem })
  })
}

function secret(): Joi.AlternativesSchema {
  return Joi.alternatives(Joi.string().min(1), Joi.function())
}

function address(): Joi.StringSchema {
  return checked(addressProblem)
}

function path(...allowed: Array<keyof PathValues>): Joi.StringSchema {
  return checked((value) => pathProblem(value, allowed)).required()
}

/** What is wrong with the name of a header that a country sets. */
export function headerProblem(
  header: string,
  ...allowed: string[]
): string | undefined {
  const name = header.toLowerCase()
  if (!passes(() => validateHeaderName(name))) {
    return 'is not the name of a header.'
  }
  return TAKEN_HEADERS.includes(name) && !allowed.includes(name)
    ? 'is a header that something else sets.'
    : undefined
}

function headerName(...allowed: string[]): Joi.StringSchema {
  return checked((value) => headerProblem(value, ...allowed))
}

function passes(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

const AUTHENTICATION_TYPES = ['oauth2', 'apiKey', 'bearer', 'none']

/** A key that belongs to one type of authentication. */
function only(type: string, schema: Joi.Schema, isRequired: boolean) {
  return Joi.when('type', {
    switch: [
      { is: Joi.valid(type), then: isRequired ? schema.required() : schema },
      { is: Joi.valid(...AUTHENTICATION_TYPES), then: Joi.forbidden() }
    ],
    // A misspelt type is one mistake; what belongs to it is not another.
    otherwise: Joi.any()
  })
}

const authenticationSchema = Joi.object({
  type: Joi.string()
    .valid(...AUTHENTICATION_TYPES)
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
  header: only('apiKey', headerName('authorization'), true),
  value: only('apiKey', secret(), true),
  token: only('bearer', secret(), true)
})

const tlsSchema = Joi.object({
  cert: secret(),
  key: secret(),
  ca: secret(),
  passphrase: secret()
})
  .and('cert', 'key')
  .with('passphrase', 'key')

const operationSchema = Joi.object({
  method: Joi.string().valid('POST', 'PUT', 'PATCH', 'DELETE').default('POST'),
  path: path('reference'),
  request: Joi.function(),
  answer: Joi.function()
})

const statusSchema = Joi.object({
  method: Joi.string().valid('GET', 'POST').default('GET'),
  path: Joi.alternatives()
    .conditional(Joi.function(), {
      then: Joi.function(),
      otherwise: path('reference', 'systemReference')
    })
    .required(),
  answer: Joi.function()
})

const verifySchema = Joi.object({
  path: path('reference'),
  request: Joi.function(),
  answer: Joi.function()
})

function webhookSecret(): Joi.AlternativesSchema {
  const asText = checked((value) =>
    isWebhookSecret(value)
      ? undefined
      : 'must be `whsec_` and the base64 of 24 to 64 random bytes, for example `whsec_` and what `openssl rand -base64 32` gives.'
  )
  return Joi.alternatives().conditional(Joi.function(), {
    then: Joi.function(),
    otherwise: asText
  })
}

const callbackSchema = Joi.object({
  secrets: Joi.alternatives()
    .conditional(Joi.array(), {
      then: Joi.array().items(webhookSecret()).min(1).max(10),
      otherwise: webhookSecret()
    })
    .required(),
  toleranceSeconds: Joi.number().integer().min(1).max(3_600).default(300),
  read: Joi.function()
})

/**
 * The schema of `HttpOptions`, with all defaults. What depends on several
 * options is checked in `option-issues.ts`.
 */
export const httpSchema = Joi.object({
  name: checked((value) =>
    /^[a-zA-Z][\w-]{0,39}$/.test(value)
      ? undefined
      : 'must be a short word of letters, digits, `-` and `_`: metrics show it.'
  ).default('http'),
  baseUrl: address().required(),
  authentication: authenticationSchema.required(),
  tls: tlsSchema,
  headers: Joi.object()
    .pattern(
      Joi.string(),
      checked((value) =>
        passes(() => validateHeaderValue('x', value))
          ? undefined
          : 'holds characters that a header cannot.'
      ).allow('')
    )
    .default({}),
  timeoutMs: Joi.number().integer().min(1).max(600_000).default(30_000),
  idempotencyKeyHeader: Joi.alternatives()
    .conditional(Joi.valid(false), {
      then: Joi.valid(false),
      otherwise: headerName()
    })
    .default('Idempotency-Key'),
  createIdentity: operationSchema,
  updateIdentity: operationSchema,
  notifyDeath: operationSchema,
  withdraw: operationSchema,
  deactivateIdentity: operationSchema,
  status: statusSchema,
  verify: verifySchema,
  callback: callbackSchema,
  refusalStatuses: Joi.array()
    .items(
      Joi.number().integer().min(400).max(499).invalid(401, 404, 408, 425, 429)
    )
    .unique()
    .default([409, 422]),
  allowInsecureHttp: Joi.boolean().default(false)
})

/** The keys that may stand at a place in the options, for suggestions. */
export function keysAt(place: ReadonlyArray<string | number>): string[] {
  const schema = NESTED[String(place[0])] ?? httpSchema
  // Joi's own type of a description does not say what is below.
  const { keys } = schema.describe() as { keys?: Record<string, unknown> }
  return Object.keys(keys ?? {})
}

const NESTED: Readonly<Partial<Record<string, Joi.ObjectSchema>>> = {
  authentication: authenticationSchema,
  tls: tlsSchema,
  createIdentity: operationSchema,
  updateIdentity: operationSchema,
  notifyDeath: operationSchema,
  withdraw: operationSchema,
  deactivateIdentity: operationSchema,
  status: statusSchema,
  verify: verifySchema,
  callback: callbackSchema
}
