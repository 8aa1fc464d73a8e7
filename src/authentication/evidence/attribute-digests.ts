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

/** Half of all people share it. */
const SAYS_LITTLE: ReadonlySet<string> = new Set(['sex'])

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
 */
export function compareAttributes(
  key: KeyObject,
  evidenceId: string,
  digests: AttributeDigests,
  declared: IdentityData
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
  return { equal, differing }
}

/** Whether equal attributes tie the declaration to the person; `sex` alone does not. */
export function tiesToPerson({ equal, differing }: Comparison): boolean {
  return differing.length === 0 && equal.some((name) => !SAYS_LITTLE.has(name))
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
