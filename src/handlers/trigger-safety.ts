import type { Lifecycle, Server } from '@hapi/hapi'
import { isBoom } from '@hapi/boom'
import type { Logger } from '../internal/logger'
import { isTriggerHandler } from './action'
import type { RuntimeSource } from './runtime'

/** hapi's own default for a request body. OpenCRVS sends a record's whole history, without a limit (FACTS A7). */
const HAPI_DEFAULT_MAX_BYTES = 1024 * 1024

/**
 * Watches over the routes that use our trigger handler: a failure before or beside it (a body that is too large or no
 * JSON, an error of the country's own `otherwise`) becomes a 400, since core leaves a record stuck on any other status
 * (FACTS B). A 401 stays: it is for callers without a token of OpenCRVS.
 */
export function triggerSafety(source: RuntimeSource): Lifecycle.Method {
  return async (request, h) => {
    const { response } = request
    if (
      !isBoom(response) ||
      !isTriggerHandler(request.route.settings.handler)
    ) {
      return h.continue
    }
    const { statusCode } = response.output
    if (statusCode === 401) return h.continue
    const code =
      CODES[statusCode] ??
      (statusCode >= 500 ? 'ERR_HANDLER_FAILED' : 'ERR_REFUSED')
    await source()?.refusals.note({ route: 'trigger', code })
    const message = `The trigger was refused before it could be handled (status ${statusCode}).`
    return h.response({ code, message }).code(400)
  }
}

const CODES: Readonly<Record<number, string>> = {
  400: 'ERR_BODY_MALFORMED',
  413: 'ERR_BODY_TOO_LARGE',
  415: 'ERR_BODY_TYPE'
}

/** Says at start which trigger routes would refuse a record with a long history. */
export function warnAboutSmallBodies(server: Server, logger: Logger): void {
  for (const route of server.table()) {
    const { handler, payload } = route.settings
    if (!isTriggerHandler(handler)) continue
    if ((payload?.maxBytes ?? HAPI_DEFAULT_MAX_BYTES) > HAPI_DEFAULT_MAX_BYTES)
      continue
    logger.warn(
      { path: route.path },
      'this trigger route takes bodies up to 1 MiB only; set options.payload.maxBytes to 20 MiB, since a record with a long history is larger'
    )
  }
}
