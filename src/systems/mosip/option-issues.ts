import type Joi from 'joi'
import type { OptionsIssue } from '../../domain/errors'
import {
  problemOf,
  showPlace,
  type Explanations,
  type Place
} from '../../internal/option-problems'
import { isInsecure, withoutSlash } from '../../internal/peer-address'
import { flowsOf, mappingProblems } from './flows'
import type { IdSchema } from './id-schema'
import type { CheckedMosipOptions, MosipIdSchema } from './options'
import { keysAt, mosipSchema } from './options-schema'

/** See `readIdSchema`. */
export type ReadSchema = (option: MosipIdSchema) => IdSchema

function issue(path: string, place: Place, problem: string): OptionsIssue {
  const [first] = place
  const isKnown = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: showPlace(path, place),
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
    problem: problemOf(detail, (place) => keysAt(place, schema), SPECIAL)
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

const SPECIAL: Explanations = {
  'any.invalid': () => 'must differ from the other topic.',
  'string.base64': () => 'must be base64, or a function that reads the file.',
  'string.uppercase': () => 'must be in upper case.'
}
