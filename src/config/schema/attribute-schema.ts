import Joi from 'joi'
import { fieldId } from './field-id'
import { text } from './values'

/** Attributes that have a place of their own in `Person`, and ids that belong elsewhere. */
const RESERVED = ['name', 'dateOfBirth', 'sex', 'identifier']

function source(): Joi.AlternativesSchema {
  return Joi.alternatives(
    fieldId(),
    Joi.array().items(Joi.string().min(1)).min(1),
    Joi.function()
  ).meta({ takes: 'field id, path or function' })
}

const moreSchema = Joi.object()
  .pattern(
    Joi.string().invalid(...RESERVED),
    Joi.object({
      from: Joi.alternatives(source(), provenSubject())
        .meta({ takes: 'field id, path, function or `subjectOf(...)`' })
        .required()
        .description(
          "Field id, path inside a field, function, or `subjectOf('mother')`."
        ),
      purpose: text()
        .required()
        .description('Why the ID system needs this attribute.')
    })
  )
  .description(
    'Further attributes by their name, each with where it comes `from` and the `purpose` for which the ID system needs it.'
  )

/** What `subjectOf` gives. Whether such a person can have a subject is checked afterwards. */
function provenSubject(): Joi.ObjectSchema {
  return Joi.object({ provenSubjectOf: Joi.string().required() })
}

/** Where the three attributes that everybody has come from; `person` is how the docs write a prefix. */
export function attributeKeys(person: string): Record<string, Joi.Schema> {
  return {
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
        `Where the name comes from, whole or by part. Default: \`${person}.name\`, then split fields such as \`${person}.firstNames\`.`
      ),
    dateOfBirth: source().description(
      `Where the date of birth comes from. Default: \`${person}.dob\`.`
    ),
    sex: source().description(
      `Where the sex comes from. Default: \`${person}.gender\`.`
    )
  }
}

/** The schema of `AttributeOptions`. */
export const attributesSchema = Joi.object({
  ...attributeKeys('<subject>'),
  more: moreSchema
}).description(
  'What is sent of the subject: name, date of birth and sex unless said otherwise.'
)
