import Joi from 'joi'
import {
  address,
  authenticationSchema,
  checked,
  headerProblem,
  headersSchema,
  secret,
  systemName,
  tlsSchema
} from '../../internal/option-schemas'
import { pathProblem, type PathValues } from './address'
import { isWebhookSecret } from './webhook-secret'

function path(...allowed: Array<keyof PathValues>): Joi.StringSchema {
  return checked((value) => pathProblem(value, allowed)).required()
}

const authentication = authenticationSchema(
  ['oauth2', 'apiKey', 'bearer', 'none'],
  (only) => ({
    header: only('apiKey', headerName('authorization'), true),
    value: only('apiKey', secret(), true),
    token: only('bearer', secret(), true)
  })
)

function headerName(...allowed: string[]): Joi.StringSchema {
  return checked((value) => headerProblem(value, { allowed }))
}

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
  name: systemName('http'),
  baseUrl: address().required(),
  authentication: authentication.required(),
  tls: tlsSchema,
  headers: headersSchema.default({}),
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
  authentication,
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
