import type { Clock } from '../../internal/clock'
import { createHttpClient, HttpFailure } from '../../internal/http'
import type { ExchangeLog } from '../exchange-log'

/** A call to another server, as the log has it. */
export type OutgoingCall = {
  kind: 'confirmation' | 'notification' | 'read'
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: string
}

/** The simulator's own calls: messages to subscribers, and reads from civil registration. */
export type OsiaCaller = {
  /** Undefined without an answer. */
  call(
    call: OutgoingCall
  ): Promise<{ status: number; text: string } | undefined>
  close(): void
}

const TIMEOUT_MS = 10_000

/** Calls with a deadline; bodies do not get into the log, since they hold people and tokens. */
export function createOsiaCaller({
  clock,
  log,
  stopped
}: {
  clock: Clock
  log: ExchangeLog
  stopped: AbortSignal
}): OsiaCaller {
  const http = createHttpClient()

  async function answerOf({ kind: _kind, ...request }: OutgoingCall) {
    if (stopped.aborted) return undefined
    try {
      return await http.request({
        ...request,
        timeoutMs: TIMEOUT_MS,
        signal: stopped
      })
    } catch (error) {
      if (error instanceof HttpFailure) return undefined
      throw error
    }
  }

  return {
    async call(call) {
      const at = clock.now()
      const answer = await answerOf(call)
      log.add({
        direction: 'sent',
        at,
        endedAt: clock.now(),
        kind: call.kind,
        method: call.method,
        path: new URL(call.url).pathname,
        status: answer?.status ?? 'noAnswer'
      })
      return answer && { status: answer.status, text: answer.text }
    },
    close: () => http.close()
  }
}
