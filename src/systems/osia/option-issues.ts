import type { OptionsIssue } from '../../domain/errors'
import { isRecord } from '../../internal/json'
import {
  problemOf,
  showPlace,
  type Explanations
} from '../../internal/option-problems'
import { isInsecure } from '../../internal/peer-address'
import { addressesOf, operationsOf } from './capabilities'
import type { CheckedOsiaOptions } from './options'
import { attributeIssues, type FoundMistake } from './attribute-issues'
import { publishes } from './ways'
import { headerProblem, keysAt, osiaSchema } from './options-schema'

const SPECIAL: Explanations = {
  'any.unknown': () => 'does not belong to what is chosen beside it.'
}

function issue(path: string, [place, problem]: FoundMistake): OptionsIssue {
  const first = place[0]
  const anchor = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: showPlace(path, place),
    problem,
    see: `docs/systems/osia.md${anchor ? `#${first.toLowerCase()}` : ''}`
  }
}

/**
 * All mistakes in the options of `osia()`. None holds an option's value, which
 * may be a secret in the wrong place.
 *
 * @param path where the options stand in all options: `system`
 */
export function issuesOf(options: unknown, path: string): OptionsIssue[] {
  if (options === undefined) {
    return [issue(path, [[], 'is made by osia({ ... }) without its options.'])]
  }
  const { error } = osiaSchema.validate(options, {
    abortEarly: false,
    convert: false
  })
  const found = (error?.details ?? []).map((detail): FoundMistake => [
    detail.path,
    problemOf(detail, keysAt, SPECIAL)
  ])
  const more = isRecord(options) ? crossMistakes(options) : []
  // What depends on several options makes sense once each of them does.
  const attributes =
    error === undefined ? attributeIssues(withDefaults(options)) : []
  return [...found, ...more, ...attributes].map((one) => issue(path, one))
}

/**
 * The options with their defaults.
 *
 * @throws Joi.ValidationError when `issuesOf` has any issue; call that first
 */
export function withDefaults(options: unknown): CheckedOsiaOptions {
  const checked = osiaSchema.validate(options, { convert: false })
  if (checked.error !== undefined) throw checked.error
  // The schema has just proven the shape; Joi's types cannot say so.
  return checked.value as CheckedOsiaOptions
}

/** Mistakes that only several options together make. */
function crossMistakes(options: Record<string, unknown>): FoundMistake[] {
  return [
    ...insecure(options),
    ...headers(options),
    ...missingUrls(options),
    ...late(options),
    ...withNewPerson(options),
    ...readBacks(options),
    ...lookUps(options),
    ...operations(options)
  ]
}

function insecure(options: Record<string, unknown>): FoundMistake[] {
  if (options.allowInsecureHttp === true) return []
  const problem =
    'is http: to another machine, so personal data and credentials could be read on the way. Use https:, or say allowInsecureHttp: true.'
  return addressesOf(options)
    .filter(([, address]) => isInsecure(address))
    .map(([place]) => [place, problem])
}

function headers(options: Record<string, unknown>): FoundMistake[] {
  const { headers: common, interfaceHeaders } = options
  const places: Array<[string[], unknown]> = [
    [['headers'], common],
    ...Object.entries(isRecord(interfaceHeaders) ? interfaceHeaders : {}).map(
      ([name, held]): [string[], unknown] => [['interfaceHeaders', name], held]
    )
  ]
  return places.flatMap(([place, held]) =>
    Object.keys(isRecord(held) ? held : {}).flatMap((name) => {
      const problem = headerProblem(name)
      return problem === undefined ? [] : [[[...place, name], problem] as const]
    })
  )
}

/** Interfaces that the other options need. */
function missingUrls(options: Record<string, unknown>): FoundMistake[] {
  const { duplicates, lookUp, mode, urls, verify } = options
  const given = isRecord(urls) ? urls : {}
  const way = isRecord(verify) ? verify.by : undefined
  const needed: Array<readonly [boolean, string, string]> = [
    [mode === 'push' || mode === 'both', 'populationRegistry', 'mode'],
    [mode === 'both', 'notification', 'mode'],
    [isRecord(duplicates), 'dataAccess', 'duplicates'],
    [isRecord(lookUp), 'dataAccess', 'lookUp'],
    [way === 'match' || way === 'verify', 'dataAccess', 'verify'],
    [way === 'thirdParty', 'thirdParty', 'verify'],
    [options.subscription !== undefined, 'notification', 'subscription'],
    [options.subscription !== undefined, 'dataAccess', 'subscription']
  ]
  return needed.flatMap(([isNeeded, name, by]) =>
    isNeeded && given[name] === undefined
      ? [[['urls', name], `is missing, and \`${by}\` needs it.`] as const]
      : []
  )
}

function late(options: Record<string, unknown>): FoundMistake[] {
  const { lateUin, mode, uin } = options
  if (uin !== 'newPerson') {
    const problem = "is read only with `uin: 'newPerson'`."
    return lateUin === undefined ? [] : [[['lateUin'], problem]]
  }
  const isTold =
    mode === 'push' ||
    mode === 'both' ||
    (isRecord(lateUin) && lateUin.topic !== undefined)
  const problem =
    'needs `lateUin.topic` or a mode that pushes, since the register must be told of the birth somehow.'
  return isTold ? [] : [[['uin'], problem]]
}

/** The subscription brings numbers that are waited for, found by the agreed reference. */
function withNewPerson(options: Record<string, unknown>): FoundMistake[] {
  const { lookUp, referenceAttribute, subscription, uin } = options
  if (uin !== 'newPerson') {
    const problem = "brings numbers only with `uin: 'newPerson'`."
    return subscription === undefined ? [] : [[['subscription'], problem]]
  }
  const found: FoundMistake[] = []
  if (referenceAttribute === undefined) {
    const problem =
      'is missing: a number that comes later is matched to its birth by a reference that both sides keep.'
    found.push([['referenceAttribute'], problem])
  }
  if (subscription === undefined && lookUp === undefined) {
    const problem =
      'needs `subscription` or `lookUp`, by which the number comes.'
    found.push([['uin'], problem])
  }
  return found
}

function readBacks(options: Record<string, unknown>): FoundMistake[] {
  const problem =
    'needs `urls.notification` and a mode that publishes: only who is told reads back.'
  return options.readBack === undefined || publishes(options)
    ? []
    : [[['readBack'], problem]]
}

function lookUps(options: Record<string, unknown>): FoundMistake[] {
  const { duplicates, lookUp, referenceAttribute } = options
  if (!isRecord(lookUp)) return []
  if (lookUp.by === 'reference' && referenceAttribute === undefined) {
    return [[['lookUp', 'by'], 'needs `referenceAttribute`.']]
  }
  if (lookUp.trustSingleHit === true && duplicates === undefined) {
    const problem =
      'needs `duplicates`: only if nobody had these attributes before can the one who has them now be the newborn.'
    return [[['lookUp', 'trustSingleHit'], problem]]
  }
  return []
}

function operations(options: Record<string, unknown>): FoundMistake[] {
  if (operationsOf(options).length > 0 || isRecord(options.verify)) return []
  const problem =
    'takes no operation: give at least urls.uin, urls.notification, or mode push with urls.populationRegistry.'
  return [[[], problem]]
}
