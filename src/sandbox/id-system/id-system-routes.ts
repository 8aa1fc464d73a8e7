import { isJsonObject, parseJsonObject } from '../json-object'
import type {
  ServedAnswer,
  ServedRequest,
  ServedRoute
} from '../loopback-server'
import type { IdSystemBehaviour } from './behaviour'
import type { IdSystemAuthentication } from './id-system-authentication'
import {
  OPERATION_PATHS,
  outcomeBody,
  readIdSystemRequest
} from './id-system-wire'
import type { Idempotency } from './idempotency'
import { jsonAnswer } from './json-answer'
import type { WorkDesk } from './work-desk'

export type IdSystemParts = {
  authentication: IdSystemAuthentication
  behaviour: IdSystemBehaviour
  desk: WorkDesk
  idempotency: Idempotency
}

/** Every path of the ID system. Kinds are the operations' names, `status`, `verify` and `oauth`. */
export function idSystemRoutes(parts: IdSystemParts): ServedRoute[] {
  return [
    {
      kind: 'oauth',
      method: 'POST',
      path: '/oauth/token',
      isSecret: true,
      serve: async (request) => parts.authentication.answerTokenRequest(request)
    },
    ...Object.entries(OPERATION_PATHS).map(([path, operation]) =>
      guarded(parts, {
        kind: operation,
        method: 'POST',
        path,
        serve: (request) => serveOperation(parts, operation, request)
      })
    ),
    guarded(parts, {
      kind: 'status',
      method: 'GET',
      path: '/requests/{reference}',
      serve: async (request) => serveStatus(parts, request)
    }),
    guarded(parts, {
      kind: 'verify',
      method: 'POST',
      path: '/verifications',
      serve: async (request) => serveVerification(parts, request)
    })
  ]
}

function guarded(parts: IdSystemParts, route: ServedRoute): ServedRoute {
  return {
    ...route,
    serve: async (request) =>
      parts.authentication.refusal(request) ?? route.serve(request)
  }
}

async function serveOperation(
  parts: IdSystemParts,
  operation: string,
  request: ServedRequest
): Promise<ServedAnswer> {
  const read = readIdSystemRequest(request.body, operation)
  if (read === undefined) return malformed()
  return parts.idempotency.once(
    request.headers['idempotency-key'],
    request.body,
    () => parts.desk.handle(read)
  )
}

function serveStatus(
  parts: IdSystemParts,
  request: ServedRequest
): ServedAnswer {
  const record = parts.desk.find(request.params.reference ?? '')
  if (record === undefined) {
    return jsonAnswer(404, { code: 'UNKNOWN', reason: 'No such request.' })
  }
  const { reference, id, outcome } = record
  return jsonAnswer(200, {
    id,
    ...(outcome === undefined
      ? { reference, outcome: 'pending' }
      : outcomeBody(reference, outcome))
  })
}

function serveVerification(
  parts: IdSystemParts,
  request: ServedRequest
): ServedAnswer {
  const body = parseJsonObject(request.body)
  if (body === undefined || !isJsonObject(body.person)) return malformed()
  const { person, identifier } = body
  const isMatch = parts.behaviour.matches({
    person,
    ...(typeof identifier === 'string' ? { identifier } : {})
  })
  return jsonAnswer(200, { match: isMatch })
}

function malformed(): ServedAnswer {
  return jsonAnswer(400, { code: 'MALFORMED', reason: 'Not a request.' })
}
