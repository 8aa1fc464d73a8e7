import Joi from 'joi'
import { optionProblem } from './problem'

/** An object of functions, kept as it is: a clone would lose what a class gave it. */
export function withFunctions(
  names: readonly string[],
  problem: string
): Joi.AnySchema {
  return Joi.any().custom((value: unknown, helpers) => {
    const fits =
      typeof value === 'object' &&
      value !== null &&
      names.every((name) => typeof Reflect.get(value, name) === 'function')
    return fits ? value : optionProblem(helpers, problem)
  })
}
