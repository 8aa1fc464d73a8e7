import Joi from 'joi'
import { attributeKeys } from './attribute-schema'
import { fieldId } from './field-id'
import { milliseconds } from './values'

/** Where the form keeps what is known of a person's identity; `person` is how the docs write a prefix. */
export function identityKeys(person: string): Record<string, Joi.Schema> {
  return {
    statusField: fieldId().description(
      `Field of the identity status. Default: \`${person}.verified\`.`
    ),
    evidenceField: fieldId().description(
      `Field that holds the evidence of the status: a text, or an HTTP field whose answer has it at \`data.evidence\`. Default: \`${person}.identity-evidence\`; with OpenCRVS 1.9 \`${person}.verify-nid-http-fetch\`.`
    ),
    scanField: fieldId().description(
      `Field that holds what was scanned. Default: \`${person}.id-reader\`.`
    )
  }
}

const personSchema = Joi.object({
  person: fieldId().required().description('Prefix of the person: `mother`.'),
  attributes: Joi.object(attributeKeys('<person>')).description(
    'Where name, date of birth and sex come from.'
  ),
  identifierField: fieldId().description(
    "Field that holds the person's identifier. Default: `<person>.nid`."
  ),
  ...identityKeys('<person>')
})

/** The people of an event besides its subject. */
export const peopleSchema = Joi.array()
  .items(
    Joi.alternatives().conditional(Joi.object(), {
      then: personSchema,
      otherwise: fieldId()
    })
  )
  .unique((one: unknown, other: unknown) => prefixIn(one) === prefixIn(other))
  .default([])
  .description(
    'The other people whose identity matters: their prefixes (`mother`, `father`, `informant`, `spouse`), or objects where fields are not named as in the standard forms. Identity statuses that the form claims for them or for the subject count only as far as they are proven; the record is put right with the answer to core.'
  )

function prefixIn(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null
    ? Reflect.get(entry, 'person')
    : entry
}

/** The schema of `VerificationOptions`. */
export const verificationSchema = Joi.object({
  actions: Joi.array()
    .items(Joi.string())
    .min(1)
    .unique()
    .required()
    .description('`DECLARE`, `REGISTER`, `CUSTOM:<customActionType>`, ...'),
  people: Joi.array()
    .items(Joi.string())
    .min(1)
    .unique()
    .description(
      'Prefixes of those who are checked. Default: the subject and everybody in `people`.'
    ),
  budgetMs: milliseconds(100, 30_000)
    .default(4_000)
    .description(
      'How long core may wait for all of them together. Who is not checked by then stays `pending`.'
    )
}).description(
  'At these actions the ID system checks the data of people who have an identifier and no proof: a match makes them `verified`, a "no" makes them `failed` and blocks nothing by itself. Left out: it is asked only by rules.'
)
