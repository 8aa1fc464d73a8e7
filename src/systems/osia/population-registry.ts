import type { JsonObject } from '../../domain/json'
import { isRecord } from '../../internal/json'
import type { HttpResponse } from '../../internal/http'
import { answerError, statusError } from './failures'
import { readJson, type OsiaCall } from './osia-http'
import { named, transactionId, type OsiaParts, type Task } from './task'

/** A person of the register (pr 1.5, `Person`). `personId` stands in the path alone. */
export type RegisterPerson = {
  status: 'ACTIVE' | 'INACTIVE'
  physicalStatus: 'ALIVE' | 'DEAD'
}

/** Status of an identity. `CLAIMED` may become `VALID` or `INVALID`, `VALID` may become `REVOKED` or `INVALID`. */
export type IdentityStatusName = 'CLAIMED' | 'VALID' | 'INVALID' | 'REVOKED'

const STATUSES = ['CLAIMED', 'VALID', 'INVALID', 'REVOKED'] as const

/** An identity as the register has it, as far as we look at it. */
export type RegisterIdentity = {
  identityId: string
  identityType: string
  status: IdentityStatusName
  biographicData: Record<string, unknown>
  contextualData: Record<string, unknown>
}

/** The register's operations that we use. All but `addIdentity` without an id may be repeated. */
export type PopulationRegistry = {
  /** `createPerson`; false when it exists (409). */
  createPerson(
    task: Task,
    personId: string,
    person: RegisterPerson
  ): Promise<boolean>
  /** `readPerson`; undefined when there is none. */
  readPerson(task: Task, personId: string): Promise<RegisterPerson | undefined>
  /** `updatePerson` */
  updatePerson(
    task: Task,
    personId: string,
    person: RegisterPerson
  ): Promise<void>
  /** `createIdentityWithId`, or `createIdentity` without an id; false when it exists (409). */
  createIdentity(
    task: Task,
    personId: string,
    identity: JsonObject,
    identityId?: string
  ): Promise<boolean>
  /** `readIdentities`; none when the person is unknown. */
  readIdentities(task: Task, personId: string): Promise<RegisterIdentity[]>
  /** `partialUpdateIdentity` or `updateIdentity`, as the options say. */
  changeIdentity(
    task: Task,
    personId: string,
    identityId: string,
    identity: JsonObject
  ): Promise<void>
  /** `setIdentityStatus`. D10: the interface takes any text, so the type is what keeps it right. */
  setStatus(
    task: Task,
    personId: string,
    identityId: string,
    status: IdentityStatusName
  ): Promise<void>
  /** `defineReference` */
  defineReference(
    task: Task,
    personId: string,
    identityId: string
  ): Promise<void>
}

/** The register behind `urls.populationRegistry`. */
export function createPopulationRegistry(parts: OsiaParts): PopulationRegistry {
  return { ...personCalls(parts), ...identityCalls(parts) }
}

type PersonCalls = Pick<
  PopulationRegistry,
  'createPerson' | 'readPerson' | 'updatePerson'
>

function personCalls(parts: OsiaParts): PersonCalls {
  return {
    async createPerson(task, id, person) {
      const call = { method: 'POST', steps: [id], body: person } as const
      const good = [200, 201, 409]
      const { status } = await ask(parts, task, 'createPerson', call, good)
      return status !== 409
    },
    async readPerson(task, id) {
      const call = { method: 'GET', steps: [id] } as const
      const good = [200, 404]
      const response = await ask(parts, task, 'readPerson', call, good)
      if (response.status === 404) return undefined
      return read(parts, task, 'readPerson', response, shapePerson)
    },
    async updatePerson(task, id, person) {
      const call = { method: 'PUT', steps: [id], body: person } as const
      await ask(parts, task, 'updatePerson', call, [200, 204])
    }
  }
}

