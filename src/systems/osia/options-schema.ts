import Joi from 'joi'
import type { Place } from '../../internal/option-problems'
import {
  address,
  authenticationSchema,
  checked,
  headerProblem as peerHeaderProblem,
  headersSchema,
  secret,
  systemName,
  tlsSchema
} from '../../internal/option-schemas'
import { dataAccessSchema } from './data-access/options-schema'
import { subscriptionSchema } from './notification/options'
import { OSIA_INTERFACES } from './options'
import { uinPatternSchema } from './uin-pattern-schema'

/** What is wrong with the name of a header that a country sets. */
export function headerProblem(header: string): string | undefined {
  return peerHeaderProblem(header, { taken: ['accept'] })
}

const authentication = authenticationSchema(
  ['oauth2', 'bearer', 'none'],
  (only) => ({ token: only('bearer', secret(), true) })
)

function perInterface(schema: Joi.Schema): Joi.ObjectSchema {
  return Joi.object(
    Object.fromEntries(OSIA_INTERFACES.map((name) => [name, schema]))
  )
}

const urlsSchema = perInterface(address()).min(1)

/** A name in the register's dictionary; it becomes a member of a body or a name in a query. */
function attributeName(): Joi.StringSchema {
  return checked((value) =>
    /^[A-Za-z_][\w.-]{0,63}$/.test(value)
      ? undefined
      : 'must be a word of letters, digits, `_`, `-` and `.`.'
  )
}

function attributeOrNot(name: string): Joi.Schema {
  return Joi.alternatives()
    .conditional(Joi.valid(false), {
      then: Joi.valid(false),
      otherwise: attributeName()
    })
    .default(name)
}

function names(): Joi.ArraySchema {
  return Joi.array().items(attributeName()).min(1).unique()
}

const attributesSchema = Joi.object({
  firstName: attributeOrNot('firstName'),
  middleName: attributeName(),
  lastName: attributeOrNot('lastName'),
  dateOfBirth: attributeOrNot('dateOfBirth'),
  gender: attributeOrNot('gender'),
  more: Joi.object().pattern(Joi.string(), attributeName()).default({})
})

function codes(): Joi.ObjectSchema {
  return Joi.object().pattern(Joi.string(), Joi.string()).min(1)
}

const referenceSchema = Joi.object({
  name: attributeName().required(),
  holds: Joi.string()
    .valid('reference', 'trackingId', 'registrationNumber')
    .default('trackingId')
})

const duplicatesSchema = Joi.object({
  attributes: names(),
  onHit: Joi.string().valid('refuse', 'park').default('refuse')
})

const lookUpSchema = Joi.object({
  by: Joi.string().valid('reference', 'attributes').required(),
  attributes: names(),
  trustSingleHit: Joi.boolean().default(false),
  showsAtOnce: Joi.boolean().default(false),
  attempts: Joi.number().integer().min(1).max(100).default(3)
})

/** The topics of the standard that we publish to or listen to. */
const TOPICS = [
  'liveBirth',
  'foetalDeath',
  'death',
  'birthCancellation',
  'changeOfName',
  'changeOfGender',
  'updatePerson',
  'newPerson'
]

const topicsSchema = Joi.object(
  Object.fromEntries(TOPICS.map((name) => [name, Joi.string().default(name)]))
)

function withdrawal(...topics: string[]): Joi.Schema {
  return Joi.valid(false, ...topics)
}

const withdrawSchema = Joi.object({
  revocation: withdrawal('birthCancellation', 'updatePerson'),
  reversal: withdrawal('updatePerson')
})

function mediaType(): Joi.StringSchema {
  return checked((value) =>
    /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w-]+)?$/.test(value)
      ? undefined
      : 'is no media type.'
  )
}

const pushSchema = Joi.object({
  identityType: Joi.string().default('CIVIL_REGISTRATION'),
  identityStatus: Joi.string().valid('CLAIMED', 'VALID').default('CLAIMED'),
  identityId: Joi.string().valid('ours', 'theirs').default('ours'),
  contextualData: Joi.object()
    .pattern(
      Joi.string(),
      Joi.valid('registrationNumber', 'trackingId', 'reference')
    )
    .default({
      registrationNumber: 'registrationNumber',
      trackingId: 'trackingId'
    }),
  updateMethod: Joi.string().valid('PATCH', 'PUT').default('PATCH'),
  patchMediaType: mediaType().default('application/json'),
  onValid: Joi.string().valid('replace', 'refuse').default('replace'),
  physicalStatus: Joi.boolean().default(true),
  revoke: Joi.boolean().default(false)
})

