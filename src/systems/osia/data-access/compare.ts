import type { AttributeValue } from '../person-attributes'

/** How two values are compared (dataaccess 1.3.0, `Expression`). */
export const OPERATORS = ['<', '>', '=', '>=', '<='] as const

export type Operator = (typeof OPERATORS)[number]

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/
const NUMBER = /^-?\d+(\.\d+)?$/

/**
 * Whether two values are the same: texts without regard to case, to how accents are written and to spaces at the ends or
 * repeated; whole numbers also where one side writes them as text (D2).
 */
export function isSame(one: AttributeValue, other: AttributeValue): boolean {
  return plain(one) === plain(other)
}

function plain(value: AttributeValue): string {
  return String(value)
    .normalize('NFC')
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase()
}

/**
 * Whether an order can be asked for: of dates and of numbers. Of a name it would let anybody find out the name letter by
 * letter.
 */
export function hasOrder(value: AttributeValue): boolean {
  return isDate(value) || isNumber(value)
}

function isDate(value: AttributeValue): value is string {
  return typeof value === 'string' && ISO_DATE.test(value)
}

function isNumber(value: AttributeValue): value is string | number {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && NUMBER.test(value))
  )
}

/** Whether `ours operator theirs` is true. Values of different kinds have no order: then it is false. */
export function holds(
  ours: AttributeValue,
  operator: Operator,
  theirs: AttributeValue
): boolean {
  if (operator === '=') return isSame(ours, theirs)
  const order = compare(ours, theirs)
  if (order === undefined) return false
  switch (operator) {
    case '<':
      return order < 0
    case '>':
      return order > 0
    case '<=':
      return order <= 0
    case '>=':
      return order >= 0
  }
}

function compare(
  ours: AttributeValue,
  theirs: AttributeValue
): number | undefined {
  // Dates of this form stand in the order of their texts.
  if (isDate(ours) && isDate(theirs))
    return ours < theirs ? -1 : Number(ours > theirs)
  return isNumber(ours) && isNumber(theirs)
    ? Number(ours) - Number(theirs)
    : undefined
}
