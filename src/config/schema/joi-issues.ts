import type Joi from 'joi'
import type { OptionsIssue } from '../../domain/errors'
import { listOptions } from './option-list'
import {
  type OptionPath,
  descriptionOf,
  knownKeys,
  seeAlso,
  showPath
} from './option-path'
import { PROBLEM } from './problem'
import { didYouMean, nearest } from './suggest'

/** A mistake, with the path for further checks to know what not to look at. */
export type FoundIssue = OptionsIssue & { path: OptionPath }

/** A mistake in an option. Never holds the option's value, which may be a secret in the wrong place. */
export function issueAt(path: OptionPath, problem: string): FoundIssue {
  return { path, option: showPath(path), problem, see: seeAlso(path) }
}

/** Joi's findings in plain words. */
export function issuesOf(error: Joi.ValidationError | undefined): FoundIssue[] {
  return (error?.details ?? []).map((detail) =>
    issueAt(detail.path, problemOf(detail))
  )
}

type Explain = (context: Joi.Context, path: OptionPath) => string

function limited(words: string): Explain {
  return ({ limit }) => `${words} ${String(limit)}.`
}

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  [PROBLEM]: ({ problem }) => String(problem),
  'any.required': (_, path) =>
    `is missing. ${descriptionOf(path) ?? ''}`.trim(),
  'object.unknown': (_, path) => unknownKey(path),
  'any.only': ({ valids }) => `must be ${listed(valids)}.`,
  'any.invalid': () => 'is a name that is taken; choose another one.',
  'any.unknown': () => 'must be left out here.',
  'string.base': () => 'must be text.',
  'string.empty': (_, path) => `is empty. ${descriptionOf(path) ?? ''}`.trim(),
  'string.trim': () => 'has blanks around it.',
  'string.max': limited('is too long: the most characters are'),
  'number.base': () => 'must be a number.',
  'number.integer': () => 'must be a whole number.',
  'number.unsafe': () => 'is too large.',
  'number.infinity': () => 'must be a number with an end.',
  'number.min': limited('must be at least'),
  'number.max': limited('must be at most'),
  'boolean.base': () => 'must be true or false.',
  'array.base': () => 'must be a list.',
  'array.unique': () => 'is in the list already.',
  'object.base': () => 'must be an object.'
}

function problemOf(detail: Joi.ValidationErrorItem): string {
  const context = detail.context ?? {}
  if (typeof context.value === 'function' && detail.type.endsWith('.base')) {
    return 'is a function here; perhaps it was not called?'
  }
  const explain = EXPLANATIONS[detail.type]
  if (explain !== undefined) return explain(context, detail.path)
  return `cannot be used like this. ${descriptionOf(detail.path) ?? ''}`.trim()
}

function listed(valids: unknown): string {
  const names = Array.isArray(valids)
    ? valids.filter((valid) => typeof valid !== 'object').map(String)
    : []
  return names.length === 1
    ? `\`${names.join()}\``
    : `one of \`${names.join('`, `')}\``
}

function unknownKey(path: OptionPath): string {
  const name = String(path.at(-1))
  const keys = knownKeys(path)
  if (nearest(name, keys) !== undefined) {
    return `is not an option${didYouMean(name, keys)}`
  }
  // Right name, wrong place.
  const elsewhere = listOptions()
    .map((entry) => entry.path)
    .filter((each) => each.split('.').at(-1) === name)
  if (elsewhere.length > 0) {
    return `is not an option here; it belongs at \`${elsewhere.join('` or `')}\`.`
  }
  return keys.length === 0
    ? 'is not an option.'
    : `is not an option. There are: \`${keys.join('`, `')}\`.`
}
