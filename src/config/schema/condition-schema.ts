import Joi from 'joi'
import { when } from '../rules/when'
import { optionProblem } from './problem'

/** The name of a function of `when` that was given instead of what it makes. */
export function isOneOfOurs(value: unknown): string | undefined {
  return Object.entries(when).find(([, made]) => made === value)?.[0]
}

/** What a rule's `when` may be. Whether a conditional can be evaluated is checked afterwards, with the rule's name. */
export const conditionSchema = Joi.any()
  .meta({ takes: 'condition' })
  .custom((value: unknown, helpers) => {
    const problem = conditionProblem(value)
    return problem === undefined ? value : optionProblem(helpers, problem)
  })
  .description(
    'When the rule holds: a conditional of OpenCRVS, `when.all(...)` and its like, or a function that gives true or false. Left out: always.'
  )

function conditionProblem(value: unknown): string | undefined {
  const name = isOneOfOurs(value)
  if (name !== undefined) {
    return `is a function that was not called: write \`when.${name}(...)\`.`
  }
  if (Array.isArray(value)) {
    return 'is a list; say when.all(...) or when.any(...) of its parts.'
  }
  if (typeof value === 'function') return undefined
  if (typeof value === 'object' && value !== null) {
    return 'kind' in value
      ? 'is a decision; decisions belong in `then`.'
      : undefined
  }
  return 'must be a conditional of OpenCRVS, a condition made by `when`, or a function. Leave it out to mean "always".'
}
