import type {
  Lifecycle,
  Request,
  ResponseObject,
  ResponseToolkit,
  RouteOptions,
  ServerRoute
} from '@hapi/hapi'
import { lacksIdentifier } from '../delivery/answer-check'
import type { AuditEvent } from '../domain/audit'
import { plainCode } from '../domain/code'
import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import {
  AuthenticationError,
  MalformedError,
  NationalIdError
} from '../domain/errors'
import type { InboundResult } from '../store/store'
import type {
  CallbackMessage,
  NationalIdSystem,
  SystemCallbackRoute
} from '../systems/system'
import { inboundRequest } from './inbound-request'
import { deliveryIdOf } from './message-reference'
import type { Runtime, RuntimeSource } from './runtime'

/** A callback is an answer about one person; nothing that we ask for comes near this. */
const MAX_BYTES = 256 * 1024

/** How soon the sender may try again when we could not store its answer. */
const RETRY_AFTER_SECONDS = 30

/**
 * `POST <prefix>/confirmation`: the ID system's asynchronous answer.
 *
 * Who may call: the ID system alone, proven by what its adapter demands (for `http()` a Standard Webhooks signature
 * over the raw bytes, in time, once). The status tells the truth: 2xx only when the answer is on disk or was there
 * before; 503 when it could not be stored, so that the sender tries again.
 */
export function confirmationRoutes(
  source: RuntimeSource,
  prefix: string
): ServerRoute[] {
  const handler = callbackHandler(source, readCallback)
  // Some senders (WebSub hubs) end the address that they were given with a slash.
  return [`${prefix}/confirmation`, `${prefix}/confirmation/`].map((path) => ({
    method: 'POST',
    path,
    options: callbackOptions('Answers of the national ID system'),
    handler
  }))
}

/** The further addresses at which a system brings its answers. They are taken as those above, and proven likewise. */
export function callbackRoutes(
  source: RuntimeSource,
  prefix: string,
  system: NationalIdSystem
): ServerRoute[] {
  return (system.callbackRoutes ?? []).map((route) => ({
    method: 'POST',
    path: `${prefix}${route.path}`,
    options: callbackOptions(route.access),
    handler: callbackHandler(
      source,
      (_runtime, request) => route.read(inboundRequest(request)),
      route
    )
  }))
}

function callbackOptions(description: string): RouteOptions {
  return {
    auth: false,
    description,
    payload: { parse: false, output: 'data', maxBytes: MAX_BYTES }
  }
}

function callbackHandler(
  source: RuntimeSource,
  read: (runtime: Runtime, request: Request) => Promise<CallbackMessage[]>,
  route?: SystemCallbackRoute
): Lifecycle.Method {
  return async (request, h) => {
    const runtime = source()
    if (runtime === undefined)
      return h.response({ code: 'ERR_NOT_STARTED' }).code(503)
    try {
      const messages = await read(runtime, request)
      const results: string[] = []
      for (const message of messages)
        results.push(await receive(runtime, message))
      runtime.worker.wake('core')
      return taken(h, results, route)
    } catch (failure) {
      const { status, code } = await refusal(runtime, failure)
      const response = h.response({ code }).code(status)
      return status === 503
        ? response.header('retry-after', String(RETRY_AFTER_SECONDS))
        : response
    }
  }
}

function taken(
  h: ResponseToolkit,
  results: readonly string[],
  route: SystemCallbackRoute | undefined
): ResponseObject {
  // Only a call about nothing that we know is refused: its sender should notice.
  if (results.length > 0 && results.every((result) => result === 'unknown'))
    return h.response({ results }).code(404)
  if (route === undefined) return h.response({ results })
  const { body, headers } = route.answer()
  // Without it an empty body is answered with 204, which not every sender takes for a success.
  const response = h.response(body).code(200)
  for (const [name, value] of Object.entries(headers ?? {}))
    response.header(name, value)
  return response
}

async function readCallback(
  runtime: Runtime,
  request: Request
): Promise<CallbackMessage[]> {
  const { system } = runtime
  if (system.readCallback === undefined) {
    throw new MalformedError(`${system.name} is not configured to call back.`, {
      code: 'ERR_CALLBACK_NOT_CONFIGURED'
    })
  }
  return system.readCallback(inboundRequest(request))
}

/**
 * Applies one message, once.
 * @throws MalformedError `ERR_CALLBACK_WITHOUT_IDENTIFIER`, `ERR_CALLBACK_ABOUT_ANOTHER`
 */
