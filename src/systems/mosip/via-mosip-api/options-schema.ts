import Joi from 'joi'
import { address, secret, tlsSchema } from '../../../internal/option-schemas'
import {
  idSchemaSchema,
  milliseconds,
  nameSchema,
  notificationSchema,
  officeSchema,
  operationFields,
  operationMandatory,
  sexValuesSchema
} from '../options-schema'

/** All but `fields` and `mandatory` is mosip-api's own. */
const apiOperation = Joi.object({
  fields: operationFields,
  mandatory: operationMandatory
})

const signingKeysSchema = Joi.alternatives().conditional(Joi.array(), {
  then: Joi.array().items(secret()).min(1).max(10),
  otherwise: secret()
})

/** The schema of `MosipApiOptions`, with all defaults. */
export const mosipApiSchema = Joi.object({
  via: Joi.string().valid('mosip-api').required(),
  name: nameSchema,
  baseUrl: address().required(),
  signingKeys: signingKeysSchema.required(),
  office: officeSchema.required(),
  idSchema: idSchemaSchema.required(),
  language: Joi.string().default('eng'),
  sexValues: sexValuesSchema,
  identifierField: Joi.string().default('VID'),
  notification: notificationSchema,
  createIdentity: apiOperation,
  updateIdentity: apiOperation,
  notifyDeath: apiOperation,
  verify: Joi.object({
    sexValues: Joi.object().pattern(Joi.string(), Joi.string())
  }),
  tls: tlsSchema,
  timeoutMs: milliseconds(1, 600_000, 60_000),
  allowInsecureHttp: Joi.boolean().default(false)
})
