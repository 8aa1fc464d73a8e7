import { format, isValid, parseISO, sub } from 'date-fns'
import { OptionsError } from '../../domain/errors'
import type { Declaration } from '../../domain/event'
import { birthDateOf } from './age-value'

/** An age, in calendar years, months and days; they add up. */
export type Age = { years?: number; months?: number; days?: number }

const UNITS = ['years', 'months', 'days'] as const

/**
 * Checks an age that a rule was written with.
 *
 * @throws OptionsError when it has no unit, or one that is not a whole number
 */
export function checkAge(age: Age, where: string): void {
  const unknown = Object.keys(age).some(
    (key) => !UNITS.some((unit) => unit === key)
  )
  const values = UNITS.map((unit) => age[unit]).filter(
    (value) => value !== undefined
  )
  const whole = values.every((value) => Number.isInteger(value) && value >= 0)
  if (!unknown && whole && values.some((value) => value > 0)) return
  throw new OptionsError([
    {
      option: where,
      problem:
        'needs an age in whole years, months or days, such as { years: 10 }.',
      see: 'docs/options.md#events.rules.when'
    }
  ])
}

/** An age in words: `10 years`. */
export function describeAge(age: Age): string {
  return UNITS.flatMap((unit) => {
    const value = age[unit]
    if (value === undefined || value === 0) return []
    return `${value} ${value === 1 ? unit.slice(0, -1) : unit}`
  }).join(' and ')
}

/**
 * Whether the person born on the day in `field` is younger than `age` on the day `now`. Undefined when the field holds
 * no date of birth: nothing, something else, or a day that has not come yet.
 *
 * Somebody born on 29 February turns a year older on 1 March of a common year, as core computes it too (it takes the
 * years off today).
 */
export function isBelow(
  age: Age,
  field: string,
  declaration: Declaration,
  now: string
): boolean | undefined {
  const born = birthDateOf(declaration[field], declaration, now)
  return born === undefined ? undefined : isYounger(born, age, now)
}

/** Whether somebody born on a day, `yyyy-MM-dd`, is younger than `age` on the day `now`. */
export function isYounger(born: string, age: Age, now: string): boolean {
  const limit = sub(parseISO(now), age)
  if (!isValid(limit)) return false
  return born > format(limit, 'yyyy-MM-dd')
}