async function receive(
  runtime: Runtime,
  message: CallbackMessage
): Promise<InboundResult | 'noted' | 'dropped'> {
  if (message.ifUnusable !== 'drop') return apply(runtime, message)
  try {
    const result = await apply(runtime, message)
    return result === 'unknown' ? 'dropped' : result
  } catch (failure) {
    if (!(failure instanceof MalformedError)) throw failure
    const { code } = failure
    await runtime.refusals.note({ route: 'confirmation', code })
    return 'dropped'
  }
}

async function apply(
  runtime: Runtime,
  message: CallbackMessage
): Promise<InboundResult | 'noted'> {
  const { answer } = message
  // "We are working on it" changes nothing: the delivery waits anyway.
  if (answer.outcome === 'pending') return 'noted'
  const { clock, events, store } = runtime.delivery
  const reference = await deliveryIdOf(store, message)
  if (reference === undefined) return 'unknown'
  const delivery = await store.find(reference)
  if (!isAboutThis(runtime, delivery, message, answer)) return 'noted'
  const now = clock.now()
  const result = await store.receive(
    {
      source: runtime.system.name,
      messageId: message.messageId,
      deliveryId: reference,
      answer,
      now,
      nextAttemptAt: now
    },
    (applied) => callbackEntries(runtime, applied, reference, answer, now)
  )
  events.emit({ type: 'callback.received', result })
  if (result === 'applied' && delivery !== undefined)
    events.emit({
      type: 'delivery.answered',
      delivery: { ...delivery, state: 'answered', answeredAt: now },
      outcome: answer.outcome
    })
  return result
}

/**
 * Whether the message can answer the delivery that it names.
 * @throws MalformedError when it says something that cannot be true of it
 */
function isAboutThis(
  runtime: Runtime,
  delivery: StoredDelivery | undefined,
  message: CallbackMessage,
  answer: FinalAnswer
): boolean {
  const { eventSettings } = runtime.delivery
  if (delivery === undefined) return true
  const { operation, secrets } = delivery
  const { onlyFor = [operation] } = message
  if (!onlyFor.some((one) => one === operation)) {
    return false
  }
  const why = contradiction(message, secrets)
  if (why !== undefined) throw aboutAnother(delivery, why)
  const settings = eventSettings(delivery.event.type)
  if (!lacksIdentifier(operation, answer, settings)) return true
  throw new MalformedError(
    `The callback about delivery ${delivery.id} says that an identity was issued, and not which. Nothing was changed.`,
    { code: 'ERR_CALLBACK_WITHOUT_IDENTIFIER' }
  )
}

/** How a message cannot be about what was asked; once that has ended there is nothing to compare with. */
function contradiction(
  { agrees, registrationNumber }: CallbackMessage,
  secrets: StoredDelivery['secrets']
): string | undefined {
  const ours = numberOf(secrets)
  if (ours !== undefined && ours !== (registrationNumber ?? ours)) {
    return 'names another registration number than ours'
  }
  const request = secrets?.request ?? undefined
  return request !== undefined && agrees?.(request) === false
    ? 'is about somebody else than ours'
    : undefined
}

function aboutAnother({ id }: StoredDelivery, why: string): MalformedError {
  return new MalformedError(
    `The callback about delivery ${id} ${why}. Nothing was changed.`,
    { code: 'ERR_CALLBACK_ABOUT_ANOTHER' }
  )
}

function numberOf(secrets: StoredDelivery['secrets']): string | undefined {
  return secrets?.registrationNumber ?? secrets?.request?.registrationNumber
}

/** Whoever has caught a callback can send it on and on: what changed nothing is written down up to a bound. */
function callbackEntries(
  runtime: Runtime,
  ...[applied, ...about]: Parameters<typeof callbackEntry>
): AuditEvent[] {
  const isWritten =
    applied === 'applied' || runtime.budget.take(`callback.${applied}`).granted
  return isWritten ? [callbackEntry(applied, ...about)] : []
}

function callbackEntry(
  applied: InboundResult,
  reference: string,
  answer: FinalAnswer,
  at: number
): AuditEvent {
  const code =
    answer.outcome === 'refused' ? { code: plainCode(answer.code) } : {}
  return {
    kind: `callback.${applied}`,
    at,
    actor: 'system',
    // A reference that is not ours is the sender's text: it stays out of the trail.
    ...(applied === 'unknown' ? {} : { deliveryId: reference }),
    details: { outcome: answer.outcome, ...code }
  }
}

async function refusal(
  runtime: Runtime,
  failure: unknown
): Promise<{ status: number; code: string }> {
  const code =
    failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
  const status = statusOf(failure)
  await runtime.refusals.note({ route: 'confirmation', code })
  return { status, code }
}

function statusOf(failure: unknown): number {
  if (failure instanceof AuthenticationError) return failure.status
  if (failure instanceof MalformedError) return 400
  return 503
}
