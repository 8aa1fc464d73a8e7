import type { Clock } from '../../../internal/clock'
import type { HttpResponse } from '../../../internal/http'
import { isRecord } from '../../../internal/json'
import type { CallName } from '../../../internal/system-call'
import { answerError, statusError } from '../failures'
import { readJson, type OsiaCall, type OsiaHttp } from '../osia-http'

/** A subscription as the engine has it. */
export type EngineSubscription = {
  uuid: string
  /** UUID of the topic. */
  topicId: string
  active: boolean
}

/** Our calls to the notification engine about a subscription. All may throw SystemError. */
export type EngineCalls = {
  /** Idempotent on topic and address. The topic goes by its name (FACTS D7). */
  subscribe(
    asked: { topic: string; address: string; policy: string },
    signal: AbortSignal
  ): Promise<EngineSubscription>
  /** False when the engine does not know the token. */
  confirm(token: string, signal: AbortSignal): Promise<boolean>
  /** False when the engine has no such subscription. */
  unsubscribe(uuid: string, signal: AbortSignal): Promise<boolean>
}

/** Calls over the client of all interfaces. */
export function createEngineCalls(
  http: OsiaHttp,
  { clock, system }: { clock: Clock; system: string }
): EngineCalls {
  function ask(
    what: string,
    request: Pick<OsiaCall, 'method' | 'query' | 'steps'>,
    signal: AbortSignal
  ): Promise<HttpResponse> {
    const call = { system, what, changes: false }
    const { steps } = request
    return http.send(
      {
        ...call,
        ...request,
        steps: ['v1', 'subscriptions', ...steps],
        interface: 'notification'
      },
      signal
    )
  }

  function refused(what: string, response: HttpResponse): Error {
    return statusError({ system, what, changes: false }, response, clock.now())
  }

  return {
    async subscribe({ address, policy, topic }, signal) {
      const query = [
        ['topic', topic],
        ['protocol', 'http'],
        ['address', address],
        ['policy', policy]
      ] as const
      const call = { system, what: 'subscribe', changes: false }
      const request = { method: 'POST', steps: [], query } as const
      const response = await ask(call.what, request, signal)
      if (response.status !== 200) throw refused(call.what, response)
      return readSubscription(call, readJson(call, response))
    },
    async confirm(token, signal) {
      const what = 'the confirmation of the subscription'
      const query = [['token', token]] as const
      const request = { method: 'GET', steps: ['confirm'], query } as const
      const response = await ask(what, request, signal)
      if (response.status === 400) return false
      if (response.status !== 200) throw refused(what, response)
      return true
    },
    async unsubscribe(uuid, signal) {
      const what = 'unsubscribe'
      const request = { method: 'DELETE', steps: [uuid] } as const
      const response = await ask(what, request, signal)
      if (response.status === 404) return false
      if (response.status !== 204) throw refused(what, response)
      return true
    }
  }
}

function readSubscription(call: CallName, given: unknown): EngineSubscription {
  const { active, topic, uuid } = isRecord(given) ? given : {}
  if (typeof uuid !== 'string' || uuid === '' || typeof topic !== 'string') {
    throw answerError(call, 200, 'the body is no subscription.')
  }
  return { uuid, topicId: topic, active: active === true }
}
