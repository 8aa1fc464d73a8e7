import { MalformedError } from '../../../domain/errors'
import type { JsonObject } from '../../../domain/json'
import { parseJson } from '../../../internal/http'
import type {
  CallbackMessage,
  InboundRequest,
  SystemCallbackRoute,
  SystemCapabilities,
  SystemRoute
} from '../../system'
import { isRecord, isText } from '../../../internal/json'
import type { ApiTokens, DeliveryToken } from './tokens'

/**
 * mosip-api tells core, and nobody else, which number MOSIP gave: it calls
 * `event.actions.register.accept` at its OPENCRVS_GATEWAY_URL. That address is
 * set to these routes, so that the number comes to us; our worker then confirms
 * in core, with what the declaration claims put right and as often as it takes.
 * mosip-api itself would try once and forget.
 */
export function coreRoutes(
  tokens: ApiTokens,
  { needsRegistrationNumber }: SystemCapabilities
): {
  routes: readonly SystemRoute[]
  callbackRoutes: readonly SystemCallbackRoute[]
} {
  // What has a number is confirmed; otherwise mosip-api has nothing to tell core.
  if (needsRegistrationNumber !== true) {
    return { routes: [publicKeyRoute(tokens)], callbackRoutes: [] }
  }
  return {
    routes: [publicKeyRoute(tokens), eventRoute(tokens)],
    callbackRoutes: ['register', 'correction.approve'].map((action) => ({
      path: `/mosip-api/events/event.actions.${action}.accept`,
      access:
        'mosip-api, by the token that it was called with about that delivery',
      read: (request) => readConfirmation(tokens, request),
      answer: () => trpcAnswer({})
    }))
  }
}

/** `declaration` of the acceptances; the field's id is written into mosip-api. */
const IDENTIFIER_FIELD = 'child.nid'

/** A tRPC batch has one call, and superjson one level (fixture `birth/07`). */
const MAX_BYTES = 64 * 1024

/**
 * Reads an acceptance that was meant for core.
 *
 * @throws AuthenticationError, MalformedError
 */
export async function readConfirmation(
  tokens: ApiTokens,
  { headers, rawBody }: InboundRequest
): Promise<CallbackMessage[]> {
  const about = await tokens.read(headers.authorization)
  if (rawBody.length > MAX_BYTES) throw malformed('it is too large')
  const batch = parseJson(rawBody.toString('utf8'))
  const first = isRecord(batch) ? batch['0'] : undefined
  const input = isRecord(first) ? first.json : undefined
  if (!isRecord(input)) throw malformed('it is no tRPC batch')
  checkSubject(input, about)
  const { registrationNumber, transactionId } = input
  if (!isText(transactionId, 256)) throw malformed('no transactionId is there')
  const declaration = isRecord(input.declaration) ? input.declaration : {}
  const identifier = declaration[IDENTIFIER_FIELD]
  return [
    {
      messageId: transactionId,
      reference: about.reference,
      answer: {
        outcome: 'accepted',
        ...(isText(identifier, 256) ? { identifier } : {})
      },
      ...(isText(registrationNumber, 256) ? { registrationNumber } : {}),
      // It also confirms deaths, which had ended when it took them.
      onlyFor: ['createIdentity'],
      // It has forgotten the case by now, and ends its process where core says no: refusing helps nobody.
      ifUnusable: 'drop'
    }
  ]
}

/** mosip-api reads both out of the token: others mean that it was tampered with. */
function checkSubject(
  { actionId, eventId }: Record<string, unknown>,
  about: DeliveryToken
): void {
  if (eventId === about.eventId && actionId === about.reference) return
  throw malformed('it is about another record than its token')
}

/** What mosip-api checks our tokens with. */
function publicKeyRoute(tokens: ApiTokens): SystemRoute {
  return {
    method: 'GET',
    path: '/mosip-api/public-key',
    access: 'anybody: a public key',
    handle: async () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: await tokens.publicKey()
    })
  }
}

/**
 * Releases of 2026 look the event up before they confirm, to see which of core's
 * acceptances is the right one. For us any is: they learn that a registration
 * waits, and nothing about a person.
 */
function eventRoute(tokens: ApiTokens): SystemRoute {
  return {
    method: 'GET',
    path: '/mosip-api/events/event.get',
    access:
      'mosip-api, by the token that it was called with about that delivery',
    handle: async ({ headers }) => {
      const { eventId, operation, reference } = await tokens.read(
        headers.authorization
      )
      const { body, headers: type } = trpcAnswer({
        id: eventId,
        type: operation === 'notifyDeath' ? 'death' : 'birth',
        actions: [{ id: reference, type: 'REGISTER', status: 'Requested' }]
      })
      return { status: 200, headers: type, body }
    }
  }
}

/** The answer of tRPC to a batch of one. */
function trpcAnswer(data: JsonObject): {
  headers: Record<string, string>
  body: string
} {
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ result: { data: { json: data } } }])
  }
}

function malformed(problem: string): MalformedError {
  return new MalformedError(
    `A confirmation of mosip-api makes no sense: ${problem}. Nothing was taken from it; see docs/migrating-from-opencrvs-mosip.md.`,
    { code: 'ERR_CALLBACK_BODY' }
  )
}
