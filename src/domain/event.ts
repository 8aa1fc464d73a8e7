import type { JsonValue } from './json'

/** A declaration as OpenCRVS keeps it: field id to value. */
export type Declaration = Record<string, JsonValue>

/** Which record. */
export type EventReference = {
  /** UUID of the event. */
  id: string
  /** `birth`, `death` or another event type that the country configured. */
  type: string
  /** The short id that people quote. */
  trackingId: string
}

/** Which action on the record. */
export type ActionReference = {
  /** UUID of the `Requested` action. */
  id: string
  /** Upper case: `REGISTER`, `APPROVE_CORRECTION`, ... */
  type: string
  /** Which one, where `type` is `CUSTOM`. */
  customActionType?: string
}
