import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { IdentityData } from '../../domain/identity'
import {
  attributeName,
  comparableValue,
  comparedLabels
} from './comparable-attributes'

/** Keyed digests by label (`ComparedLabel`), in base64url. */
export type AttributeDigests = Readonly<Record<string, string>>

/** What comparing gave, as attribute names. */
export type Comparison = {
  equal: readonly string[]
  differing: readonly string[]
}

/** 128 bits: nobody without the key can make one, and nobody with it needs to. */
const DIGEST_BYTES = 16

/** A declaration without these is not about the person who was vouched for. */
const REQUIRED: ReadonlySet<string> = new Set([
  'name',
  'nameWords',
  'dateOfBirth'
])

/**
 * Digests everything that the data say. They are bound to the evidence's id, so the same attribute of the same person
 * looks different in every record.
 */
export function digestAttributes(
  key: KeyObject,
  evidenceId: string,
  data: IdentityData
): AttributeDigests {
  const digests: Record<string, string> = {}
  for (const label of comparedLabels(data)) {
    const value = comparableValue(data, label)
    if (value !== undefined)
      digests[label] = digest(key, evidenceId, label, value)
  }
  return digests
}

/**
 * Compares a declaration with what is vouched for. A name or date of birth that is vouched for must be there; other
 * attributes are compared where the declaration has them.
 *
 * @param isWhole what is vouched for is all that was said at the time, so whatever was filled in since differs from it
 */
export function compareAttributes(
  key: KeyObject,
  evidenceId: string,
  digests: AttributeDigests,
  declared: IdentityData,
  isWhole = false
): Comparison {
  const equal: string[] = []
  const differing: string[] = []
  for (const [label, vouched] of Object.entries(digests)) {
    const value = comparableValue(declared, label)
    if (value === undefined) {
      if (REQUIRED.has(label)) differing.push(attributeName(label))
      continue
    }
    const same = isSame(vouched, digest(key, evidenceId, label, value))
    const list = same ? equal : differing
    list.push(attributeName(label))
  }
  if (isWhole) {
    const vouched = new Set(Object.keys(digests).map(attributeName))
    const labels = comparedLabels(declared).filter(
      (label) => comparableValue(declared, label) !== undefined
    )
    const said = new Set(labels.map(attributeName))
    differing.push(...[...said].filter((name) => !vouched.has(name)))
  }
  return { equal, differing }
}

/**
 * Whether equal attributes tie the declaration to the person: the name, and the date of birth or the identifier. With
 * less, one person's proof would fit many others: a date of birth alone, anybody born on that day.
 */
export function tiesToPerson({ equal, differing }: Comparison): boolean {
  if (differing.length > 0 || !equal.includes('name')) return false
  return equal.includes('dateOfBirth') || equal.includes('identifier')
}

function digest(
  key: KeyObject,
  evidenceId: string,
  label: string,
  value: string
): string {
  // As JSON, so that no other three texts give the same bytes.
  return createHmac('sha256', key)
    .update(JSON.stringify([evidenceId, label, value]))
    .digest()
    .subarray(0, DIGEST_BYTES)
    .toString('base64url')
}

function isSame(vouched: string, declared: string): boolean {
  const [one, other] = [Buffer.from(vouched), Buffer.from(declared)]
  return one.length === other.length && timingSafeEqual(one, other)
}
