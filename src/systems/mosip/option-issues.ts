import { closest, distance } from 'fastest-levenshtein'
import type Joi from 'joi'
import type { OptionsIssue } from '../../domain/errors'
import { isInsecure, withoutSlash } from './address'
import { flowsOf, mappingProblems } from './flows'
import type { IdSchema } from './id-schema'
import type { CheckedMosipOptions, MosipIdSchema } from './options'
import { PROBLEM, keysAt, mosipSchema } from './options-schema'

/** Where something stands in the options of `mosip()`. */
export type Place = ReadonlyArray<string | number>

/** See `readIdSchema`. */
export type ReadSchema = (option: MosipIdSchema) => IdSchema

/** Where an option stands in all options: `system.websub.hubUrl`. */
export function show(path: string, place: Place): string {
  const parts = place.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${part}`
  )
  return `${path}${parts.join('')}`
}

function issue(path: string, place: Place, problem: string): OptionsIssue {
  const [first] = place
  const isKnown = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: show(path, place),
    problem,
    see: `docs/systems/mosip.md${isKnown ? `#${first.toLowerCase()}` : ''}`
  }
}

/**
 * All mistakes in the options of `mosip()`. None holds an option's value, which
 * may be a secret in the wrong place.
 *
 * @param path where the options stand in all options: `system`
 * @param readSchema reads the id schema, or throws why it is none
 */
export function issuesOf(
  options: unknown,
  path: string,
  readSchema: ReadSchema
): OptionsIssue[] {
  if (options === undefined) {
    return [issue(path, [], 'is made by mosip({ ... }) without its options.')]
  }
  const found = shapeProblems(options, mosipSchema).map(({ place, problem }) =>
    issue(path, place, problem)
  )
  // What several options say together makes sense only where each does.
  return found.length > 0
    ? found
    : crossIssues(withDefaults(options), path, readSchema)
}

/** What is wrong with the shape of options, in words that hold none of their values. */
export function shapeProblems(
  options: unknown,
  schema: Joi.Schema
): Array<{ place: Place; problem: string }> {
  const { error } = schema.validate(options, {
    abortEarly: false,
    convert: false
  })
  return (error?.details ?? []).map((detail) => ({
    place: detail.path,
    problem: problemOf(detail, schema)
  }))
}

/**
 * The options with their defaults.
 *
 * @throws Joi.ValidationError when `issuesOf` has any issue; call that first
 */
export function withDefaults(options: unknown): CheckedMosipOptions {
  const validated = mosipSchema.validate(options, { convert: false })
  if (validated.error !== undefined) throw validated.error
  // The schema has just proven the shape; Joi's types cannot say so.
  const checked = validated.value as CheckedMosipOptions
  const { baseUrl, ida } = checked
  return {
    ...checked,
    baseUrl: withoutSlash(baseUrl),
    ...(ida === undefined
      ? {}
      : { ida: { ...ida, url: withoutSlash(ida.url) } })
  }
}

/** Mistakes that only several options together make. */
function crossIssues(
  options: CheckedMosipOptions,
  path: string,
  readSchema: ReadSchema
): OptionsIssue[] {
  return [
    ...insecureIssues(options, path),
    ...flowIssues(options, path, readSchema),
    ...answerIssues(options, path),
    ...proofIssues(options, path)
  ]
}

function insecureIssues(
  options: CheckedMosipOptions,
  path: string
): OptionsIssue[] {
  if (options.allowInsecureHttp) return []
  const problem =
    'is http: to another machine, so personal data and credentials could be read on the way. Use https:, or say allowInsecureHttp: true.'
  return addressesOf(options)
    .filter(([, address]) => isInsecure(address))
    .map(([place]) => issue(path, place, problem))
}

/** The addresses that something is sent to. */
function addressesOf({
  baseUrl,
  ida,
  websub
}: Pick<CheckedMosipOptions, 'baseUrl' | 'ida' | 'websub'>): Array<
  [place: Place, address: string]
> {
  const found: Array<[Place, string]> = [[['baseUrl'], baseUrl]]
  if (websub !== undefined) found.push([['websub', 'hubUrl'], websub.hubUrl])
  if (ida !== undefined) found.push([['ida', 'url'], ida.url])
  return found
}

function flowIssues(
  options: CheckedMosipOptions,
  path: string,
  readSchema: ReadSchema
): OptionsIssue[] {
  let schema: IdSchema
  try {
    schema = readSchema(options.idSchema)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'cannot be read'
    return [issue(path, ['idSchema', 'schema'], `${why}.`)]
  }
  const flows = flowsOf(options, schema.required)
  if (flows.length === 0 && options.ida === undefined) {
    const problem =
      'does nothing: say at least one of createIdentity, updateIdentity, notifyDeath, withdraw, deactivateIdentity or ida, for example createIdentity: {}.'
    return [issue(path, [], problem)]
  }
  const nameless = flows.filter(({ name }) => name !== 'createIdentity')
  if (nameless[0] !== undefined && options.identifierField === undefined) {
    const problem = `is missing: ${nameless[0].name} must say who is meant. It is the packet's field with the person's number, as the id schema has it, often UIN or VID.`
    return [issue(path, ['identifierField'], problem)]
  }
  return flows.flatMap((flow) => {
    const isPartOfWithdraw =
      flow.name === 'revocation' || flow.name === 'reversal'
    const place = isPartOfWithdraw ? ['withdraw', flow.name] : [flow.name]
    return mappingProblems(flow, schema).map((problem) =>
      issue(path, place, `${problem}; see \`fields\` and \`mandatory\`.`)
    )
  })
}

