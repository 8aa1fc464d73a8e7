import type { DeliveryMode } from '../../domain/decision'
import type { Decision } from '../../domain/decision'
import type { Condition, Predicate, RuleContext } from '../options'
import { type Age, checkAge, describeAge, isBelow } from './age'
import {
  conditionFields,
  conditionPeople,
  describeCondition,
  evaluateCondition
} from './condition'
import { hasValue } from './values'

type Plain = string | number | boolean

/** How core is answered; left out: the mode of `delivery.modes`. */
type ModeOption = { mode?: DeliveryMode }

/** Holds when every condition holds (and with none at all). Asks in order and stops at the first that does not. */
function all(...conditions: Condition[]): Predicate {
  return combined('all', 'all of', conditions)
}

/** Holds when a condition holds (never with none at all). Asks in order and stops at the first that does. */
function any(...conditions: Condition[]): Predicate {
  return combined('any', 'any of', conditions)
}

/**
 * Turns a condition round. A predicate whose field is missing does not hold, so its `not` does: `not(ageBelow(...))`
 * also holds when there is no date of birth. Say `ageAtLeast(...)`, or add `present(...)`, to demand one.
 */
function not(condition: Condition): Predicate {
  return combined('not', 'not', [condition])
}

/**
 * Holds when the person born on the day in `field` (a DATE or AGE field) is younger than the age today. Does not hold
 * without a date of birth, or with one in the future.
 *
 * @example when.ageBelow('child.dob', { years: 10 })
 */
function ageBelow(field: string, age: Age): Predicate {
  checkAge(age, 'when.ageBelow')
  return onFields(
    `age by ${field} below ${describeAge(age)}`,
    [field],
    ({ declaration, now }) => isBelow(age, field, declaration, now) === true
  )
}

/** Holds when the person born on the day in `field` has that age or more today. Does not hold without a date of birth. */
function ageAtLeast(field: string, age: Age): Predicate {
  checkAge(age, 'when.ageAtLeast')
  return onFields(
    `age by ${field} at least ${describeAge(age)}`,
    [field],
    ({ declaration, now }) => isBelow(age, field, declaration, now) === false
  )
}

/** Holds when the field has a value; blank text, empty lists and objects with only empty parts are none. */
function present(field: string): Predicate {
  return onFields(`${field} present`, [field], ({ declaration }) =>
    hasValue(declaration[field])
  )
}

/** Holds when the field has no value. */
function absent(field: string): Predicate {
  return onFields(
    `${field} absent`,
    [field],
    ({ declaration }) => !hasValue(declaration[field])
  )
}

/** Holds when the field has exactly this text, number or boolean. Does not hold when it is missing. */
function equals(field: string, value: Plain): Predicate {
  return onFields(
    `${field} equal to what the rule names`,
    [field],
    ({ declaration }) => declaration[field] === value
  )
}

/** Holds when the field has exactly one of these values. Does not hold when it is missing. */
function oneOf(field: string, values: readonly Plain[]): Predicate {
  return onFields(
    `${field} one of ${values.length} values that the rule names`,
    [field],
    ({ declaration }) => values.some((value) => declaration[field] === value)
  )
}

/** Holds when this action changes one of the fields. */
function changed(...fields: string[]): Predicate {
  return onFields(`${fields.join(' or ')} changed`, fields, ({ changes }) =>
    fields.some((field) => changes.includes(field))
  )
}

/** Holds when the person (`mother`) proved to the ID system that it is them. What the form claims is not asked. */
function authenticated(person: string): Predicate {
  return {
    ...onFields(
      `${person} authenticated`,
      [],
      ({ statuses }) => statuses[person] === 'authenticated'
    ),
    people: [person],
    needs: 'authenticated'
  }
}

/**
 * Holds when the ID system said that the person's data are right: `verified`, or the stronger `authenticated`. A
 * `pending` status, captured offline, does not count.
 */
function verified(person: string): Predicate {
  return {
    ...onFields(`${person} verified`, [], ({ statuses }) =>
      ['verified', 'authenticated'].includes(statuses[person] ?? '')
    ),
    people: [person],
    needs: 'verified'
  }
}

/**
 * Holds when the person's identity was captured and could not be checked yet: offline, or while the ID system did not
 * answer. An update or a withdrawal never follows from this alone.
 */
function pending(person: string): Predicate {
  return {
    ...onFields(
      `${person} pending`,
      [],
      ({ statuses }) => statuses[person] === 'pending'
    ),
    people: [person]
  }
}

/** Holds always: for a last rule, said out loud. */
function always(): Predicate {
  return onFields('always', [], () => true)
}

/** Let core register (or accept) without the national ID system. */
function registerOnly(): Decision {
  return { kind: 'registerOnly' }
}

/** Ask for a new identity for the event's subject. */
function createIdentity(options: ModeOption = {}): Decision {
  return { kind: 'createIdentity', ...options }
}

/** Send the attributes that this action changes. Subject to `policies.updates`. */
function updateIdentity(options: ModeOption = {}): Decision {
  return { kind: 'updateIdentity', ...options }
}

/** Tell that the subject has died. Subject to `policies.death`. */
function notifyDeath(options: ModeOption = {}): Decision {
  return { kind: 'notifyDeath', ...options }
}

/** Undo: the registration was revoked, or a death was reversed. */
function withdraw(
  options: { cause: 'revocation' | 'reversal' } & ModeOption
): Decision {
  return { kind: 'withdraw', ...options }
}

/** Refuse the action. The reason must name no person: it is the same for everybody whom the rule refuses. */
function reject(reason: string): Decision {
  return { kind: 'reject', reason }
}

/**
 * What rules are written with: conditions for a rule's `when`, and decisions for its `then`.
 *
 * @example
 * {
 *   name: 'newborn',
 *   when: when.all(when.ageBelow('child.dob', { years: 1 }), when.absent('child.nid')),
 *   then: when.createIdentity()
 * }
 */
export const when = {
  all,
  any,
  not,
  ageBelow,
  ageAtLeast,
  present,
  absent,
  equals,
  oneOf,
  changed,
  authenticated,
  verified,
  pending,
  always,
  registerOnly,
  createIdentity,
  updateIdentity,
  notifyDeath,
  withdraw,
  reject
} as const

function onFields(
  describe: string,
  fields: readonly string[],
  holds: (context: RuleContext) => boolean
): Predicate {
  return { describe, fields, people: [], holds }
}

function combined(
  how: 'all' | 'any' | 'not',
  word: string,
  conditions: readonly Condition[]
): Predicate {
  const predicate: Predicate = {
    combines: { how, conditions },
    // Read only once the options are checked, so that a conditional that cannot be read is reported with its rule.
    get describe() {
      return `${word} (${conditions.map(describeCondition).join('; ')})`
    },
    get fields() {
      return [...new Set(conditions.flatMap(conditionFields))]
    },
    get people() {
      return [...new Set(conditions.flatMap(conditionPeople))]
    },
    holds: (context) => evaluateCondition(predicate, context)
  }
  return predicate
}
