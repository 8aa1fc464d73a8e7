import type {
  AttributeOptions,
  AttributeSource,
  ProvenSubject
} from './options'
import type { ResolvedAttributes, ResolvedSource, Sources } from './resolved'

const PARTS = ['firstname', 'middlename', 'surname'] as const

/** Ids that forms without a NAME field use for the parts of a name. */
const SPLIT_FIELDS = {
  firstname: ['firstNames', 'firstName', 'firstname'],
  middlename: ['middleNames', 'middleName', 'middlename'],
  surname: ['familyName', 'lastName', 'surname']
} as const

/**
 * Where the attributes of a person come from: what the options say, and for the rest the fields of OpenCRVS's standard
 * birth and death forms (`child.name`, `child.dob`, `child.gender`), with split name fields as second choice.
 */
export function resolveAttributes(
  person: string,
  options: AttributeOptions = {}
): ResolvedAttributes {
  const more = Object.entries(options.more ?? {}).map(
    ([name, { from, purpose }]) => [name, { from: [from], purpose }] as const
  )
  return {
    of: person,
    name: nameSources(person, options.name),
    dateOfBirth: [options.dateOfBirth ?? `${person}.dob`],
    sex: [options.sex ?? `${person}.gender`],
    more: Object.fromEntries(more)
  }
}

/** Every source of a person's attributes, by the attribute's name as `changes` lists it. */
export function attributeSources(
  attributes: ResolvedAttributes
): ReadonlyArray<readonly [name: string, sources: Sources]> {
  const more = Object.entries(attributes.more)
  return [
    ['name', PARTS.flatMap((part) => attributes.name[part])],
    ['dateOfBirth', attributes.dateOfBirth],
    ['sex', attributes.sex],
    ...more.map(([name, { from }]) => [name, from] as const)
  ]
}

/** Whether a source is a person's subject, made by `subjectOf`. */
export function isProvenSubject(
  source: ResolvedSource
): source is ProvenSubject {
  return typeof source === 'object' && 'provenSubjectOf' in source
}

function nameSources(
  person: string,
  option: AttributeOptions['name']
): ResolvedAttributes['name'] {
  if (option === undefined) return standardName(person)
  if (isSource(option)) {
    return {
      // A text field that holds the whole name has no parts: it is sent as the first name.
      firstname: [part(option, 'firstname'), option],
      middlename: [part(option, 'middlename')],
      surname: [part(option, 'surname')]
    }
  }
  return {
    firstname: option.firstname === undefined ? [] : [option.firstname],
    middlename: option.middlename === undefined ? [] : [option.middlename],
    surname: option.surname === undefined ? [] : [option.surname]
  }
}

function standardName(person: string): ResolvedAttributes['name'] {
  function sources(key: (typeof PARTS)[number]): Sources {
    const split = SPLIT_FIELDS[key].map((id) => `${person}.${id}`)
    return [[`${person}.name`, key], ...split]
  }
  return {
    firstname: sources('firstname'),
    middlename: sources('middlename'),
    surname: sources('surname')
  }
}

/** Whether a name option is one source, and not sources for its parts. */
function isSource(
  option: NonNullable<AttributeOptions['name']>
): option is AttributeSource {
  return typeof option !== 'object' || Array.isArray(option)
}

function part(source: AttributeSource, key: string): AttributeSource {
  if (typeof source === 'string') return [source, key]
  if (typeof source !== 'function') return [source[0], ...source.slice(1), key]
  return (declaration) => {
    const value = source(declaration)
    const isParts =
      typeof value === 'object' && value !== null && !Array.isArray(value)
    return isParts ? value[key] : undefined
  }
}
