import type Joi from 'joi'
import { text } from './values'

/** Field ids and their prefixes: OpenCRVS allows everything but an underscore (forms FACTS 1). */
const NO_UNDERSCORE = /^[^_\s]+$/

/** A field id, or the prefix of a person's fields. */
export function fieldId(): Joi.StringSchema {
  return text().pattern(NO_UNDERSCORE)
}
