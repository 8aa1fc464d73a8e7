import type Joi from 'joi'

/** Joi's error code for mistakes that we put in words ourselves. */
export const PROBLEM = 'option.problem'

/**
 * Reports a mistake in our own words. The words go through the error's context, since Joi would read braces in a
 * message as a template.
 */
export function optionProblem(
  helpers: Joi.CustomHelpers,
  problem: string
): Joi.ErrorReport {
  return helpers.error(PROBLEM, { problem })
}
