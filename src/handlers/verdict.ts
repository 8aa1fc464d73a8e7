import type { TriggerAnswer } from './trigger-answer'

/** What the handler has to say, or that the country's own handler is to speak. */
export type Verdict =
  | { answer: TriggerAnswer; deliveryId?: string; decision: string }
  | { answer: 'otherwise' }
