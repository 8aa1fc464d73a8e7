import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError
} from 'cockatiel'
import type { SystemAnswer, SystemRequest } from '../domain/delivery'
import { NationalIdError, SystemError } from '../domain/errors'
import { systemClock, type Clock } from '../internal/clock'
import type {
  AnnouncedRecord,
  NationalIdSystem,
  StatusAnswer,
  StatusQuery,
  SystemCapabilities,
  VerificationAnswer,
  VerificationRequest
} from '../systems/system'

/** The system was not called, since it has failed too often just now. Does not count as an attempt. */
export class CircuitOpenError extends NationalIdError {
  readonly retryAfterMs: number

  constructor(system: string, retryAfterMs: number) {
    super(
      `${system} failed too often just now and is left alone for a while.`,
      {
        code: 'ERR_CIRCUIT_OPEN',
        retryable: true
      }
    )
    this.retryAfterMs = retryAfterMs
  }
}

/** A system as the worker calls it: every call has a deadline, and a failing system is left alone for a while. */
export type SystemGateway = {
  readonly name: string
  readonly capabilities: SystemCapabilities
  submit(request: SystemRequest, call: GatewayCall): Promise<SystemAnswer>
  status(query: StatusQuery, call: GatewayCall): Promise<StatusAnswer>
  announce(
    request: SystemRequest,
    record: AnnouncedRecord,
    call: GatewayCall
  ): Promise<void>
  verify(
    request: VerificationRequest,
    call: GatewayCall
  ): Promise<VerificationAnswer>
  /** False while it is left alone, or while a single call tries whether it is back. */
  isAvailable(): boolean
}

/** `signal` aborts when the server stops. */
export type GatewayCall = {
  attempt: number
  timeoutMs: number
  signal: AbortSignal
}

/** Grace for an adapter that reports its own, more exact, failure when aborted. */
const GRACE_MS = 250

/**
 * Runs one call with a deadline of its own, so that an adapter which forgets about its signal can hang neither a worker
 * nor the stopping of the server.
 */
async function withDeadline<T>(
  system: string,
  call: GatewayCall,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const deadline = openDeadline(system, call)
  const { signal, tooLate } = deadline
  // An adapter may also throw before it gives a promise.
  const answer = Promise.resolve(signal).then(work)
  try {
    return await Promise.race([answer, tooLate])
  } catch (error) {
    // An adapter may pass on whatever its own HTTP client throws when aborted.
    if (signal.aborted && !(error instanceof NationalIdError)) {
      throw timedOut(system, call)
    }
    throw error
  } finally {
    deadline.close()
    // Whichever lost the race must not become an unhandled rejection.
    answer.catch(() => undefined)
    tooLate.catch(() => undefined)
  }
}

/**
 * The signal aborts when the call's time is over or the server stops, and a while later `tooLate` fails. Once closed,
 * nothing of it is kept: `AbortSignal.timeout` would stay until the time is over, long after most calls have ended.
 */
function openDeadline(system: string, call: GatewayCall) {
  const end = new AbortController()
  let grace: NodeJS.Timeout | undefined
  let giveUp: (failure: SystemError) => void
  const tooLate = new Promise<never>((_resolve, reject) => {
    giveUp = reject
  })
  const abort = (reason: unknown) => {
    end.abort(reason)
    grace ??= setTimeout(() => {
      giveUp(timedOut(system, call))
    }, GRACE_MS).unref()
  }
  const onStop = () => {
    abort(call.signal.reason)
  }
  const timer = setTimeout(() => {
    // What `AbortSignal.timeout` gives, since adapters may look at it.
    abort(new DOMException('The call takes too long.', 'TimeoutError'))
  }, call.timeoutMs).unref()
  if (call.signal.aborted) onStop()
  else call.signal.addEventListener('abort', onStop, { once: true })
  return {
    signal: end.signal,
    tooLate,
    close() {
      clearTimeout(timer)
      clearTimeout(grace)
      call.signal.removeEventListener('abort', onStop)
    }
  }
}

function timedOut(system: string, call: GatewayCall): SystemError {
  return new SystemError(
    `${system} did not answer within ${call.timeoutMs} ms, or the server was stopped before it did.`,
    {
      code: 'ERR_SYSTEM_TIMEOUT',
      system,
      retryable: true,
      outcomeUnknown: true
    }
  )
}

function missing(system: string, call: string): SystemError {
  return new SystemError(
    `${system} was asked for ${call}, which it says it cannot do.`,
    {
      code: 'ERR_SYSTEM_CAPABILITY',
      system
    }
  )
}

/** Whether a failure says something about the system's health, and not about one request. */
function isTrouble(error: unknown): boolean {
  return error instanceof SystemError && error.retryable
}

/** Puts a circuit breaker and deadlines in front of a system. */
export function createSystemGateway(
  system: NationalIdSystem,
  circuit: { failures: number; openMs: number },
  clock: Clock = systemClock
): SystemGateway {
  const breaker = circuitBreaker(handleWhen(isTrouble), {
    halfOpenAfter: circuit.openMs,
    breaker: new ConsecutiveBreaker(circuit.failures)
  })
  // The breaker itself leaves its open state only when it is called, and nobody calls while it is said to be open.
  let openUntil = 0
  breaker.onBreak(() => {
    openUntil = clock.now() + circuit.openMs
  })

  async function guarded<T>(
    call: GatewayCall,
    work: (signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    // The breaker would let this one wait, without a deadline, for the call that tries whether the system is back.
    if (breaker.state === CircuitState.HalfOpen)
      throw new CircuitOpenError(system.name, circuit.openMs)
    try {
      return await breaker.execute(() => withDeadline(system.name, call, work))
    } catch (error) {
      if (isBrokenCircuitError(error))
        throw new CircuitOpenError(system.name, circuit.openMs)
      throw error
    }
  }

  return {
    ...callsOf(system, guarded),
    isAvailable: () =>
      breaker.state === CircuitState.Closed ||
      (breaker.state === CircuitState.Open && clock.now() >= openUntil)
  }
}

/** Runs a call to the system under guard. */
type Guarded = <T>(
  call: GatewayCall,
  work: (signal: AbortSignal) => Promise<T>
) => Promise<T>

function callsOf(
  system: NationalIdSystem,
  guarded: Guarded
): Omit<SystemGateway, 'isAvailable'> {
  return {
    name: system.name,
    capabilities: system.capabilities,
    submit: (request, call) =>
      guarded(call, (signal) =>
        system.submit(request, { signal, attempt: call.attempt })
      ),
    status: (query, call) =>
      guarded(call, (signal) => {
        if (system.status === undefined) throw missing(system.name, 'a status')
        return system.status(query, { signal, attempt: call.attempt })
      }),
    announce: (request, record, call) =>
      guarded(call, (signal) => {
        if (system.announce === undefined)
          throw missing(system.name, 'an announcement')
        const { attempt } = call
        return system.announce(request, record, { signal, attempt })
      }),
    verify: (request, call) =>
      guarded(call, (signal) => {
        if (system.verify === undefined)
          throw missing(system.name, 'a verification')
        return system.verify(request, { signal, attempt: call.attempt })
      })
  }
}
