import type { ServerRoute } from '@hapi/hapi'
import {
  AuthenticationError,
  MalformedError,
  NationalIdError
} from '../domain/errors'
import type { NationalIdSystem, SystemRoute } from '../systems/system'
import { inboundRequest } from './inbound-request'
import type { Runtime, RuntimeSource } from './runtime'

const MAX_BYTES = 256 * 1024

/** The routes that a system brings along. Each proves its callers itself and says in `access` who they are. */
export function systemRoutes(
  source: RuntimeSource,
  prefix: string,
  system: NationalIdSystem
): ServerRoute[] {
  return (system.routes ?? []).map((route) =>
    systemRoute(source, prefix, route)
  )
}

function systemRoute(
  source: RuntimeSource,
  prefix: string,
  route: SystemRoute
): ServerRoute {
  return {
    method: route.method,
    path: `${prefix}${route.path}`,
    options: {
      auth: false,
      description: route.access,
      ...(route.method === 'POST'
        ? {
            payload: {
              parse: false,
              output: 'data',
              maxBytes: route.maxBytes ?? MAX_BYTES
            }
          }
        : {})
    },
    handler: async (request, h) => {
      const runtime = source()
      if (runtime === undefined)
        return h.response({ code: 'ERR_NOT_STARTED' }).code(503)
      try {
        const answer = await route.handle(inboundRequest(request))
        if (answer.refused !== undefined)
          await runtime.refusals.note({ route: 'system', code: answer.refused })
        const response = h.response(answer.body).code(answer.status)
        for (const [name, value] of Object.entries(answer.headers ?? {}))
          response.header(name, value)
        return response
      } catch (failure) {
        const code =
          failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
        await runtime.refusals.note({ route: 'system', code })
        if (!(failure instanceof NationalIdError)) logBug(runtime, failure)
        return h.response({ code }).code(statusOf(failure))
      }
    }
  }
}

/** Its kind only: the text may quote what the caller sent. */
function logBug(runtime: Runtime, failure: unknown): void {
  const error = failure instanceof Error ? failure.name : typeof failure
  runtime.delivery.logger.error(
    { system: runtime.system.name, error },
    "a route of the system's adapter failed"
  )
}

function statusOf(failure: unknown): number {
  if (failure instanceof AuthenticationError) return failure.status
  return failure instanceof MalformedError ? 400 : 503
}
