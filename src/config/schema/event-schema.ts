import Joi from 'joi'
import { conditionSchema } from './condition-schema'
import { decisionSchema } from './decision-schema'
import { optionProblem } from './problem'
import { text } from './values'

/** Field ids and their prefixes: OpenCRVS allows everything but an underscore (forms FACTS 1). */
const NO_UNDERSCORE = /^[^_\s]+$/

/** Attributes that have a place of their own in `Person`, and ids that belong elsewhere. */
const RESERVED = ['name', 'dateOfBirth', 'sex', 'identifier']

function source(): Joi.AlternativesSchema {
  return Joi.alternatives(
    Joi.string().pattern(NO_UNDERSCORE),
    Joi.array().items(Joi.string().min(1)).min(1),
    Joi.function()
  ).meta({ takes: 'field id, path or function' })
}

const moreSchema = Joi.object()
  .pattern(
    Joi.string().invalid(...RESERVED),
    Joi.object({
      from: source()
        .required()
        .description('Field id, path inside a field, or function.'),
      purpose: text()
        .required()
        .description('Why the ID system needs this attribute.')
    })
  )
  .description(
    'Further attributes by their name, each with where it comes `from` and the `purpose` for which the ID system needs it.'
  )

const attributesSchema = Joi.object({
  name: Joi.alternatives(
    source(),
    Joi.object({
      firstname: source(),
      middlename: source(),
      surname: source()
    }).min(1)
  )
    .meta({ takes: 'source, or sources by part' })
    .description(
      'Where the name comes from, whole or by part. Default: `<subject>.name`, then split fields such as `<subject>.firstNames`.'
    ),
  dateOfBirth: source().description(
    'Where the date of birth comes from. Default: `<subject>.dob`.'
  ),
  sex: source().description(
    'Where the sex comes from. Default: `<subject>.gender`.'
  ),
  more: moreSchema
}).description(
  'What is sent of the subject: name, date of birth and sex unless said otherwise.'
)

const ruleSchema = Joi.object({
  name: text()
    .max(200)
    .required()
    .description('Shown in the audit trail and to operators.'),
  when: conditionSchema,
  then: decisionSchema
})

/** The fields of an event: their ids, or the event's whole configuration. */
const fieldsSchema = Joi.any()
  .meta({ takes: 'list or event configuration' })
  .custom((value: unknown, helpers) =>
    fieldIds(value) === undefined
      ? optionProblem(
          helpers,
          'must be a list of field ids, or the configuration of the event (`defineConfig({ ... })`) with its `declaration.pages`.'
        )
      : value
  )
  .description(
    "Ids of all declaration fields, or the event's configuration. Values for other ids are never sent to core. Default: asked of core."
  )

/** The schema of `EventOptions`. */
export const eventSchema = Joi.object({
  subject: text()
    .pattern(NO_UNDERSCORE)
    .required()
    .description(
      'Prefix of the fields of the person whom the event is about: `child`, `deceased`.'
    ),
  people: Joi.array()
    .items(Joi.string().pattern(NO_UNDERSCORE))
    .unique()
    .default([])
    .description(
      'Prefixes of the other people whose identity matters: `mother`, `father`, `informant`, `spouse`.'
    ),
  attributes: attributesSchema,
  identifierField: text()
    .pattern(NO_UNDERSCORE)
    .default((parent: { subject?: unknown }) => `${String(parent.subject)}.nid`)
    .description(
      "Field that holds, and is given, the subject's identifier. Default: `<subject>.nid`."
    ),
  writeIdentifier: Joi.boolean()
    .default(true)
    .description(
      'Whether the issued identifier is written to `identifierField`.'
    ),
  fields: fieldsSchema,
  rules: Joi.object()
    .pattern(Joi.string(), Joi.array().items(ruleSchema))
    .required()
    .description(
      'Ordered rules by action: `REGISTER`, `APPROVE_CORRECTION`, `CUSTOM:<customActionType>`, ... The first that holds decides.'
    )
})

/**
 * The ids of all declaration fields, out of a list of ids or an event's configuration as OpenCRVS has it. Undefined
 * when it is neither.
 */
export function fieldIds(value: unknown): ReadonlySet<string> | undefined {
  const ids = Array.isArray(value) ? value : configuredIds(value)
  if (ids === undefined || ids.length === 0) return undefined
  return ids.every((id) => typeof id === 'string') ? new Set(ids) : undefined
}

function configuredIds(configuration: unknown): unknown[] | undefined {
  const pages = member(member(configuration, 'declaration'), 'pages')
  if (!Array.isArray(pages)) return undefined
  return pages.flatMap((page: unknown) => {
    const fields = member(page, 'fields')
    return Array.isArray(fields)
      ? fields.map((field: unknown) => member(field, 'id'))
      : [undefined]
  })
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Reflect.get(value, key)
    : undefined
}
