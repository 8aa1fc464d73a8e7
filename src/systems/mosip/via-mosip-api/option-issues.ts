import type { OptionsIssue } from '../../../domain/errors'
import { showPlace, type Place } from '../../../internal/option-problems'
import { isInsecure, withoutSlash } from '../../../internal/peer-address'
import { flowsOf, mappingProblems, type Flow } from '../flows'
import type { IdSchema } from '../id-schema'
import { shapeProblems, type ReadSchema } from '../option-issues'
import { mosipApiSchema } from './options-schema'
import type { CheckedMosipApiOptions } from './options'

/** All that mosip-api reads of an update; whatever else is sent, it drops without a word. */
const UPDATE_FIELDS = [
  'VID',
  'fullName',
  'dateOfBirth',
  'gender',
  'introducerInfoToken'
]

function issue(path: string, place: Place, problem: string): OptionsIssue {
  return {
    option: showPlace(path, place),
    problem,
    see: 'docs/migrating-from-opencrvs-mosip.md#through-an-existing-mosip-api'
  }
}

/** All mistakes in the options. None holds an option's value. */
export function apiIssuesOf(
  options: unknown,
  path: string,
  readSchema: ReadSchema
): OptionsIssue[] {
  const found = shapeProblems(options, mosipApiSchema).map(
    ({ place, problem }) => issue(path, place, problem)
  )
  if (found.length > 0) return found
  const checked = withApiDefaults(options)
  return [
    ...insecureIssues(checked, path),
    ...flowIssues(checked, path, readSchema)
  ]
}

/**
 * The options with their defaults.
 *
 * @throws Joi.ValidationError when `apiIssuesOf` has any issue; call that first
 */
export function withApiDefaults(options: unknown): CheckedMosipApiOptions {
  const validated = mosipApiSchema.validate(options, { convert: false })
  if (validated.error !== undefined) throw validated.error
  // The schema has just proven the shape; Joi's types cannot say so.
  const checked = validated.value as CheckedMosipApiOptions
  return { ...checked, baseUrl: withoutSlash(checked.baseUrl) }
}

function insecureIssues(
  { allowInsecureHttp, baseUrl }: CheckedMosipApiOptions,
  path: string
): OptionsIssue[] {
  if (allowInsecureHttp || !isInsecure(baseUrl)) return []
  const problem =
    'is http: to another machine, so personal data could be read on the way. Use https:, or say allowInsecureHttp: true.'
  return [issue(path, ['baseUrl'], problem)]
}

function flowIssues(
  options: CheckedMosipApiOptions,
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
  if (flows.length === 0 && options.verify === undefined) {
    const problem =
      'does nothing: say at least one of createIdentity, updateIdentity, notifyDeath or verify, for example createIdentity: {}.'
    return [issue(path, [], problem)]
  }
  return flows.flatMap((flow) =>
    [...mappingProblems(flow, schema), ...apiProblems(flow)].map((problem) =>
      issue(path, [flow.name], `${problem}; see \`fields\` and \`mandatory\`.`)
    )
  )
}

/** What mosip-api would do something else with than it looks like. */
function apiProblems({ fields, name }: Flow): string[] {
  const sent = Object.keys(fields)
  if (name === 'updateIdentity') {
    return [
      ...sent
        .filter((field) => !UPDATE_FIELDS.includes(field))
        .map((field) => `mosip-api drops ${field} from an update`),
      ...(sent.includes('VID') ? [] : ['mosip-api takes no update without VID'])
    ]
  }
  // It takes the number of one kind for what is to be done (FACTS, INCUMBENT 3.10b).
  const foreign =
    name === 'createIdentity'
      ? 'deathCertificateNumber'
      : 'birthCertificateNumber'
  return sent.includes(foreign)
    ? [`mosip-api would take a packet with ${foreign} for another event`]
    : []
}
