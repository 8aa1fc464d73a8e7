import type { Lifecycle, Request, ResponseToolkit } from '@hapi/hapi'
import { answerTrigger } from './answer-trigger'
import { readTrigger, type Trigger } from './read-trigger'
import { refuseTrigger } from './refuse-trigger'
import type { Runtime, RuntimeSource } from './runtime'
import { accepted, rejected, type TriggerAnswer } from './trigger-answer'
import { asTriggerHandler, notesOn } from './trigger-handler'
import type { Verdict } from './verdict'

export type ActionOptions = {
  /**
   * The country's own handler, called where we have nothing to say: an event type or action without rules, or none of
   * which holds. Left out, such an action is accepted; a registration gets its number from `registrationNumber`.
   *
   * What it answers is passed on where core can take it. Anything else (another status than 200, 202 and 400, an
   * error, a registration without a number) would leave the record stuck, so core is answered 400 instead.
   */
  otherwise?: Lifecycle.Method
}

/**
 * The handler for OpenCRVS's action triggers, for any event and action:
 * `POST /trigger/events/{event}/actions/{action}`.
 *
 * Answers 200, 202 or 400 and never anything else, since core leaves a record stuck on any other status (FACTS B).
 */
export function actionHandler(
  source: RuntimeSource,
  options: ActionOptions = {}
): Lifecycle.Method {
  const { otherwise } = options
  const handler: Lifecycle.Method = async function (request, h, error) {
    notesOn(request).handled = true
    const runtime = source()
    if (runtime === undefined) {
      // There is no logger of ours yet, and core drops what it is told (FACTS B2).
      const answered = notStarted()
      request.server.log(['error', 'opencrvs-national-id'], answered.body)
      return reply(h, answered)
    }
    const outcome = await answer(runtime, request, otherwise !== undefined)
    if (outcome === 'otherwise' && otherwise !== undefined) {
      return otherwise.call(this, request, h, error)
    }
    return reply(h, outcome === 'otherwise' ? accepted() : outcome)
  }
  return asTriggerHandler(handler, source)
}

async function answer(
  runtime: Runtime,
  request: Request,
  hasOtherwise: boolean
): Promise<TriggerAnswer | 'otherwise'> {
  let trigger: Trigger | undefined
  try {
    const notes = notesOn(request)
    trigger = await readTrigger(
      runtime.verifier,
      runtime.options.opencrvs.version,
      {
        headers: request.headers,
        payload: request.payload,
        params: textParams(request.params),
        claims: notes.claims
      }
    )
    const verdict = await decided(runtime, trigger, hasOtherwise)
    if (verdict.answer === 'otherwise') {
      notes.otherwise = {
        actionType: trigger.pendingAction.type,
        corrections: verdict.corrections ?? {}
      }
      return 'otherwise'
    }
    count(runtime, trigger, verdict.decision, verdict.answer.status)
    if (verdict.deliveryId !== undefined) {
      const { answer: said, deliveryId } = verdict
      releaseWhenSent(runtime, request, deliveryId, said.status)
    }
    return verdict.answer
  } catch (failure) {
    const refusal = await refuseTrigger(runtime, failure, trigger)
    if (trigger !== undefined) count(runtime, trigger, 'failed', refusal.status)
    return refusal
  }
}

/** One decision for an action, however many triggers about it come at once. */
function decided(
  runtime: Runtime,
  trigger: Trigger,
  hasOtherwise: boolean
): Promise<Verdict> {
  const { event, pendingAction } = trigger
  return runtime.verdicts.about(
    [event.id, pendingAction.id, String(hasOtherwise)].join(' '),
    () => answerTrigger(runtime, trigger, hasOtherwise)
  )
}

/** Core's answer is on its way out once the response ends; only then may a confirmation follow (FACTS C6). */
function releaseWhenSent(
  runtime: Runtime,
  request: Request,
  deliveryId: string,
  status: number
): void {
  const { res } = request.raw
  const release = () => {
    runtime.delivery.gate.release(deliveryId)
    // After a 202 the system is to be told, and core only once that has answered.
    runtime.worker.wake(status === 202 ? 'system' : undefined)
  }
  // The caller may have hung up meanwhile, and what has ended does not end again.
  if (res.closed) release()
  else res.once('finish', release).once('close', release)
}

/** The actions that core asks about (FACTS A1). */
const ACTION_TYPES = new Set([
  'NOTIFY',
  'DECLARE',
  'EDIT',
  'REGISTER',
  'REJECT',
  'ARCHIVE',
  'PRINT_CERTIFICATE',
  'REQUEST_CORRECTION',
  'APPROVE_CORRECTION',
  'REJECT_CORRECTION',
  'CUSTOM'
])

/** The body is the caller's: only words that we know become labels, or a caller could make any number of metrics. */
function count(
  runtime: Runtime,
  trigger: Trigger,
  decision: string,
  status: number
): void {
  const { type } = trigger.event
  const actionType = trigger.pendingAction.type
  runtime.delivery.events.emit({
    type: 'trigger.answered',
    eventType: Object.hasOwn(runtime.options.events, type) ? type : 'other',
    actionType: ACTION_TYPES.has(actionType) ? actionType : 'other',
    decision,
    status
  })
}

function textParams(params: object): Record<string, string | undefined> {
  const text: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string') text[name] = value
  }
  return text
}

function notStarted(): TriggerAnswer {
  return rejected(
    'ERR_NOT_STARTED',
    'The national ID plugin is not registered on this server, or the server has not started yet. Register nationalId.plugin before starting it.'
  )
}

function reply(h: ResponseToolkit, { status, body }: TriggerAnswer) {
  return h.response(body).code(status)
}
