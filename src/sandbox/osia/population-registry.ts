import { newId } from '../../internal/ids'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import {
  IDENTITY_STATUSES,
  readIdentity,
  readPersonStatus
} from './identity-body'
import { emptyAnswer, invalidAnswer, jsonAnswer } from './osia-answer'
import type { OsiaIdentity, OsiaPerson } from './people'
import type { PopulationRegister } from './population-register'

/** One operation of the population registry interface. */
export type RegistryOperation = (
  register: PopulationRegister,
  request: ServedRequest
) => ServedAnswer

/** createPerson. */
export const createPerson: RegistryOperation = (register, request) => {
  const { body, params } = request
  const status = readPersonStatus(body)
  if (status === undefined) return invalidAnswer('no person')
  const personId = params.personId ?? ''
  const isNew = register.createPerson(personId, status, transactionOf(request))
  return emptyAnswer(isNew ? 201 : 409)
}

/** readPerson. */
export const readPerson: RegistryOperation = (register, { params }) => {
  const person = register.known(params.personId)
  if (person === undefined) return emptyAnswer(404)
  const { personId, physicalStatus, status } = person
  return jsonAnswer(200, { personId, status, physicalStatus })
}

/** updatePerson. */
export const updatePerson: RegistryOperation = (register, request) => {
  const status = readPersonStatus(request.body)
  if (status === undefined) return invalidAnswer('no person')
  const person = register.known(request.params.personId)
  if (person === undefined) return emptyAnswer(404)
  register.setStatus(person, status, transactionOf(request))
  return emptyAnswer(204)
}

/** createIdentity: the register makes up the id. */
export const createIdentity: RegistryOperation = (register, request) => {
  const identityId = `identity-${newId().slice(0, 8)}`
  const answer = addIdentity(register, request, identityId)
  return answer.status === 201 ? jsonAnswer(200, { identityId }) : answer
}

/** createIdentityWithId. */
export const createIdentityWithId: RegistryOperation = (register, request) =>
  addIdentity(register, request, request.params.identityId ?? '')

function addIdentity(
  register: PopulationRegister,
  request: ServedRequest,
  identityId: string
): ServedAnswer {
  const identity = readIdentity(request.body)
  if (identity === undefined) return invalidAnswer('no identity')
  const person = register.known(request.params.personId)
  if (person === undefined) return emptyAnswer(404)
  if (person.identities.has(identityId)) return emptyAnswer(409)
  const { given: _given, ...parts } = identity
  register.putIdentity(person, { ...parts, identityId }, transactionOf(request))
  return emptyAnswer(201)
}

/** readIdentities. */
export const readIdentities: RegistryOperation = (register, { params }) => {
  const person = register.known(params.personId)
  return person === undefined
    ? emptyAnswer(404)
    : jsonAnswer(200, [...person.identities.values()].map(shown))
}

/** readIdentity. */
export const readOneIdentity: RegistryOperation = (register, request) =>
  withIdentity(register, request, (_person, identity) =>
    jsonAnswer(200, shown(identity))
  )

/** readReference. */
export const readReference: RegistryOperation = (register, { params }) => {
  const person = register.known(params.personId)
  const identity = person?.identities.get(person.reference ?? '')
  return identity === undefined
    ? emptyAnswer(404)
    : jsonAnswer(200, shown(identity))
}

/** updateIdentity: only while it is CLAIMED. */
export const updateIdentity: RegistryOperation = (register, request) =>
  changeIdentity(register, request, 'replace')

/** partialUpdateIdentity (RFC 7396): only while it is CLAIMED. */
export const partialUpdateIdentity: RegistryOperation = (register, request) =>
  changeIdentity(register, request, 'merge')

function changeIdentity(
  register: PopulationRegister,
  request: ServedRequest,
  how: 'replace' | 'merge'
): ServedAnswer {
  const changes = readIdentity(request.body)
  if (changes === undefined) return invalidAnswer('no identity')
  return withIdentity(register, request, (person, identity) => {
    if (identity.status !== 'CLAIMED') {
      return invalidAnswer('the identity is no longer CLAIMED')
    }
    const { given, ...parts } = changes
    const kept = how === 'merge' ? identity : emptyIdentity
    const changed = {
      ...parts,
      identityId: identity.identityId,
      biographicData: merged(
        kept.biographicData,
        parts.biographicData,
        given.biographicData
      ),
      contextualData: { ...kept.contextualData, ...parts.contextualData }
    }
    register.putIdentity(person, changed, transactionOf(request))
    return emptyAnswer(204)
  })
}

const emptyIdentity = { biographicData: {}, contextualData: {} }

/** What was, with what is new, without what was set to null. */
function merged(
  before: Record<string, string>,
  changes: Record<string, string>,
  given: unknown
): Record<string, string> {
  const nulls = Object.entries(given ?? {}).flatMap(([name, value]) =>
    value === null ? [name] : []
  )
  return Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter(
      ([name]) => !nulls.includes(name)
    )
  )
}

/** setIdentityStatus, along the transitions of the standard (FACTS 2.4). */
export const setIdentityStatus: RegistryOperation = (register, request) => {
  const status = IDENTITY_STATUSES.find(
    (one) => one === request.query.get('status')
  )
  if (status === undefined) return invalidAnswer('no status')
  return withIdentity(register, request, (person, identity) => {
    if (!NEXT[identity.status].includes(status)) {
      return invalidAnswer('no such transition')
    }
    register.setIdentityStatus(person, identity, status, transactionOf(request))
    return emptyAnswer(204)
  })
}

const NEXT: Record<OsiaIdentity['status'], ReadonlyArray<string>> = {
  CLAIMED: ['VALID', 'INVALID'],
  VALID: ['REVOKED', 'INVALID'],
  INVALID: [],
  REVOKED: []
}

/** defineReference. */
export const defineReference: RegistryOperation = (register, request) =>
  withIdentity(register, request, (person, { identityId }) => {
    register.refer(person, identityId)
    return emptyAnswer(204)
  })

function withIdentity(
  register: PopulationRegister,
  { params }: ServedRequest,
  then: (person: OsiaPerson, identity: OsiaIdentity) => ServedAnswer
): ServedAnswer {
  const person = register.known(params.personId)
  const identity = person?.identities.get(params.identityId ?? '')
  return person === undefined || identity === undefined
    ? emptyAnswer(404)
    : then(person, identity)
}

function shown(identity: OsiaIdentity): Record<string, unknown> {
  return { ...identity }
}

function transactionOf({ query }: ServedRequest): string {
  return query.get('transactionId') ?? ''
}
