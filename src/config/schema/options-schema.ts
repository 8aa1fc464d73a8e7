import Joi from 'joi'
import { authenticationSchema } from './authentication-schema'
import { deliverySchema } from './delivery-schema'
import { eventSchema } from './event-schema'
import { openCrvsSchema } from './opencrvs-schema'
import { policySchema } from './policy-schema'
import { optionProblem } from './problem'
import { address, callback, encryptionKey, secret, text } from './values'
import { withFunctions } from './with-functions'

const keyRing = Joi.object({
  current: text().required(),
  keys: Joi.object()
    .pattern(/^[A-Za-z0-9._-]{1,64}$/, encryptionKey())
    .min(1)
    .required()
})

const secretsSchema = Joi.object({
  encryption: Joi.any()
    .meta({ takes: 'text, function or key ring' })
    .when(Joi.object(), { then: keyRing, otherwise: encryptionKey() })
    .required()
    .description(
      'Key for everything personal at rest: at least 32 random characters, or a function. For rotation `{ current, keys }`: new rows are written with the key that `current` names.'
    )
})
  .required()
  .description(
    'What everything personal is encrypted with: `{ encryption: ... }`.'
  )

const systemSchema = Joi.any()
  .meta({ takes: 'system' })
  .custom((value: unknown, helpers) => {
    const isSystem = ['create', 'submit'].some(
      (name) =>
        typeof value === 'object' &&
        value !== null &&
        typeof Reflect.get(value, name) === 'function'
    )
    return isSystem
      ? value
      : optionProblem(
          helpers,
          'must be a national ID system: `http({ ... })`, or an object of your own with `name`, `capabilities` and `submit`.'
        )
  })
  .required()
  .description(
    'The national ID system: `http({ ... })`, or an object of your own.'
  )

const hooksSchema = Joi.object({
  onAccepted: callback().description('Called when core has accepted.'),
  onDeferred: callback().description('Called when core was answered 202.'),
  onRejected: callback().description(
    'Called when a rule, the ID system or an operator said no, with the reason.'
  ),
  onParked: callback().description('Called when a delivery needs a person.'),
  onStalled: callback().description(
    'Called when a delivery is open for longer than `delivery.stalledAfterMs`.'
  )
})
  .default({})
  .description('Called when something has happened, at least once each.')

const metricsSchema = Joi.object({
  token: secret().description('Bearer token that a scraper must show.'),
  allowAnonymous: Joi.boolean()
    .default(false)
    .description('Let anybody read the metrics. Weakens a safeguard.')
}).description('Opens the metrics route. Left out: it does not exist.')

/** The schema of `NationalIdOptions`, and the only place where defaults are. */
export const optionsSchema = Joi.object({
  publicUrl: address()
    .required()
    .description(
      'Where the ID system reaches this country configuration from outside: `https://countryconfig.example.org`.'
    ),
  routePrefix: Joi.string()
    .pattern(/^(\/[A-Za-z0-9_-]+)+$/)
    .default('/national-id')
    .description('Path under which our own routes stand: `/national-id`.'),
  opencrvs: openCrvsSchema,
  secrets: secretsSchema,
  store: withFunctions(
    ['create', 'issues'],
    'must be a store: `sqlite({ path })` or `postgres({ url })`.'
  )
    .meta({ takes: 'store' })
    .required()
    .description(
      'Where deliveries and the audit trail are kept: `sqlite({ path })`, or `postgres({ url })`.'
    ),
  system: systemSchema,
  authentication: authenticationSchema,
  events: Joi.object()
    .pattern(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, eventSchema)
    .min(1)
    .required()
    .description(
      'What to do, by event type: `birth`, `death`, or another one that the country has.'
    ),
  registrationNumber: callback().description(
    'Makes the registration number of a record. Required with REGISTER rules.'
  ),
  hooks: hooksSchema,
  reasons: Joi.object({
    annotation: text().description(
      'Annotation field that takes the reason when an action is accepted without its identity work being done.'
    )
  })
    .default({})
    .description('Where reasons go that core would drop.'),
  policies: policySchema,
  delivery: deliverySchema,
  operations: Joi.object({
    scope: text()
      .required()
      .description('OpenCRVS scope that opens the operations routes.')
  }).description('Opens the operations routes. Left out: they do not exist.'),
  metrics: metricsSchema,
  logger: withFunctions(
    ['debug', 'info', 'warn', 'error'],
    'must have the functions debug, info, warn and error, as pino has.'
  )
    .meta({ takes: 'logger' })
    .description(
      'pino or anything of its shape. Default: a pino logger at level `info`.'
    )
})
  .required()
  .prefs({ convert: false, abortEarly: false })
