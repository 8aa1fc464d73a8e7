import type { Lifecycle, Request, ResponseToolkit } from '@hapi/hapi'
import { NationalIdError } from '../domain/errors'
import { answerTrigger } from './answer-trigger'
import { readTrigger, type Trigger } from './read-trigger'
import type { Runtime, RuntimeSource } from './runtime'
import { accepted, rejected, type TriggerAnswer } from './trigger-answer'

export type ActionOptions = {
  /**
   * The country's own handler, called where we have nothing to say: an event type or action without rules, or none of
   * which holds. Left out, such an action is accepted; a registration gets its number from `registrationNumber`.
   */
  otherwise?: Lifecycle.Method
}

/** Our trigger handlers are recognised by this, so that the plugin can watch over their routes. */
const OURS = Symbol('opencrvs-national-id trigger handler')

/** Whether a route's handler was made by `action(...)`. */
export function isTriggerHandler(handler: unknown): boolean {
  return typeof handler === 'function' && OURS in handler
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
    const runtime = source()
    if (runtime === undefined) return reply(h, notStarted())
    const outcome = await answer(runtime, request, otherwise !== undefined)
    if (outcome === 'otherwise' && otherwise !== undefined) {
      return otherwise.call(this, request, h, error)
    }
    return reply(h, outcome === 'otherwise' ? accepted() : outcome)
  }
  return Object.assign(handler, { [OURS]: true })
}

async function answer(
  runtime: Runtime,
  request: Request,
  hasOtherwise: boolean
): Promise<TriggerAnswer | 'otherwise'> {
  let trigger: Trigger | undefined
  try {
    trigger = await readTrigger(
      runtime.verifier,
      runtime.options.opencrvs.version,
      {
        headers: request.headers,
        payload: request.payload,
        params: textParams(request.params)
      }
    )
    const verdict = await answerTrigger(runtime, trigger, hasOtherwise)
    if (verdict.answer === 'otherwise') return 'otherwise'
    count(runtime, trigger, verdict.decision, verdict.answer.status)
    if (verdict.deliveryId !== undefined) {
      releaseWhenSent(runtime, request, verdict.deliveryId)
    }
    return verdict.answer
  } catch (failure) {
    return refuse(runtime, failure, trigger)
  }
}

/** Core's answer is on its way out once the response ends; only then may a confirmation follow (FACTS C6). */
function releaseWhenSent(
  runtime: Runtime,
  request: Request,
  deliveryId: string
): void {
  const release = () => {
    runtime.delivery.gate.release(deliveryId)
    runtime.worker.wake()
  }
  request.raw.res.once('finish', release).once('close', release)
}

/**
 * A trigger that we cannot take is answered 400, whatever the cause: the record can then be tried again, while any
 * other status would leave it stuck (FACTS B2, B4).
 */
async function refuse(
  runtime: Runtime,
  failure: unknown,
  trigger: Trigger | undefined
): Promise<TriggerAnswer> {
  const code =
    failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
  if (!(failure instanceof NationalIdError)) {
    const name = failure instanceof Error ? failure.name : typeof failure
    runtime.delivery.logger.error({ error: name }, 'a trigger failed')
  }
  await runtime.refusals.note({
    route: 'trigger',
    code,
    eventId: trigger?.event.id,
    actionId: trigger?.pendingAction.id
  })
  if (trigger !== undefined) count(runtime, trigger, 'failed', 400)
  return rejected(code, explain(failure))
}

function explain(failure: unknown): string {
  if (failure instanceof NationalIdError) return failure.message
  return 'The action could not be handled. See the log of the country configuration.'
}

function count(
  runtime: Runtime,
  trigger: Trigger,
  decision: string,
  status: number
): void {
  runtime.delivery.events.emit({
    type: 'trigger.answered',
    eventType: trigger.event.type,
    actionType: trigger.pendingAction.type,
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