/** Whether what is waited for can arrive. */
function answerIssues(
  options: CheckedMosipOptions,
  path: string
): OptionsIssue[] {
  const { createIdentity, status, websub } = options
  const found: OptionsIssue[] = []
  if (createIdentity !== undefined && websub === undefined) {
    const problem =
      'is missing: MOSIP tells the number that it has issued through its WebSub hub alone.'
    found.push(issue(path, ['websub'], problem))
  }
  const hears = status || websub?.topics.packetStatus !== undefined
  const waiting = flowsOf(options, []).filter(
    ({ name, waitsForResult }) => waitsForResult && name !== 'createIdentity'
  )
  if (waiting[0] !== undefined && !hears) {
    const problem = `waits for a result (${waiting[0].name}), which neither status nor websub.topics.packetStatus brings.`
    found.push(issue(path, [], problem))
  }
  return found
}

function proofIssues(
  { websub }: CheckedMosipOptions,
  path: string
): OptionsIssue[] {
  const proof = websub?.proof
  if (proof?.canonicalization !== 'URDNA2015' || proof.contexts !== undefined) {
    return []
  }
  const problem =
    'is missing: URDNA2015 needs the JSON-LD contexts that credentials name, by address. None is ever fetched.'
  return [issue(path, ['websub', 'proof', 'contexts'], problem)]
}

function limited(words: string): (context: Joi.Context) => string {
  return ({ limit }) => `${words} ${String(limit)}.`
}

const EXPLANATIONS: Readonly<
  Partial<Record<string, (context: Joi.Context) => string>>
> = {
  [PROBLEM]: ({ problem }) => String(problem),
  'any.required': () => 'is missing.',
  'any.only': ({ valids }) =>
    `must be one of \`${(Array.isArray(valids) ? valids : []).map(String).join('`, `')}\`.`,
  'any.invalid': () => 'must differ from the other topic.',
  'string.base': () => 'must be text.',
  'string.empty': () => 'is empty.',
  'string.base64': () => 'must be base64, or a function that reads the file.',
  'string.uppercase': () => 'must be in upper case.',
  'number.base': () => 'must be a number.',
  'number.integer': () => 'must be a whole number.',
  'number.min': limited('must be at least'),
  'number.max': limited('must be at most'),
  'boolean.base': () => 'must be true or false.',
  'array.base': () => 'must be a list.',
  'array.min': () => 'is an empty list.',
  'array.max': limited('has more entries than'),
  'array.unique': () => 'is in the list already.',
  'object.base': () => 'must be an object.',
  'object.min': () => 'is empty.',
  'object.and': () => 'needs `cert` and `key` together.',
  'object.with': () => 'has a `passphrase` without the `key` that it opens.',
  'alternatives.types': () => 'must be text, or a function that gives it.'
}

function problemOf(
  { context, path, type }: Joi.ValidationErrorItem,
  schema: Joi.Schema
): string {
  if (type === 'object.unknown') return unknownKey(path, schema)
  return EXPLANATIONS[type]?.(context ?? {}) ?? 'cannot be used like this.'
}

function unknownKey(place: Place, schema: Joi.Schema): string {
  const keys = keysAt(place.slice(0, -1), schema)
  if (keys.length === 0) return 'is not an option.'
  const name = String(place.at(-1))
  const lower = new Map(keys.map((key) => [key.toLowerCase(), key]))
  const best = closest(name.toLowerCase(), [...lower.keys()])
  const limit = Math.max(2, Math.floor(name.length / 3))
  return distance(name.toLowerCase(), best) <= limit
    ? `is not an option; did you mean \`${lower.get(best) ?? best}\`?`
    : `is not an option. There are: \`${keys.join('`, `')}\`.`
}
