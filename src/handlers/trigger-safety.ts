import type {
  Lifecycle,
  Request,
  ResponseObject,
  ResponseToolkit,
  Server
} from '@hapi/hapi'
import { isBoom } from '@hapi/boom'
import type { Declaration } from '../domain/event'
import type { Logger } from '../internal/logger'
import { otherwiseProblem, withDeclaration } from './otherwise-answer'
import type { RuntimeSource } from './runtime'
import { rejected } from './trigger-answer'
import { isTriggerHandler, notesOn } from './trigger-handler'

/** hapi's own default for a request body. OpenCRVS sends a record's whole history, without a limit (FACTS A7). */
const HAPI_DEFAULT_MAX_BYTES = 1024 * 1024

/** The statuses that core knows (FACTS, B table). */
const FOR_CORE = new Set([200, 202, 400])

/**
 * Watches over the routes that use our trigger handler: whatever came before, beside or out of it that core cannot take
 * (a body that is too large or no JSON, a status or an error of the country's own `otherwise` or checks) becomes a 400,
 * since core leaves a record stuck on any other status (FACTS B). A 401 from before the handler stays: it is for callers
 * without a token of OpenCRVS.
 */
export function triggerSafety(source: RuntimeSource): Lifecycle.Method {
  return async (request, h) => {
    if (!isTriggerHandler(request.route.settings.handler, source)) {
      return h.continue
    }
    const { response } = request
    const statusCode = isBoom(response)
      ? response.output.statusCode
      : response.statusCode
    if (statusCode === 401 && notesOn(request).handled === undefined) {
      return h.continue
    }
    if (isBoom(response) || !canTake(statusCode)) {
      return refuse(source, h, statusCode)
    }
    return passOn(source, request, h, response)
  }
}

/** hapi makes a 204 of an empty 200 later; both mean that there is nothing to say. */
function canTake(statusCode: number): boolean {
  return FOR_CORE.has(statusCode) || statusCode === 204
}

async function passOn(
  source: RuntimeSource,
  request: Request,
  h: ResponseToolkit,
  response: ResponseObject
) {
  const { otherwise } = notesOn(request)
  if (otherwise !== undefined && [200, 204].includes(response.statusCode)) {
    const problem = otherwiseProblem(otherwise.actionType, response)
    if (problem !== undefined) return refuseAnswer(source, h, problem)
    const corrected = withDeclaration(response, otherwise.corrections)
    if (corrected !== undefined) return h.response(corrected).code(200)
    noteUncorrected(source, otherwise.corrections)
  }
  return isEmpty(response) ? h.response({}).code(200) : h.continue
}

/** Identity statuses that could not be put right; rules never believe them, but people may. */
function noteUncorrected(source: RuntimeSource, corrections: Declaration) {
  const fields = Object.keys(corrections)
  if (fields.length === 0) return
  source()?.delivery.logger.warn(
    { fields },
    "the country's own handler answers with no object, so core is not told which identity statuses are not proven"
  )
}

/** An empty answer goes out as 204, which core takes for a failure. */
function isEmpty({ source, statusCode }: ResponseObject): boolean {
  return (
    statusCode === 204 ||
    (statusCode === 200 && (source === null || source === ''))
  )
}

async function refuse(
  source: RuntimeSource,
  h: ResponseToolkit,
  statusCode: number
) {
  const code =
    CODES[statusCode] ??
    (statusCode >= 500 ? 'ERR_HANDLER_FAILED' : 'ERR_REFUSED')
  await source()?.refusals.note({ route: 'trigger', code })
  const message = `The trigger was refused before it could be handled, or by the country's own handler (status ${statusCode}).`
  return h.response(rejected(code, message).body).code(400)
}

async function refuseAnswer(
  source: RuntimeSource,
  h: ResponseToolkit,
  problem: string
) {
  const code = 'ERR_HANDLER_ANSWER'
  await source()?.refusals.note({ route: 'trigger', code, reason: problem })
  const message = `The country's own handler answered what core cannot take: ${problem}. Core is answered 400, so that the action can be tried again.`
  return h.response(rejected(code, message).body).code(400)
}

const CODES: Readonly<Record<number, string>> = {
  400: 'ERR_BODY_MALFORMED',
  408: 'ERR_BODY_TOO_SLOW',
  413: 'ERR_BODY_TOO_LARGE',
  415: 'ERR_BODY_TYPE'
}

/** Says at start which trigger routes would refuse a record with a long history. */
export function warnAboutSmallBodies(
  server: Server,
  source: RuntimeSource,
  logger: Logger
): void {
  for (const route of server.table()) {
    const { handler, payload } = route.settings
    if (!isTriggerHandler(handler, source)) continue
    if ((payload?.maxBytes ?? HAPI_DEFAULT_MAX_BYTES) > HAPI_DEFAULT_MAX_BYTES)
      continue
    logger.warn(
      { path: route.path },
      'this trigger route takes bodies up to 1 MiB only; set options.payload.maxBytes to 20 MiB, since a record with a long history is larger'
    )
  }
}
