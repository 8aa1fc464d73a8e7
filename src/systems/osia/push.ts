import type { SystemRequest } from '../../domain/delivery'
import type { JsonObject } from '../../domain/json'
import type { SystemError } from '../../domain/errors'
import { failure } from '../../internal/system-call'
import {
  attributesOf,
  changedNames,
  pick,
  type Attributes
} from './person-attributes'
import {
  createPopulationRegistry,
  type PopulationRegistry,
  type RegisterIdentity
} from './population-registry'
import { named, type OsiaParts, type Task } from './task'

/** What is written into the register, in mode `push` and `both`. Everything may be repeated. */
export type Push = {
  /**
   * The person and one identity of ours.
   * @param personId the number, or a name of ours as long as there is none
   */
  newborn(task: Task, personId: string, request: SystemRequest): Promise<void>
  /** Changed attributes of our identity. */
  changes(task: Task, uin: string, request: SystemRequest): Promise<void>
  /** Whether the person lives. Whether the record is active stays as it is. */
  physicalStatus(
    task: Task,
    uin: string,
    physicalStatus: 'ALIVE' | 'DEAD'
  ): Promise<void>
  /** Ends identities: a `VALID` one is `REVOKED`, a `CLAIMED` one `INVALID`. */
  endIdentities(
    task: Task,
    uin: string,
    which: 'ours' | 'all',
    request: SystemRequest
  ): Promise<void>
}

/** Writes into the register of `parts`. */
export function createPush(parts: OsiaParts): Push {
  const registry = createPopulationRegistry(parts)
  return {
    newborn: (task, id, request) =>
      pushNewborn(parts, registry, task, id, request),
    changes: (task, uin, request) =>
      pushChanges(parts, registry, task, uin, request),
    async physicalStatus(task, uin, physicalStatus) {
      const person = await registry.readPerson(task, uin)
      if (person === undefined) throw unknownPerson(parts, task)
      // A repeated call, or somebody else was faster.
      if (person.physicalStatus === physicalStatus) return
      // OpenCRVS's guidance: a death is a flag; the record stays active.
      const { status } = person
      await registry.updatePerson(task, uin, { status, physicalStatus })
    },
    async endIdentities(task, uin, which, request) {
      const all = await registry.readIdentities(task, uin)
      const chosen = which === 'all' ? all : ofOurs(parts, all, request)
      for (const { identityId, status } of chosen) {
        if (status === 'VALID') {
          await registry.setStatus(task, uin, identityId, 'REVOKED')
        }
        if (status === 'CLAIMED') {
          await registry.setStatus(task, uin, identityId, 'INVALID')
        }
      }
    }
  }
}

async function pushNewborn(
  parts: OsiaParts,
  registry: PopulationRegistry,
  task: Task,
  personId: string,
  request: SystemRequest
): Promise<void> {
  const person = { status: 'ACTIVE', physicalStatus: 'ALIVE' } as const
  if (!(await registry.createPerson(task, personId, person))) {
    // 409: an earlier attempt of ours, whose answer was lost. It must be there.
    const there = await registry.readPerson(task, personId)
    if (there === undefined) throw conflict(parts, task, 'the person')
  }
  await addIdentity(parts, registry, task, personId, request, {
    ...identityBody(parts, task, request)
  })
}

/** Adds an identity of ours, once. */
async function addIdentity(
  parts: OsiaParts,
  registry: PopulationRegistry,
  task: Task,
  personId: string,
  request: SystemRequest,
  body: JsonObject,
  identityId = ourId(request)
): Promise<void> {
  if (parts.options.push.identityId === 'theirs') {
    // Without an id of ours the call is not safe to repeat: look first.
    const all = await registry.readIdentities(task, personId)
    if (ofOurs(parts, all, request).length > 0) return
    await registry.createIdentity(task, personId, body)
    return
  }
  if (await registry.createIdentity(task, personId, body, identityId)) return
  const all = await registry.readIdentities(task, personId)
  const there = all.find((one) => one.identityId === identityId)
  const sent = attributesOf(
    parts.options,
    'populationRegistry',
    request.person,
    named(parts, task, 'createIdentityWithId')
  )
  if (there === undefined || !agrees(there, sent)) {
    throw conflict(parts, task, 'the identity')
  }
}

async function pushChanges(
  parts: OsiaParts,
  registry: PopulationRegistry,
  task: Task,
  uin: string,
  request: SystemRequest
): Promise<void> {
  const { push } = parts.options
  const identities = ofOurs(
    parts,
    await registry.readIdentities(task, uin),
    request
  )
  const call = named(parts, task, 'updateIdentity')
  const all = attributesOf(
    parts.options,
    'populationRegistry',
    request.person,
    call
  )
  // Some registers set it VALID themselves; only a CLAIMED one can be changed.
  const claimed = identities.find(({ status }) => status === 'CLAIMED')
  if (claimed !== undefined) {
    const changed =
      push.updateMethod === 'PUT'
        ? all
        : pick(all, changedNames(parts.options, request.changes))
    await registry.changeIdentity(task, uin, claimed.identityId, {
      // D6: both are required, in a PATCH as well.
      identityType: push.identityType,
      status: 'CLAIMED',
      biographicData: changed
    })
    return
  }
  const valid = identities.filter(({ status }) => status === 'VALID')
  if (valid.length === 0) throw noIdentity(parts, task)
  if (push.onValid === 'refuse') throw isValid(parts, task)
  await replace(parts, registry, task, uin, request, valid)
}