const lateUinSchema = Joi.object({
  topic: Joi.string(),
  attributes: names()
})

const verifySchema = Joi.object({
  by: Joi.string().valid('match', 'verify', 'thirdParty').required(),
  attributes: names(),
  onMissing: Joi.when('by', {
    is: 'match',
    then: Joi.string().valid('fail', 'ignore').default('fail'),
    otherwise: Joi.forbidden()
  }),
  matchCodes: Joi.when('by', {
    is: 'thirdParty',
    then: Joi.array().items(Joi.number().integer()).min(1).unique().required(),
    otherwise: Joi.forbidden()
  }),
  identifierType: Joi.when('by', {
    is: 'thirdParty',
    then: Joi.string(),
    otherwise: Joi.forbidden()
  })
})

/** Letters, digits and hyphens: most numbers are of 8 to 16 digits, and nothing odd ever gets into a path or record. */
const ANY_UIN = /[0-9A-Za-z][0-9A-Za-z-]{3,63}/

/** ISO 5218, as text (D2). */
const ISO_5218 = { male: '1', female: '2', unknown: '0' }

/**
 * The schema of `OsiaOptions`, with all defaults. What depends on several
 * options is checked in `option-issues.ts`.
 */
export const osiaSchema = Joi.object({
  name: systemName('osia'),
  source: checked((value) =>
    /^[\w.-]{1,64}$/.test(value)
      ? undefined
      : 'must be a word of letters, digits, `_`, `-` and `.`.'
  ).default('opencrvs'),
  urls: urlsSchema.required(),
  authentication: authentication.required(),
  tls: tlsSchema,
  headers: headersSchema.default({}),
  interfaceHeaders: perInterface(headersSchema).default({}),
  timeoutMs: Joi.number().integer().min(1).max(600_000).default(15_000),
  mode: Joi.string().valid('pull', 'push', 'both').default('pull'),
  uin: Joi.string().valid('generate', 'newPerson').default('generate'),
  uinPattern: uinPatternSchema().default(ANY_UIN),
  attributes: attributesSchema.default(),
  sexCodes: codes().default(ISO_5218),
  interfaceSexCodes: perInterface(codes()).default({}),
  wholeNumbersAs: Joi.string().valid('text', 'number').default('text'),
  referenceAttribute: referenceSchema,
  duplicates: duplicatesSchema,
  lookUp: lookUpSchema,
  parents: Joi.array().items(Joi.string()).max(2).unique().default([]),
  foetalDeathEvents: Joi.array().items(Joi.string()).unique().default([]),
  topics: topicsSchema.default(),
  publishMediaType: mediaType().default('plain/text'),
  withdraw: withdrawSchema.default({}),
  push: pushSchema.default(),
  lateUin: lateUinSchema.default({}),
  subscription: subscriptionSchema,
  readBack: dataAccessSchema,
  verify: verifySchema,
  allowInsecureHttp: Joi.boolean().default(false)
})

/** The keys that may stand at a place in the options, for suggestions. */
export function keysAt(place: Place): string[] {
  const [first, second] = place
  const schema =
    first === 'attributes' && second === 'more'
      ? Joi.object()
      : (NESTED[String(first)] ?? osiaSchema)
  // Joi's own type of a description does not say what is below.
  const { keys } = schema.describe() as { keys?: Record<string, unknown> }
  return Object.keys(keys ?? {})
}

const NESTED: Readonly<Partial<Record<string, Joi.ObjectSchema>>> = {
  urls: urlsSchema,
  authentication,
  tls: tlsSchema,
  interfaceHeaders: perInterface(headersSchema),
  interfaceSexCodes: perInterface(codes()),
  attributes: attributesSchema,
  referenceAttribute: referenceSchema,
  duplicates: duplicatesSchema,
  lookUp: lookUpSchema,
  topics: topicsSchema,
  withdraw: withdrawSchema,
  push: pushSchema,
  lateUin: lateUinSchema,
  subscription: subscriptionSchema,
  readBack: dataAccessSchema,
  verify: verifySchema
}
