import { format, isValid, parse } from 'date-fns'

// Any day that is there; a pattern that lacks a part takes it from here.
const BASE = new Date(2000, 0, 1)

/**
 * A date as the provider writes it, as an ISO 8601 date, or undefined when it is not a whole date in any of the
 * patterns. OIDC Core 5.1 lets a provider leave out the year (`0000-05-17`) or give it alone.
 */
export function isoDate(
  text: string,
  patterns: readonly string[]
): string | undefined {
  for (const pattern of patterns) {
    const date = parse(text, pattern, BASE)
    if (!isValid(date) || date.getFullYear() < 1) continue
    // date-fns takes `1994/5/7` for `yyyy/MM/dd`; a provider that writes so means another pattern.
    if (format(date, pattern) !== text) continue
    return format(date, 'yyyy-MM-dd')
  }
  return undefined
}

/** Whether date-fns takes a pattern, and it names a year, a month and a day. */
export function isDatePattern(pattern: string): boolean {
  try {
    const sample = new Date(1987, 10, 23)
    const text = format(sample, pattern)
    return parse(text, pattern, BASE).getTime() === sample.getTime()
  } catch {
    return false
  }
}
