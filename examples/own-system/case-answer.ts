import type { SystemAnswer } from 'opencrvs-national-id'
import { textIn } from './register-calls'

/**
 * What a case of the register says, or undefined when it makes no sense. The same case comes as the answer to an
 * enrolment, out of a status query, and in a callback.
 */
export function answerOf(found: unknown): SystemAnswer | undefined {
  const systemReference = textIn(found, 'case')
  const identifier = textIn(found, 'number')
  const code = textIn(found, 'code')
  switch (textIn(found, 'state')) {
    case 'OPEN':
      return {
        outcome: 'pending',
        ...(systemReference === undefined ? {} : { systemReference })
      }
    case 'ISSUED':
      // Without its number it is no answer: the record would stay without one.
      return identifier === undefined
        ? undefined
        : { outcome: 'accepted', identifier }
    case 'RECORDED':
      return { outcome: 'accepted' }
    case 'REFUSED':
      return code === undefined
        ? undefined
        : { outcome: 'refused', code, reason: textIn(found, 'text') ?? code }
    default:
      return undefined
  }
}
