import type { Place } from '../../internal/option-problems'
import type { CheckedOsiaOptions } from './options'
import { TAKEN_QUERY_NAMES } from './query-persons'

/** A mistake at a place in the options. */
export type FoundMistake = readonly [place: Place, problem: string]

/** Mistakes in the attribute dictionary and in what refers to it. */
export function attributeIssues(options: CheckedOsiaOptions): FoundMistake[] {
  return [
    ...takenNames(options),
    ...twice(options),
    ...unknown(options),
    ...theirs(options)
  ]
}

/** In this order, so that of two equal names always the same one is reported. */
const STANDARD = [
  'firstName',
  'middleName',
  'lastName',
  'dateOfBirth',
  'gender'
] as const

/** Every name of the dictionary, with where it stands. */
function dictionary({
  attributes
}: CheckedOsiaOptions): Array<readonly [place: Place, name: string]> {
  const { more } = attributes
  const all: Array<readonly [Place, string | false]> = [
    ...STANDARD.map(
      (key) => [['attributes', key], attributes[key] ?? false] as const
    ),
    ...Object.entries(more).map(
      ([key, name]) => [['attributes', 'more', key], name] as const
    )
  ]
  return all.flatMap(([place, name]) =>
    name === false ? [] : [[place, name] as const]
  )
}

/** D14: attributes stand in a query beside the query's own parameters. */
function takenNames(options: CheckedOsiaOptions): FoundMistake[] {
  const taken: readonly string[] = TAKEN_QUERY_NAMES
  const reference = options.referenceAttribute
  const all = [
    ...dictionary(options),
    ...(reference === undefined
      ? []
      : [[['referenceAttribute', 'name'], reference.name] as const])
  ]
  return all
    .filter(([, name]) => taken.includes(name))
    .map(([place]) => [
      place,
      'is a name that `queryPersonList` uses itself; agree on another one.'
    ])
}

/** Two attributes of one name would overwrite each other. */
function twice(options: CheckedOsiaOptions): FoundMistake[] {
  const seen = new Set<string>()
  const reference = options.referenceAttribute?.name
  if (reference !== undefined) seen.add(reference)
  return dictionary(options).flatMap(([place, name]) => {
    const isSecond = seen.has(name)
    seen.add(name)
    return isSecond
      ? [[place, 'is the name of another attribute as well.'] as const]
      : []
  })
}

/** Names that no attribute has would leave nothing to ask by. */
function unknown(options: CheckedOsiaOptions): FoundMistake[] {
  const known = dictionary(options).map(([, name]) => name)
  const { duplicates, lateUin, lookUp, readBack, verify } = options
  const lists = { duplicates, lateUin, lookUp, readBack, verify }
  return Object.entries(lists).flatMap(([option, held]) =>
    (held?.attributes ?? []).flatMap((name, index) =>
      known.includes(name)
        ? []
        : [
            [
              [option, 'attributes', index],
              `is no attribute of the dictionary. There are: \`${known.join('`, `')}\`.`
            ] as const
          ]
    )
  )
}

/** An identity that the register names is found again by what it says of the record. */
function theirs({ push }: CheckedOsiaOptions): FoundMistake[] {
  const isFound = Object.values(push.contextualData).includes('trackingId')
  return push.identityId === 'theirs' && !isFound
    ? [
        [
          ['push', 'contextualData'],
          "must hold the `trackingId` with `identityId: 'theirs'`, since the identity is found again by it."
        ]
      ]
    : []
}
