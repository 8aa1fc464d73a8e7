import type { SystemAnswer, SystemRequest } from '../../domain/delivery'
import { failure } from '../../internal/system-call'
import { generateUin } from './generate-uin'
import { tellLate } from './late-uin'
import type { CheckedOsiaOptions } from './options'
import {
  attributesOf,
  pick,
  referenceOf,
  type Attributes
} from './person-attributes'
import type { Push } from './push'
import { queryPersonList } from './query-persons'
import { named, type OsiaParts, type Task } from './task'

/**
 * Asks for an identity. The number is given back at once and nothing is done
 * after it, so that a number which was made is never lost to a later failure;
 * the register is told by `announce`, once core has accepted.
 */
export async function createIdentity(
  parts: OsiaParts,
  push: Push,
  task: Task,
  request: SystemRequest
): Promise<SystemAnswer> {
  const { options } = parts
  const call = named(parts, task, 'createIdentity')
  const attributes = attributesOf(options, 'uin', request.person, call)
  const reference = referenceOf(options, request, call)
  const hits = await findDuplicates(parts, task, request)
  if (hits.length > 0) {
    const own = await findOwn(parts, task, reference)
    // An earlier attempt of this delivery has made it.
    if (own !== undefined) return { outcome: 'accepted', identifier: own }
    return duplicate(parts, task, hits.length)
  }
  if (options.uin === 'newPerson') return tellLate(parts, push, task, request)
  const identifier = await generateUin(parts, task, {
    ...attributes,
    ...reference
  })
  return { outcome: 'accepted', identifier }
}

/** The one person whom the register keeps under this record's own reference. */
async function findOwn(
  parts: OsiaParts,
  task: Task,
  reference: Attributes
): Promise<string | undefined> {
  if (parts.options.lookUp?.by !== 'reference') return undefined
  const [only, ...others] = await queryPersonList(parts, task, reference)
  return others.length === 0 ? only : undefined
}

/** People of the register who may be this newborn. */
async function findDuplicates(
  parts: OsiaParts,
  task: Task,
  request: SystemRequest
): Promise<string[]> {
  const { options } = parts
  if (options.duplicates === undefined) return []
  const call = named(parts, task, 'queryPersonList')
  const all = attributesOf(options, 'dataAccess', request.person, call)
  const asked = pick(all, duplicateNames(options, all))
  return queryPersonList(parts, task, asked)
}

/** Attributes that a newborn is looked for by: all but the sex, which says little and is often corrected. */
export function duplicateNames(
  { attributes, duplicates, lookUp }: CheckedOsiaOptions,
  all: Attributes,
  of: 'duplicates' | 'lookUp' = 'duplicates'
): readonly string[] {
  const named = of === 'lookUp' ? lookUp?.attributes : undefined
  return (
    named ??
    duplicates?.attributes ??
    Object.keys(all).filter((name) => name !== attributes.gender)
  )
}

function duplicate(parts: OsiaParts, task: Task, hits: number): SystemAnswer {
  const { duplicates, name } = parts.options
  const people = hits === 1 ? 'somebody' : `${hits} people`
  if (duplicates?.onHit !== 'park') {
    return {
      outcome: 'refused',
      code: 'DUPLICATE',
      reason: `${name} has ${people} of these names and this date of birth already.`
    }
  }
  throw failure(
    named(parts, task, 'createIdentity'),
    `was not sent: the register has ${people} who may be this newborn. Compare them, then send it again with another record or reject it.`,
    { code: 'ERR_SYSTEM_DUPLICATE' }
  )
}
