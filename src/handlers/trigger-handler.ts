import type { Request } from '@hapi/hapi'
import type { Declaration } from '../domain/event'
import type { TokenClaims } from '../opencrvs/tokens'
import type { RuntimeSource } from './runtime'

/** A trigger handler carries the instance that it belongs to under this, so that its plugin can watch over its routes. */
const INSTANCE = Symbol('opencrvs-national-id trigger handler')

/** Marks a handler as a trigger handler of an instance. */
export function asTriggerHandler<Handler extends object>(
  handler: Handler,
  source: RuntimeSource
): Handler {
  return Object.assign(handler, { [INSTANCE]: source })
}

/** Whether a route's handler is a trigger handler of this instance. */
export function isTriggerHandler(
  handler: unknown,
  source: RuntimeSource
): boolean {
  return (
    typeof handler === 'function' &&
    INSTANCE in handler &&
    handler[INSTANCE] === source
  )
}

/** What became known of a trigger's request before or beside its handler. */
export type TriggerNotes = {
  /** The token's claims, when it was checked before the body was read. */
  claims?: TokenClaims
  /**
   * The action that the country's own handler was given, and the identity statuses that its answer is to carry; absent
   * while the request has not come that far.
   */
  otherwise?: { actionType: string; corrections: Declaration }
  /** Our handler has run: whatever is said from here on, core has passed the country's own authentication. */
  handled?: true
}

const notes = new WeakMap<Request, TriggerNotes>()

/** The notes on a request; they go when the request does. */
export function notesOn(request: Request): TriggerNotes {
  const known = notes.get(request)
  if (known !== undefined) return known
  const fresh: TriggerNotes = {}
  notes.set(request, fresh)
  return fresh
}
