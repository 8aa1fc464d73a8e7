import Joi from 'joi'
import { attributesSchema } from './attribute-schema'
import { conditionSchema } from './condition-schema'
import { decisionSchema } from './decision-schema'
import { fieldId } from './field-id'
import { optionProblem } from './problem'
import { identityKeys, peopleSchema, verificationSchema } from './people-schema'
import { text } from './values'

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
  subject: fieldId()
    .required()
    .description(
      'Prefix of the fields of the person whom the event is about: `child`, `deceased`.'
    ),
  people: peopleSchema,
  attributes: attributesSchema,
  identifierField: fieldId()
    .default((parent: { subject?: unknown }) => `${String(parent.subject)}.nid`)
    .description(
      "Field that holds, and is given, the subject's identifier. Default: `<subject>.nid`."
    ),
  writeIdentifier: Joi.boolean()
    .default(true)
    .description(
      'Whether the issued identifier is written to `identifierField`.'
    ),
  ...identityKeys('<subject>'),
  verification: verificationSchema,
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
