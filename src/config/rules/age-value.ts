import { format, isValid, parseISO, subYears } from 'date-fns'
import { isRecord } from './schema-walk'

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/

/** Whether a value is a day of the calendar, `yyyy-MM-dd`. */
export function isIsoDate(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    ISO_DATE.test(value) &&
    isValid(parseISO(value))
  )
}

/**
 * The value of an AGE field with the date of birth that core computes for it: that many years before the date that
 * `asOfDateRef` names, or before today where that field holds no date. Other values are given back as they are.
 */
export function withBirthDate(
  value: unknown,
  form: Readonly<Record<string, unknown>>,
  now: string
): unknown {
  if (!isRecord(value) || typeof value.age !== 'number') return value
  const reference =
    typeof value.asOfDateRef === 'string' ? form[value.asOfDateRef] : undefined
  const from = parseISO(isIsoDate(reference) ? reference : now)
  const dob = subYears(from, value.age)
  return {
    age: value.age,
    dob: isValid(dob) ? format(dob, 'yyyy-MM-dd') : undefined
  }
}

/**
 * The date of birth that a DATE or AGE field holds, `yyyy-MM-dd`; undefined for anything else, and for a date after
 * `now`, which is no date of birth of anybody.
 */
export function birthDateOf(
  value: unknown,
  form: Readonly<Record<string, unknown>>,
  now: string
): string | undefined {
  const resolved = withBirthDate(value, form, now)
  const date = isRecord(resolved) ? resolved.dob : resolved
  // ISO days of the same length sort as text.
  return isIsoDate(date) && date <= now ? date : undefined
}
