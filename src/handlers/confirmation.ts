import type { Lifecycle, Request, ServerRoute } from '@hapi/hapi'
import { lacksIdentifier } from '../delivery/answer-check'
import type { AuditEvent } from '../domain/audit'
import { plainCode } from '../domain/code'
import type { FinalAnswer } from '../domain/delivery'
import {
  AuthenticationError,
  MalformedError,
  NationalIdError
} from '../domain/errors'
import type { InboundResult } from '../store/store'
import type { CallbackMessage } from '../systems/system'
import { inboundRequest } from './inbound-request'
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
export function confirmationRoute(
  source: RuntimeSource,
  prefix: string
): ServerRoute {
  const handler: Lifecycle.Method = async (request, h) => {
    const runtime = source()
    if (runtime === undefined)
      return h.response({ code: 'ERR_NOT_STARTED' }).code(503)
    try {
      const messages = await readCallback(runtime, request)
      const results: string[] = []
      for (const message of messages)
        results.push(await receive(runtime, message))
      runtime.worker.wake()
      // Only a call about nothing that we know is refused: its sender should notice.
      const unknown =
        results.length > 0 && results.every((result) => result === 'unknown')
      return h.response({ results }).code(unknown ? 404 : 200)
    } catch (failure) {
      const { status, code } = await refusal(runtime, failure)
      const response = h.response({ code }).code(status)
      return status === 503
        ? response.header('retry-after', String(RETRY_AFTER_SECONDS))
        : response
    }
  }
  return {
    method: 'POST',
    path: `${prefix}/confirmation`,
    options: {
      auth: false,
      description: 'Answers of the national ID system',
      payload: { parse: false, output: 'data', maxBytes: MAX_BYTES }
    },
    handler
  }
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
 * @throws MalformedError `ERR_CALLBACK_WITHOUT_IDENTIFIER`
 */
async function receive(
  runtime: Runtime,
  message: CallbackMessage
): Promise<InboundResult | 'noted'> {
  const { answer, reference } = message
  // "We are working on it" changes nothing: the delivery waits anyway.
  if (answer.outcome === 'pending') return 'noted'
  const { clock, events, store } = runtime.delivery
  await refuseEmpty(runtime, reference, answer)
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
  if (result === 'applied') {
    const delivery = await store.find(reference)
    if (delivery !== undefined) {
      const { outcome } = answer
      events.emit({ type: 'delivery.answered', delivery, outcome })
    }
  }
  return result
}

async function refuseEmpty(
  runtime: Runtime,
  reference: string,
  answer: FinalAnswer
): Promise<void> {
  const { eventSettings, store } = runtime.delivery
  const delivery = await store.find(reference)
  if (delivery === undefined) return
  const settings = eventSettings(delivery.event.type)
  if (!lacksIdentifier(delivery.operation, answer, settings)) return
  throw new MalformedError(
    `The callback about delivery ${delivery.id} says that an identity was issued, and not which. Nothing was changed.`,
    { code: 'ERR_CALLBACK_WITHOUT_IDENTIFIER' }
  )
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
