import type { JsonObject } from '../../domain/json'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { parseJsonObject, textOf } from '../json-object'
import type { CoreState } from './core-state'

const EXCHANGE = 'urn:opencrvs:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const RECORD_TOKEN = 'urn:opencrvs:oauth:token-type:single_record_token'

/**
 * Core's token endpoint: exchange for a record token (FACTS D2, D5) and client
 * credentials (FACTS D4). Parameters in the query, a form or JSON.
 */
export function answerTokenRequest(
  core: CoreState,
  request: ServedRequest
): ServedAnswer {
  const parameters = readParameters(request)
  switch (parameters.get('grant_type')) {
    case EXCHANGE:
      return exchange(core, parameters)
    case 'client_credentials':
      return clientCredentials(core, parameters)
    case undefined:
      return refuse(400, 'invalid_request', 'Missing grant_type')
    default:
      return refuse(400, 'unsupported_grant_type', 'Unsupported grant_type')
  }
}

function exchange(
  core: CoreState,
  parameters: Map<string, string>
): ServedAnswer {
  const subjectToken = parameters.get('subject_token')
  const eventId = parameters.get('event_id')
  const actionId = parameters.get('action_id')
  if (
    subjectToken === undefined ||
    eventId === undefined ||
    actionId === undefined ||
    parameters.get('subject_token_type') !== ACCESS_TOKEN ||
    parameters.get('requested_token_type') !== RECORD_TOKEN
  ) {
    return refuse(400, 'invalid_request', 'Missing or wrong parameter')
  }
  const claims = core.tokens.verify(subjectToken, 'auth')
  if (claims === undefined) {
    return refuse(401, 'unauthorized_client', 'Invalid subject token')
  }
  // FACTS D5: nobody asks whether the subject has to do with that record.
  const token = core.tokens.recordToken(
    { eventId, actionId },
    {
      userType: claims.userType === 'system' ? 'system' : 'user',
      id: textOf(claims.sub),
      scopes: textsOf(claims)
    }
  )
  return giveToken(token)
}

function clientCredentials(
  core: CoreState,
  parameters: Map<string, string>
): ServedAnswer {
  const clientId = parameters.get('client_id')
  const secret = parameters.get('client_secret')
  if (clientId === undefined || secret === undefined) {
    return refuse(400, 'invalid_request', 'Missing client credentials')
  }
  const actor = core.actors.get(clientId)
  if (actor === undefined || core.clientSecrets.get(clientId) !== secret) {
    return refuse(401, 'invalid_client', 'Invalid client id or secret')
  }
  return giveToken(core.tokens.actorToken(actor))
}

function readParameters(request: ServedRequest): Map<string, string> {
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('application/json')) {
    const body = parseJsonObject(request.body) ?? {}
    return new Map([
      ...request.query,
      ...Object.entries(body).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value)
      ])
    ])
  }
  const form = type.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(request.body)
    : []
  return new Map([...request.query, ...form])
}

function textsOf(claims: JsonObject): string[] {
  return Array.isArray(claims.scope)
    ? claims.scope.filter((scope) => typeof scope === 'string')
    : []
}

function giveToken(token: string): ServedAnswer {
  return json(200, { access_token: token, token_type: 'Bearer' })
}

function refuse(
  status: number,
  error: string,
  description: string
): ServedAnswer {
  return json(status, { error, error_description: description })
}

function json(status: number, body: JsonObject): ServedAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store'
    },
    body: JSON.stringify(body)
  }
}
