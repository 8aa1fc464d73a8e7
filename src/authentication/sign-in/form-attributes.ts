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
    ...(name === undefined ? {} : { name }),
    ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
    ...(sex === undefined ? {} : { sex }),
    ...(identifier === undefined ? {} : { identifier })
  }
}