/** A `VALID` identity is replaced: a new one, made `VALID`, that the register refers to (FACTS 2.4). */
async function replace(
  parts: OsiaParts,
  registry: PopulationRegistry,
  task: Task,
  uin: string,
  request: SystemRequest,
  valid: readonly RegisterIdentity[]
): Promise<void> {
  // The delivery's own name: another attempt finds what this one has made.
  const identityId = `${ourId(request)}-${request.reference}`
  const made = valid.find((one) => one.identityId === identityId)
  if (made === undefined) {
    const body = identityBody(parts, task, request)
    await addReplacement(parts, registry, task, uin, identityId, {
      ...body,
      status: 'CLAIMED'
    })
    await registry.setStatus(task, uin, identityId, 'VALID')
  }
  await registry.defineReference(task, uin, identityId)
}

/** A replacement has an id of ours in any case; that it is there already is a repeated call. */
async function addReplacement(
  parts: OsiaParts,
  registry: PopulationRegistry,
  task: Task,
  uin: string,
  identityId: string,
  body: JsonObject
): Promise<void> {
  if (await registry.createIdentity(task, uin, body, identityId)) return
  const all = await registry.readIdentities(task, uin)
  const there = all.find((one) => one.identityId === identityId)
  if (there?.status !== 'CLAIMED') {
    throw conflict(parts, task, 'the replacement')
  }
}

function identityBody(
  parts: OsiaParts,
  task: Task,
  request: SystemRequest
): JsonObject {
  const { identityStatus, identityType } = parts.options.push
  const call = named(parts, task, 'createIdentity')
  return {
    identityType,
    status: identityStatus,
    biographicData: attributesOf(
      parts.options,
      'populationRegistry',
      request.person,
      call
    ),
    ...contextualData(parts, request)
  }
}

function contextualData(
  { options }: OsiaParts,
  request: SystemRequest
): JsonObject {
  const held = Object.entries(options.push.contextualData).flatMap(
    ([name, of]) => {
      const value = sourceOf(request, of)
      return value === undefined ? [] : [[name, value] as const]
    }
  )
  return held.length === 0 ? {} : { contextualData: Object.fromEntries(held) }
}

function sourceOf(
  request: SystemRequest,
  of: 'registrationNumber' | 'trackingId' | 'reference'
): string | undefined {
  return of === 'trackingId' ? request.event.trackingId : request[of]
}

/** The id of the identity that a registration gives: the record's, so that a correction finds it. */
function ourId({ event }: SystemRequest): string {
  return `crvs-${event.trackingId}`
}

/** Those of a person's identities that this record has made. */
function ofOurs(
  { options }: OsiaParts,
  all: readonly RegisterIdentity[],
  request: SystemRequest
): RegisterIdentity[] {
  const { contextualData: names, identityId: form } = options.push
  const id = ourId(request)
  const place = Object.keys(names).find((name) => names[name] === 'trackingId')
  return all.filter(
    ({ contextualData: held, identityId }) =>
      identityId === id ||
      identityId.startsWith(`${id}-`) ||
      (form === 'theirs' &&
        place !== undefined &&
        held[place] === request.event.trackingId)
  )
}

/** Whether an identity that exists says what we would have said; what it has besides is the register's. */
function agrees(identity: RegisterIdentity, sent: Attributes): boolean {
  return Object.entries(sent).every(
    ([name, value]) => String(identity.biographicData[name]) === String(value)
  )
}

function conflict(parts: OsiaParts, task: Task, what: string): SystemError {
  return failure(
    named(parts, task, 'the write'),
    `was answered 409, but ${what} that the register has is not what an earlier attempt wrote. Nothing was changed; compare the record with the register's, then send it again or reject it.`,
    { code: 'ERR_SYSTEM_CONFLICT', status: 409 }
  )
}

function unknownPerson(parts: OsiaParts, task: Task): SystemError {
  return failure(
    named(parts, task, 'updatePerson'),
    'was not sent: the register has nobody of the number in the record. Compare the record with the register.',
    { code: 'ERR_SYSTEM_NO_PERSON', status: 404 }
  )
}

function noIdentity(parts: OsiaParts, task: Task): SystemError {
  return failure(
    named(parts, task, 'updateIdentity'),
    'was not sent: the register has no identity of this record that can be changed. Compare the record with the register.',
    { code: 'ERR_SYSTEM_NO_IDENTITY' }
  )
}

function isValid(parts: OsiaParts, task: Task): SystemError {
  return failure(
    named(parts, task, 'updateIdentity'),
    'was not sent: the identity is VALID, and only a CLAIMED one can be changed (`push.onValid` is `refuse`).',
    { code: 'ERR_SYSTEM_IDENTITY_VALID' }
  )
}
