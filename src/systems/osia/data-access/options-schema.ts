import Joi from 'joi'
import { PROBLEM } from '../../../internal/option-problems'
import { address } from '../../../internal/option-schemas'
import { MOST_READABLE_MS, READER_ALGORITHMS } from './options'

/** Members of a JSON Web Key that only its owner may know (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

function publicKey(): Joi.ObjectSchema {
  return Joi.object({ kty: Joi.string().valid('RSA', 'EC', 'OKP').required() })
    .unknown()
    .custom((key: object, helpers) => {
      const isPrivate = PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name))
      const problem =
        'holds a private key. Only the public part belongs here; the other must be replaced now that it was copied.'
      return isPrivate ? helpers.error(PROBLEM, { problem }) : key
    })
}

/** Of `DataAccessOptions`; a mistake is one of Joi's errors, or `PROBLEM` with `problem` in words. */
export const dataAccessSchema = Joi.object({
  issuer: Joi.string().required(),
  audience: Joi.string().required(),
  jwksUrl: address(),
  keys: Joi.array().items(publicKey()).min(1),
  algorithms: Joi.array()
    .items(Joi.string().valid(...READER_ALGORITHMS))
    .min(1)
    .unique(),
  ca: Joi.string(),
  clockToleranceSeconds: Joi.number().integer().min(0).max(300),
  attributes: Joi.array().items(Joi.string()).min(1).unique(),
  forMs: Joi.number().integer().min(1_000).max(MOST_READABLE_MS)
}).custom((options: { jwksUrl?: string; keys?: unknown }, helpers) => {
  const { jwksUrl, keys } = options
  if ((jwksUrl === undefined) !== (keys === undefined)) return options
  const problem =
    'needs either `jwksUrl` or `keys`, with which the tokens of readers are checked.'
  return helpers.error(PROBLEM, { problem })
})