function identityCalls(
  parts: OsiaParts
): Omit<PopulationRegistry, keyof PersonCalls> {
  return {
    async createIdentity(task, id, identity, identityId) {
      const name =
        identityId === undefined ? 'createIdentity' : 'createIdentityWithId'
      const last = identityId === undefined ? [] : [identityId]
      const steps = [id, 'identities', ...last]
      const call = { method: 'POST', steps, body: identity } as const
      const good = [200, 201, 409]
      const { status } = await ask(parts, task, name, call, good)
      return status !== 409
    },
    async readIdentities(task, id) {
      const call = { method: 'GET', steps: [id, 'identities'] } as const
      const good = [200, 404]
      const response = await ask(parts, task, 'readIdentities', call, good)
      if (response.status === 404) return []
      return read(parts, task, 'readIdentities', response, shapeIdentities)
    },
    async changeIdentity(task, id, identityId, identity) {
      const { patchMediaType, updateMethod: method } = parts.options.push
      const isPatch = method === 'PATCH'
      const name = isPatch ? 'partialUpdateIdentity' : 'updateIdentity'
      const steps = [id, 'identities', identityId]
      const media = isPatch ? { mediaType: patchMediaType } : {}
      const call = { method, steps, body: identity, ...media }
      await ask(parts, task, name, call, [200, 204])
    },
    async setStatus(task, id, identityId, status) {
      const steps = [id, 'identities', identityId, 'status']
      const more = [['status', status]] as const
      const call = { method: 'PUT', steps, more } as const
      await ask(parts, task, 'setIdentityStatus', call, [200, 204])
    },
    async defineReference(task, id, identityId) {
      const steps = [id, 'identities', identityId, 'reference']
      const call = { method: 'PUT', steps } as const
      await ask(parts, task, 'defineReference', call, [200, 204])
    }
  }
}

type RegistryCall = Pick<
  OsiaCall,
  'method' | 'steps' | 'body' | 'mediaType'
> & {
  /** Query parameters besides `transactionId`, which every call must have. */
  more?: ReadonlyArray<readonly [string, string]>
}

async function ask(
  parts: OsiaParts,
  task: Task,
  operation: string,
  call: RegistryCall,
  good: readonly number[]
): Promise<HttpResponse> {
  const { more = [], steps, ...rest } = call
  const name = named(parts, task, operation)
  const response = await parts.http.send(
    {
      ...name,
      ...rest,
      interface: 'populationRegistry',
      steps: ['v1', 'persons', ...steps],
      query: [...more, transactionId(parts.options, task)]
    },
    task.signal
  )
  if (good.includes(response.status)) return response
  throw statusError(name, response, parts.clock.now())
}

function read<T>(
  parts: OsiaParts,
  task: Task,
  operation: string,
  response: HttpResponse,
  shape: (body: unknown) => T | undefined
): T {
  const name = named(parts, task, operation)
  const shaped = shape(readJson(name, response))
  if (shaped !== undefined) return shaped
  throw answerError(name, response.status, 'the body has another shape.')
}

function shapePerson(body: unknown): RegisterPerson | undefined {
  if (!isRecord(body)) return undefined
  const { physicalStatus, status } = body
  if (status !== 'ACTIVE' && status !== 'INACTIVE') return undefined
  if (physicalStatus !== 'ALIVE' && physicalStatus !== 'DEAD') return undefined
  return { status, physicalStatus }
}

function shapeIdentities(body: unknown): RegisterIdentity[] | undefined {
  if (!Array.isArray(body)) return undefined
  const shaped = body.map(shapeIdentity)
  return shaped.every((one) => one !== undefined) ? shaped : undefined
}

function shapeIdentity(body: unknown): RegisterIdentity | undefined {
  if (!isRecord(body)) return undefined
  const { identityId, identityType } = body
  const status = STATUSES.find((one) => one === body.status)
  if (typeof identityId !== 'string' || status === undefined) return undefined
  return {
    identityId,
    identityType: typeof identityType === 'string' ? identityType : '',
    status,
    biographicData: isRecord(body.biographicData) ? body.biographicData : {},
    contextualData: isRecord(body.contextualData) ? body.contextualData : {}
  }
}
