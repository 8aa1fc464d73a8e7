import type { Declaration } from '../domain/event'
import type { TriggerAnswer } from './trigger-answer'

/** What the handler has to say, or that the country's own handler is to speak. */
export type Verdict =
  | { answer: TriggerAnswer; deliveryId?: string; decision: string }
  /**
   * `corrections` are values for the record that go with whatever the country answers; absent where nobody's identity
   * was looked at.
   */
  | { answer: 'otherwise'; corrections?: Declaration }
