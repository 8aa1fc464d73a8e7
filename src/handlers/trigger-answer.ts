import type { JsonValue } from '../domain/json'

/** What core is answered. Only these three statuses mean something to it (FACTS, B table). */
export type TriggerAnswer =
  | {
      status: 200
      body: {
        registrationNumber?: string
        declaration?: Record<string, JsonValue>
        annotation?: Record<string, JsonValue>
      }
    }
  | { status: 202; body: { deliveryId: string } }
  /** Core keeps nothing of the body (FACTS B2); it is for whoever reads this server's log or calls it by hand. */
  | { status: 400; body: { code: string; message: string } }

export function accepted(
  body: Extract<TriggerAnswer, { status: 200 }>['body'] = {}
): TriggerAnswer {
  return { status: 200, body }
}

export function deferred(deliveryId: string): TriggerAnswer {
  return { status: 202, body: { deliveryId } }
}

export function rejected(code: string, message: string): TriggerAnswer {
  return { status: 400, body: { code, message } }
}
