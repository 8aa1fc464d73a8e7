import { types } from 'node:util'
import Joi from 'joi'
import { PROBLEM } from '../../internal/option-problems'

/** Checks what says how a number looks. A flag that remembers the last match would let every second number fail. */
export function uinPatternSchema(): Joi.AnySchema {
  return Joi.any().custom((value: unknown, helpers) => {
    const problem = !types.isRegExp(value)
      ? 'must be a regular expression: /\\d{10}/.'
      : value.global || value.sticky
        ? 'must have neither flag g nor y.'
        : undefined
    return problem === undefined ? value : helpers.error(PROBLEM, { problem })
  })
}
