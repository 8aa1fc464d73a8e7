import type { IdentityData } from '../../domain/identity'
import type { JsonValue } from '../../domain/json'
import type { PersonName } from '../../domain/person'
import { isRecord } from '../../internal/json'

const PARTS = ['firstname', 'middlename', 'surname'] as const
const TEXTS = ['dateOfBirth', 'sex', 'identifier'] as const

/**
 * What a country's own function gave, as identity data: texts that are texts, and nothing else of it. Undefined when it
 * says nothing about a person.
 */
export function plainIdentity(value: unknown): IdentityData | undefined {
  if (!isRecord(value)) return undefined
  const data: IdentityData = { attributes: attributesOf(value.attributes) }
  const name = nameOf(value.name)
  if (name !== undefined) data.name = name
  for (const key of TEXTS) {
    const text = value[key]
    if (isFilled(text)) data[key] = text
  }
  if (value.nameAsOneText === true) data.nameAsOneText = true
  return saysSomething(data) ? data : undefined
}

/** Whether there is any attribute in it. */
export function saysSomething(data: IdentityData): boolean {
  const { attributes, name, dateOfBirth, sex, identifier } = data
  return (
    [name, dateOfBirth, sex, identifier].some((each) => each !== undefined) ||
    Object.keys(attributes).length > 0
  )
}

function nameOf(value: unknown): PersonName | undefined {
  if (!isRecord(value)) return undefined
  const name: PersonName = {}
  for (const part of PARTS) {
    const text = value[part]
    if (isFilled(text)) name[part] = text
  }
  return Object.keys(name).length === 0 ? undefined : name
}

function attributesOf(value: unknown): Record<string, JsonValue> {
  if (!isRecord(value)) return {}
  // What is no JSON (a function, undefined) does not survive this.
  const entries = Object.entries(value).filter(([, entry]) => entry !== null)
  const json: unknown = JSON.parse(JSON.stringify(Object.fromEntries(entries)))
  // JSON.parse gives nothing but JSON, and it was an object before.
  return json as Record<string, JsonValue>
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
