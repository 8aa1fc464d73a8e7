import { and, condition, or, type Condition } from './conditions'
import type { FieldConditional } from './field-types'
import { formFieldsError } from './form-fields-error'

/**
 * When a person's fields are there at all: a conditional, or several of which one must hold, as OpenCRVS has it where a
 * field has several SHOW entries. Entries of a field's `conditionals` are taken as they are.
 */
export type ShowOption = ShowEntry | readonly ShowEntry[]

type ShowEntry = object | { type: string; conditional: object }

/** All of them, without those that are not there. Undefined when none is. */
export function allOf(
  ...conditions: ReadonlyArray<Condition | undefined>
): Condition | undefined {
  const [first, ...others] = conditions.filter((each) => each !== undefined)
  if (first === undefined || others.length === 0) return first
  return and(first, ...others)
}

/** One of them, without those that are not there. Undefined when none is. */
export function anyOf(
  ...conditions: ReadonlyArray<Condition | undefined>
): Condition | undefined {
  const [first, ...others] = conditions.filter((each) => each !== undefined)
  if (first === undefined || others.length === 0) return first
  return or(first, ...others)
}

/** A country's `show` as one conditional. Undefined: always. */
export function readShow(show: ShowOption | undefined): Condition | undefined {
  if (show === undefined) return undefined
  const entries: readonly ShowEntry[] = isList(show) ? show : [show]
  return anyOf(...entries.map(conditionalOf))
}

/**
 * Adds a condition to those that a field has. OpenCRVS ORs entries of one type, so that a second entry would widen
 * instead of narrowing: all entries of the type become one (forms FACTS 2.3).
 */
export function narrowed(
  conditionals: readonly FieldConditional[],
  type: FieldConditional['type'],
  added: Condition
): FieldConditional[] {
  const same = conditionals.filter((entry) => entry.type === type)
  const own = anyOf(...same.map(({ conditional }) => conditional))
  return [
    ...conditionals.filter((entry) => entry.type !== type),
    { type, conditional: own === undefined ? added : and(added, own) }
  ]
}

function conditionalOf(entry: ShowEntry): Condition {
  if (!('conditional' in entry)) return condition(entry)
  if (entry.type !== 'SHOW') {
    throw formFieldsError(
      `show has an entry of type ${entry.type}. It says when the fields are there; give it SHOW entries or conditionals alone.`
    )
  }
  return condition(entry.conditional)
}

function isList(show: ShowOption): show is readonly ShowEntry[] {
  return Array.isArray(show)
}
