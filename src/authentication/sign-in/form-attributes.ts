import type { FormAttributes, IdentityData } from '../../domain/identity'

/** Names that mean something else: to JavaScript, or as an attribute that every person has. */
const UNFIT = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'name',
  'dateOfBirth',
  'sex',
  'identifier'
])

/** What of a person the form may read: the attributes that the country's mapping made, by their names. */
export function formAttributes(data: IdentityData): FormAttributes {
  const { attributes, name, dateOfBirth, sex, identifier } = data
  const further = Object.entries(attributes).filter(([key]) => !UNFIT.has(key))
  return {
    ...Object.fromEntries(further),
    // OpenCRVS refuses a NAME without one of the two, also where it is not required: nobody of one name could be declared
    // (getDynamicNameValue of 1.9.15 and 2.0.0). An empty text is what its own input has there.
    ...(name === undefined
      ? {}
      : { name: { firstname: '', surname: '', ...name } }),
    ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
    ...(sex === undefined ? {} : { sex }),
    ...(identifier === undefined ? {} : { identifier })
  }
}
