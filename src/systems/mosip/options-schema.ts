import Joi from 'joi'
import { PROBLEM } from '../../internal/option-problems'
import {
  address,
  checked,
  secret,
  systemName,
  tlsSchema
} from '../../internal/option-schemas'

function path(defaultPath: string): Joi.StringSchema {
  return checked((value) =>
    /^\/(?!\/)[^\s?#\\]*$/.test(value) && !/(^|\/)\.\.(\/|$)/.test(value)
      ? undefined
      : 'must begin with one slash and hold no blanks, `?`, `#` or `..`.'
  ).default(defaultPath)
}

/** Shared with the hub, and all that keeps forged credentials out. */
function hubSecret(): Joi.AlternativesSchema {
  const asText = checked((value) =>
    value.length >= 16
      ? undefined
      : 'must have at least 16 characters of randomness, for example from `openssl rand -base64 32`.'
  )
  return Joi.alternatives().conditional(Joi.function(), {
    then: Joi.function(),
    otherwise: asText
  })
}

function oneOrMore(item: Joi.Schema): Joi.AlternativesSchema {
  return Joi.alternatives().conditional(Joi.array(), {
    then: Joi.array().items(item).min(1).max(10),
    otherwise: item
  })
}

function words(...defaults: string[]): Joi.ArraySchema {
  return Joi.array().items(Joi.string()).unique().default(defaults)
}

/** A time within bounds. */
export function milliseconds(min: number, max: number, value: number) {
  return Joi.number().integer().min(min).max(max).default(value)
}

/** `name`. */
export const nameSchema = systemName('mosip')

/** `sexValues` of packets. */
export const sexValuesSchema = Joi.object()
  .pattern(Joi.string(), Joi.string())
  .default({ male: 'Male', female: 'Female' })

const clientSchema = Joi.object({
  clientId: Joi.string().required(),
  secretKey: secret().required(),
  appId: Joi.string().default('admin')
})

/** `office`. */
export const officeSchema = Joi.object({
  centreId: Joi.string().required(),
  machineId: Joi.string().required(),
  officerId: Joi.string().required(),
  supervisorId: Joi.string(),
  host: Joi.object({ name: Joi.string(), ip: Joi.string() })
})

/** `idSchema`. */
export const idSchemaSchema = Joi.object({
  version: Joi.string().required(),
  schema: Joi.alternatives(Joi.string(), Joi.object().unknown()).required()
})

const PARTS = [
  'name',
  'firstName',
  'middleName',
  'lastName',
  'dateOfBirth',
  'sex',
  'registrationNumber',
  'trackingId',
  'identifier'
]

const sourceSchema = Joi.alternatives(
  Joi.valid(...PARTS),
  Joi.function(),
  Joi.object({ attribute: Joi.string().required(), date: Joi.boolean() }),
  Joi.object({ value: Joi.any().required() })
)

/** One sentence for all that is no source, instead of one for each alternative. */
const valueSchema = Joi.any().custom((value: unknown, helpers) =>
  sourceSchema.validate(value, { convert: false }).error === undefined
    ? value
    : helpers.error(PROBLEM, {
        problem: `is no source of a value: one of '${PARTS.join("', '")}', { attribute }, { value } or a function.`
      })
)

/** `fields` of an operation. */
export const operationFields = Joi.object().pattern(
  Joi.string(),
  Joi.when(Joi.valid(false), { then: Joi.any(), otherwise: valueSchema })
)

/** `mandatory` of an operation. */
export const operationMandatory = Joi.array().items(Joi.string()).unique()

const operationSchema = Joi.object({
  process: Joi.string(),
  registrationType: Joi.string(),
  fields: operationFields,
  mandatory: operationMandatory,
  waitForResult: Joi.boolean()
})

/** `notification`. */
export const notificationSchema = Joi.object({
  name: valueSchema,
  phone: valueSchema,
  email: valueSchema
}).default({})

const binarySchema = Joi.alternatives(Joi.string().base64(), Joi.function())

const keySchema = Joi.alternatives().conditional(
  Joi.object({ pkcs12: Joi.exist() }).unknown(),
  {
    then: Joi.object({
      pkcs12: binarySchema.required(),
      passphrase: secret().required()
    }),
    otherwise: Joi.object({
      certificate: secret().required(),
      privateKey: secret().required(),
      passphrase: secret()
    })
  }
)

const proofSchema = Joi.object({
  keys: Joi.array().items(secret()).min(1).required(),
  canonicalization: Joi.string().valid('URDNA2015', 'JCS').required(),
  issuer: Joi.string(),
  contexts: Joi.object().pattern(Joi.string(), Joi.object().unknown())
})

const webSubSchema = Joi.object({
  hubUrl: address().required(),
  client: clientSchema.required(),
  partnerId: Joi.string().required(),
  secrets: oneOrMore(hubSecret()).required(),
  identifier: Joi.string().required(),
  keys: oneOrMore(keySchema).required(),
  topics: Joi.object({
    credentials: Joi.string(),
    packetStatus: Joi.string().invalid(Joi.ref('credentials'))
  }).default({}),
  callbackUrl: address(),
  credentialTypes: words('vercred', 'euin'),
  registrationNumberKey: Joi.string().default('birthCertificateNumber'),
  proof: proofSchema,
  renewEveryMs: milliseconds(10_000, 86_400_000, 900_000),
  refuseUnusableForMs: milliseconds(0, 604_800_000, 3_600_000),
  acceptZeroThumbprint: Joi.boolean().default(false),
  acceptBareChallenge: Joi.boolean().default(false)
})

const idaSchema = Joi.object({
  url: address().required(),
  mispLicenceKey: secret().required(),
  partnerId: Joi.string().required(),
  partnerApiKey: secret().required(),
  certificate: secret().required(),
  signingKey: keySchema.required(),
  domainUri: Joi.string().required(),
  environment: Joi.string()
    .valid('Staging', 'Developer', 'Pre-Production', 'Production')
    .default('Production'),
  identifierType: Joi.string().valid('UIN', 'VID').default('UIN'),
  sexValues: Joi.object().pattern(Joi.string(), Joi.string()),
  compare: Joi.array()
    .items(Joi.string().valid('name', 'dateOfBirth', 'sex'))
    .unique()
    .min(1)
    .default(['name', 'dateOfBirth', 'sex'])
})

const pathsSchema = Joi.object({
  token: path('/v1/authmanager/authenticate/clientidsecretkey'),
  createPacket: path('/commons/v1/packetmanager/createPacket'),
  workflowInstance: path(
    '/registrationprocessor/v1/workflowmanager/workflowinstance'
  ),
  status: path(
    '/registrationprocessor/v1/registrationstatus/externalstatus/search'
  )
}).default()

const workflowSchema = Joi.object({
  id: Joi.string().default('mosip.registration.processor.workflow.instance'),
  version: Joi.string().default('v1')
}).default()

const statusesSchema = Joi.object({
  accepted: Joi.array().items(Joi.string().uppercase()).default(['PROCESSED']),
  refused: Joi.array().items(Joi.string().uppercase()).default(['REJECTED'])
}).default()

const withdrawSchema = Joi.object({
  revocation: operationSchema,
  reversal: operationSchema
}).min(1)

/**
 * The schema of `MosipOptions`, with all defaults. What depends on several
 * options is checked in `option-issues.ts`.
 */
export const mosipSchema = Joi.object({
  name: nameSchema,
  baseUrl: address().required(),
  client: clientSchema.required(),
  office: officeSchema.required(),
  idSchema: idSchemaSchema.required(),
  source: Joi.string().default('OPENCRVS'),
  language: Joi.string().default('eng'),
  sexValues: sexValuesSchema,
  identifierField: Joi.string(),
  applicationId: Joi.string().valid('uuid', 'decimal').default('uuid'),
  notification: notificationSchema,
  createIdentity: operationSchema,
  updateIdentity: operationSchema,
  notifyDeath: operationSchema,
  withdraw: withdrawSchema,
  deactivateIdentity: operationSchema,
  websub: webSubSchema,
  ida: idaSchema,
  status: Joi.boolean().default(false),
  packetStatuses: statusesSchema,
  paths: pathsSchema,
  workflow: workflowSchema,
  refusalCodes: words(),
  retryableCodes: words(),
  tls: tlsSchema,
  timeoutMs: milliseconds(1, 600_000, 15_000),
  allowInsecureHttp: Joi.boolean().default(false)
})

/** The keys that may stand at a place in the options, for suggestions. */
export function keysAt(
  place: ReadonlyArray<string | number>,
  schema: Joi.Schema = mosipSchema
): string[] {
  let described: unknown = schema.describe()
  for (const step of place) {
    described = member(member(described, 'keys'), String(step))
  }
  const keys = member(described, 'keys')
  return typeof keys === 'object' && keys !== null ? Object.keys(keys) : []
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Reflect.get(value, name)
    : undefined
}
