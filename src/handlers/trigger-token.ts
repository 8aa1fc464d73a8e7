import type { Lifecycle, Request, Server, ServerAuthConfig } from '@hapi/hapi'
import { verifyRecordToken, type TokenClaims } from '../opencrvs/tokens'
import { bearerToken } from './read-trigger'
import type { Runtime, RuntimeSource } from './runtime'
import { isTriggerHandler, notesOn } from './trigger-handler'
import { refuseTrigger } from './refuse-trigger'
import { createTriggerLimit, type TriggerLimit } from './trigger-limit'

/**
 * Checks the token of a trigger before its body is read: a body of 20 MB costs seconds to parse, and whoever holds no
 * record token gets none of that work out of us. That token and body belong together is checked by the handler.
 *
 * Callers whom the country's own strategy refuses are left to it. Nor is the body read while too many triggers are under
 * way: core is answered 400, so that the record can be tried again, where waiting would only take up memory.
 */
export function triggerToken(
  source: RuntimeSource,
  limit: TriggerLimit = createTriggerLimit()
): Lifecycle.Method {
  return async (request, h) => {
    const runtime = source()
    if (
      runtime === undefined ||
      !isTriggerHandler(request.route.settings.handler, source)
    ) {
      return h.continue
    }
    try {
      notesOn(request).claims = await recordTokenClaims(runtime, request)
      limit.enter(request)
      return h.continue
    } catch (failure) {
      if (!(await isLetIn(request))) return h.continue
      const { status, body } = await refuseTrigger(runtime, failure)
      return h.response(body).code(status).takeover()
    }
  }
}

async function recordTokenClaims(
  runtime: Runtime,
  request: Request
): Promise<TokenClaims> {
  const token = bearerToken(request.headers)
  const claims = await runtime.verifier.verify(token)
  const { eventId = '', actionId = '' } = claims
  return verifyRecordToken(
    { verify: () => Promise.resolve(claims) },
    { token, eventId, actionId }
  )
}

/** Whether the country's own authentication, where the route has one, would let the request through. */
async function isLetIn(request: Request): Promise<boolean> {
  const strategies = requiredStrategies(request)
  if (strategies.length === 0) return true
  for (const strategy of strategies) {
    const passes = await request.server.auth.test(strategy, request).then(
      () => true,
      () => false
    )
    if (passes) return true
  }
  return false
}

/** hapi has `false` for a route without authentication, whatever its types say; that has no strategies either. */
function requiredStrategies({ route, server }: Request): readonly string[] {
  const settings = route.settings.auth ?? standardOf(server)
  return settings?.mode === 'required' ? (settings.strategies ?? []) : []
}

/** The server's default strategy; null without one, which hapi's types leave out. */
function standardOf({ auth }: Server): ServerAuthConfig | null {
  return auth.settings.default
}
