import type { IdSystemRequest } from './id-system-wire'

/** How the ID system answers: in the response, or later by a callback. */
export type AnswerMode = 'synchronous' | 'asynchronous'

/** How the ID system behaves; all of it can be changed while it runs. */
export type IdSystemBehaviour = {
  /**
   * `asynchronous` concerns the issuing of identities alone; a function decides
   * for every request. Default `asynchronous`.
   */
  mode: AnswerMode | ((request: IdSystemRequest) => AnswerMode)
  /** Milliseconds until it has decided. Default 0. */
  decideAfterMs: number
  /** Gives why a request is refused; undefined accepts it. Default: nobody is refused. */
  refuse: (
    request: IdSystemRequest
  ) => { code: string; reason: string } | undefined
  /** The identifier of a new identity. Default: ten digits, counted up. */
  identifier: (request: IdSystemRequest) => string
  /** Whether a person's data match, for yes/no verification. Default: yes. */
  matches: (request: Pick<IdSystemRequest, 'person' | 'identifier'>) => boolean
  callbacks: CallbackBehaviour
}

export type CallbackBehaviour = {
  /**
   * - `send`: once decided;
   * - `early`: already before the 202 is answered;
   * - `hold`: only when `releaseCallbacks` is called;
   * - `lose`: never.
   */
  delivery: 'send' | 'early' | 'hold' | 'lose'
  /** How often each is sent, all with the same message id. Default 1. */
  copies: number
  /** Milliseconds before each next attempt after one that was not answered 2xx. */
  retryAfterMs: readonly number[]
}

/** What applies until something else is said. */
export function defaultBehaviour(): IdSystemBehaviour {
  let issued = 0
  return {
    mode: 'asynchronous',
    decideAfterMs: 0,
    refuse: () => undefined,
    identifier: () => {
      issued += 1
      return String(9_000_000_000 + issued)
    },
    matches: () => true,
    callbacks: {
      delivery: 'send',
      copies: 1,
      retryAfterMs: [50, 100, 250, 500, 1000, 2000]
    }
  }
}

/** How this request is answered. */
export function modeFor(
  behaviour: IdSystemBehaviour,
  request: IdSystemRequest
): AnswerMode {
  if (typeof behaviour.mode === 'function') return behaviour.mode(request)
  return request.operation === 'createIdentity' ? behaviour.mode : 'synchronous'
}
