import type { SystemRequest } from '../../domain/delivery'
import { failure } from '../../internal/system-call'
import type { StatusAnswer, StatusQuery, SystemCallContext } from '../system'
import { agrees } from './notification/agreement'
import { readPerson } from './notification/read-person'
import type { CheckedOsiaOptions } from './options'
import { duplicateNames } from './create-identity'
import {
  attributesOf,
  pick,
  referenceOf,
  type Attributes
} from './person-attributes'
import { queryPersonList } from './query-persons'
import { named, type OsiaParts, type Task } from './task'

/**
 * Finds out whether a number was made whose answer was lost. OSIA has no query
 * by `transactionId`, so the newborn is looked for in the register:
 * - one certain hit is the number;
 * - nothing, at a register that shows numbers at once, means that none was made;
 * - everything else is looked at a few times and then left to a person.
 *
 * All other operations may be repeated, so they are simply `unknown`.
 */
export async function askStatus(
  parts: OsiaParts,
  query: StatusQuery,
  { attempt, signal }: SystemCallContext
): Promise<StatusAnswer> {
  const { lookUp, uin } = parts.options
  const { operation, reference, request } = query
  if (operation !== 'createIdentity') return { outcome: 'unknown' }
  const task: Task = { operation, reference, signal }
  const asked = wanted(parts, task, request)
  if (lookUp === undefined || asked === undefined) return uncertain(uin)
  const hits = await queryPersonList(parts, task, asked)
  const [only, ...others] = hits
  if (only === undefined) return nobody(parts, task, lookUp, attempt)
  const isCertain = lookUp.by === 'reference' || lookUp.trustSingleHit
  return others.length === 0 &&
    isCertain &&
    (await isChild(parts, query, only, signal))
    ? { outcome: 'accepted', identifier: only }
    : uncertain(uin)
}

/** Whether the register describes the child as we did: a number that it made by itself is taken for no other. */
async function isChild(
  parts: OsiaParts,
  { request }: StatusQuery,
  uin: string,
  signal: AbortSignal
): Promise<boolean> {
  if (parts.options.uin === 'generate') return true
  if (request === undefined) return false
  return agrees(parts.options, await readPerson(parts, uin, signal), request)
}

/** What it means that the register shows nobody. */
function nobody(
  parts: OsiaParts,
  task: Task,
  lookUp: NonNullable<CheckedOsiaOptions['lookUp']>,
  attempt: number
): StatusAnswer {
  const { uin } = parts.options
  if (uin === 'newPerson') return uncertain(uin)
  if (lookUp.showsAtOnce) return { outcome: 'unknown' }
  // The register may be a little behind.
  if (attempt <= lookUp.attempts) throw notYet(parts, task)
  return uncertain(uin)
}

/** A register that gives numbers later is waited for; otherwise a person decides. */
function uncertain(uin: CheckedOsiaOptions['uin']): StatusAnswer {
  return uin === 'newPerson'
    ? { outcome: 'pending' }
    : { outcome: 'undetermined' }
}

/** What the newborn is looked for by, or undefined when that is not known. */
function wanted(
  parts: OsiaParts,
  task: Task,
  request: SystemRequest | undefined
): Attributes | undefined {
  const { options } = parts
  const call = named(parts, task, 'queryPersonList')
  const { lookUp, referenceAttribute: agreed } = options
  if (lookUp?.by === 'reference' && agreed?.holds === 'reference') {
    return { [agreed.name]: task.reference }
  }
  if (request === undefined) return undefined
  if (lookUp?.by === 'reference') return referenceOf(options, request, call)
  const all = attributesOf(options, 'dataAccess', request.person, call)
  return pick(all, duplicateNames(options, all, 'lookUp'))
}

function notYet(parts: OsiaParts, task: Task): Error {
  return failure(
    named(parts, task, 'queryPersonList'),
    'found nobody yet. It is asked again; no second number is asked for.',
    { code: 'ERR_SYSTEM_NOT_SHOWN', retryable: true }
  )
}
