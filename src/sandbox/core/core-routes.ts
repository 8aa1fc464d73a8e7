import { newId } from '../../internal/ids'
import { isJsonObject } from '../json-object'
import type {
  ServedAnswer,
  ServedRequest,
  ServedRoute
} from '../loopback-server'
import { confirm, findEvent } from './confirm'
import { confirmationProcedure } from './confirmation-procedures'
import {
  authenticate,
  checkConfirmClaims,
  checkConfirmScopes,
  checkMayRead,
  gatewayRefusal,
  type Caller
} from './core-authentication'
import { internalFailure } from './core-failure'
import type { CoreState } from './core-state'
import type { EventRecord } from './event-record'
import { checkInput } from './input-check'
import { answerProcedureCall, jsonAnswer, restFailure } from './procedure-call'
import { answerTokenRequest } from './token-endpoint'

/**
 * Every path of core that a country config may call. Paths under `/events` and
 * `/auth` are the gateway's; the others are those of the services behind it.
 */
export function coreRoutes(core: CoreState): ServedRoute[] {
  return [
    ...authRoutes(core, ''),
    ...authRoutes(core, '/auth'),
    readRoute(core),
    procedureRoute(core, '/events/{procedure}', true),
    procedureRoute(core, '/{procedure}', false),
    {
      kind: 'unknown',
      method: '*',
      path: '/{any*}',
      serve: async () => notFound()
    }
  ]
}

function authRoutes(core: CoreState, prefix: string): ServedRoute[] {
  return [
    {
      kind: 'key',
      method: 'GET',
      path: `${prefix}/.well-known`,
      // FACTS D6: PEM, not a key set.
      serve: async () => ({
        status: 200,
        headers: { 'content-type': 'application/octet-stream' },
        body: core.tokens.publicKey()
      })
    },
    {
      kind: 'token',
      method: 'POST',
      path: `${prefix}/token`,
      isSecret: true,
      serve: async (request) => answerTokenRequest(core, request)
    }
  ]
}

/** `GET {gateway}/events/events/{eventId}` (FACTS C6). */
function readRoute(core: CoreState): ServedRoute {
  return {
    kind: 'read',
    method: 'GET',
    path: '/events/events/{eventId}',
    serve: async (request) => {
      const refusal = gatewayRefusal(core, request)
      if (refusal !== undefined) return refusal
      try {
        const caller = authenticate(core, request)
        const eventId = request.params.eventId ?? ''
        return jsonAnswer(200, readEvent(core, caller, eventId))
      } catch (error) {
        return restFailure(error)
      }
    }
  }
}

function procedureRoute(
  core: CoreState,
  path: string,
  isGateway: boolean
): ServedRoute {
  return {
    kind: kindOfProcedure,
    method: '*',
    path,
    serve: async (request) => {
      const refusal = isGateway ? gatewayRefusal(core, request) : undefined
      return refusal ?? callProcedure(core, request)
    }
  }
}

function kindOfProcedure(request: ServedRequest): string {
  const name = request.params.procedure ?? ''
  if (name === 'event.config.get') return 'config'
  if (name === 'event.get') return 'read'
  const answer = confirmationProcedure(name)?.answer
  if (answer === undefined) return 'unknown'
  return answer === 'Accepted' ? 'accept' : 'reject'
}

async function callProcedure(
  core: CoreState,
  request: ServedRequest
): Promise<ServedAnswer> {
  const name = request.params.procedure ?? ''
  const isQuery = request.method === 'GET'
  if (isQuery && name === 'event.config.get') {
    return answerProcedureCall(name, request, async () => {
      authenticate(core, request)
      return core.configurations
    })
  }
  if (isQuery && name === 'event.get') {
    return answerProcedureCall(name, request, async (input) =>
      readEvent(core, authenticate(core, request), eventIdOf(input))
    )
  }
  const procedure = confirmationProcedure(name)
  if (procedure === undefined || request.method !== 'POST') return notFound()
  return answerProcedureCall(name, request, async (input) => {
    const caller = authenticate(core, request)
    checkConfirmScopes(caller, procedure.answer)
    const checked = checkInput(input, procedure.input)
    checkConfirmClaims(caller, checked)
    return confirm(core, procedure, checked, caller.actor)
  })
}

/** Reading stores a READ row and indexes the record afresh (FACTS A7, C6). */
function readEvent(
  core: CoreState,
  caller: Caller,
  eventId: string
): EventRecord {
  checkMayRead(caller, eventId)
  const event = findEvent(core, eventId)
  if (core.index.isBricked(event)) throw internalFailure()
  core.store.insert(
    eventId,
    {
      transactionId: newId(),
      type: 'READ',
      status: 'Accepted',
      declaration: {}
    },
    caller.actor
  )
  const now = findEvent(core, eventId)
  core.index.write(now)
  return now
}

function eventIdOf(input: unknown): string {
  return String(isJsonObject(input) ? input.eventId : input)
}

/** As recorded for a procedure that does not exist. */
function notFound(): ServedAnswer {
  return jsonAnswer(404, {
    message: 'Not found',
    code: 'NOT_FOUND',
    data: { code: 'NOT_FOUND', httpStatus: 404 }
  })
}
