import Joi from 'joi'
import { checked, tlsOf } from '../../internal/option-schemas'
import { addressProblem, issuerProblem } from './address'
import { readPrivateKey } from './client-key'
import { isDatePattern } from '../claims/iso-date'
import { ALGORITHMS } from './options'

function address(): Joi.StringSchema {
  return checked(addressProblem)
}

function secret(asText: Joi.Schema = Joi.string()): Joi.AlternativesSchema {
  return Joi.alternatives().conditional(Joi.function(), {
    then: Joi.function(),
    otherwise: asText
  })
}

function privateKey(): Joi.AlternativesSchema {
  return secret(
    checked((text) => {
      const read = readPrivateKey(text)
      return 'key' in read ? undefined : read.problem
    })
  )
}

/** A word of a list whose words are sent with blanks between them. */
function word(): Joi.StringSchema {
  return checked((value) =>
    /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
      ? undefined
      : 'must be one word, without blanks, quotes and backslashes.'
  )
}

function words(): Joi.ArraySchema {
  return Joi.array().items(word()).unique()
}

function autoOr(): Joi.AlternativesSchema {
  return Joi.alternatives(Joi.boolean(), Joi.string().valid('auto')).default(
    'auto'
  )
}

function source(): Joi.AlternativesSchema {
  return Joi.alternatives().conditional(Joi.array(), {
    then: Joi.array().items(Joi.string()).min(1),
    otherwise: Joi.string()
  })
}

const endpointsSchema = Joi.object({
  authorization: address(),
  token: address(),
  userInfo: address(),
  jwks: address(),
  pushedAuthorization: address()
})

const claimsSchema = Joi.object({
  userinfo: Joi.object().unknown(),
  id_token: Joi.object().unknown()
})

const nameSchema = Joi.object({
  firstname: source().default('given_name'),
  middlename: source().default('middle_name'),
  surname: source().default('family_name'),
  full: source().default('name')
})

const mappingSchema = Joi.object({
  name: nameSchema.default(),
  dateOfBirth: source().default('birthdate'),
  sex: source().default('gender'),
  identifier: source(),
  attributes: Joi.object().pattern(Joi.string(), source()).default({}),
  nameOrder: Joi.string()
    .valid('givenNameFirst', 'familyNameFirst', 'unsplit')
    .default('givenNameFirst'),
  dateFormats: Joi.array()
    .items(
      checked((value) =>
        isDatePattern(value)
          ? undefined
          : 'must be a date-fns pattern with year, month and day, for example `dd.MM.yyyy`.'
      )
    )
    .min(1)
    .default(['yyyy-MM-dd', 'yyyy/MM/dd']),
  sexWords: Joi.object().pattern(Joi.string(), Joi.string()).default({})
})

/**
 * The schema of `OpenIdConnectOptions`, with all defaults. What depends on several options is checked in
 * `option-issues.ts`.
 */
export const openIdSchema = Joi.object({
  name: checked((value) =>
    /^[a-zA-Z][\w-]{0,39}$/.test(value)
      ? undefined
      : 'must be a short word of letters, digits, `-` and `_`: logs show it.'
  ).default('openid'),
  issuer: checked(issuerProblem).required(),
  tokenIssuer: checked(issuerProblem).default(Joi.ref('issuer')),
  discovery: Joi.alternatives()
    .conditional(Joi.valid(false), {
      then: Joi.valid(false),
      otherwise: address()
    })
    .default(discoveryOf),
  endpoints: endpointsSchema.default({}),
  clientId: Joi.string().required(),
  clientAuthentication: Joi.string()
    .valid('private_key_jwt', 'client_secret_basic')
    .default('private_key_jwt'),
  clientKey: privateKey(),
  keyId: Joi.string(),
  signatureAlgorithm: Joi.string().valid(...ALGORITHMS),
  clientSecret: secret(),
  assertionAudience: checked((value) =>
    ['endpoint', 'issuer'].includes(value) || URL.canParse(value)
      ? undefined
      : 'must be `endpoint`, `issuer`, or an address.'
  ).default('endpoint'),
  scopes: words().has(Joi.valid('openid')).default(['openid']),
  acrValues: words().default([]),
  claims: claimsSchema,
  prompt: Joi.string()
    .pattern(/^[a-z_]+( [a-z_]+)*$/)
    .allow('')
    .default('login'),
  display: Joi.string().valid('page', 'popup', 'touch', 'wap'),
  uiLocales: words().default([]),
  maxAgeSeconds: Joi.number().integer().min(0).max(31_536_000),
  userInfo: Joi.string().valid('signed', 'encrypted', 'json').default('signed'),
  decryptionKeys: Joi.alternatives()
    .conditional(Joi.array(), {
      then: Joi.array().items(privateKey()).max(10),
      otherwise: privateKey()
    })
    .default([]),
  algorithms: Joi.array()
    .items(Joi.string().valid(...ALGORITHMS))
    .min(1)
    .unique()
    .default([...ALGORITHMS]),
  pushedAuthorization: autoOr(),
  dpop: autoOr(),
  languages: words().default([]),
  mapping: Joi.alternatives()
    .conditional(Joi.function(), {
      then: Joi.function(),
      otherwise: mappingSchema
    })
    .default(() => mappingSchema.validate({}).value as unknown),
  keepUserInfo: Joi.boolean().default(false),
  allowExistingSession: Joi.boolean().default(false),
  clockToleranceSeconds: Joi.number().integer().min(0).max(300).default(30),
  timeoutMs: Joi.number().integer().min(1).max(60_000).default(10_000),
  tls: tlsOf(secret()),
  allowInsecureHttp: Joi.boolean().default(false)
})

/** OIDC Discovery 4: one slash between the issuer and the well-known path. */
function discoveryOf({ issuer }: { issuer?: unknown }): string {
  return `${String(issuer).replace(/\/+$/, '')}/.well-known/openid-configuration`
}

const NESTED: Readonly<Partial<Record<string, Joi.ObjectSchema>>> = {
  endpoints: endpointsSchema,
  claims: claimsSchema,
  mapping: mappingSchema,
  'mapping.name': nameSchema,
  tls: tlsOf(secret())
}

/** The keys that may stand at a place in the options, for suggestions. */
export function keysAt(place: ReadonlyArray<string | number>): string[] {
  const schema = place.length === 0 ? openIdSchema : NESTED[place.join('.')]
  if (schema === undefined) return []
  // Joi's own type of a description does not say what is below.
  const { keys } = schema.describe() as { keys?: Record<string, unknown> }
  return Object.keys(keys ?? {})
}
