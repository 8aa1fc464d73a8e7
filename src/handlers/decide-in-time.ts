import { decide, type DecisionResult } from '../config/rules/decide'
import { NationalIdError } from '../domain/errors'

/** How long all rules of an action may take together. Longer than one question to the ID system may (`verify`). */
const RULES_TIMEOUT_MS = 6_000

/**
 * Takes the decision, or gives up: a rule function that waits for ever would keep core, and the registrar, waiting too.
 *
 * @throws NationalIdError `ERR_RULE_TIMEOUT`, and what `decide` throws
 */
export async function decideInTime(
  ...[event, policies, context]: Parameters<typeof decide>
): Promise<DecisionResult> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new NationalIdError(
          `The rules of ${event.type} for ${context.action.type} did not end within ${RULES_TIMEOUT_MS} ms (event ${context.event.id}, action ${context.action.id}). Nothing was decided.`,
          { code: 'ERR_RULE_TIMEOUT', retryable: true }
        )
      )
    }, RULES_TIMEOUT_MS)
  })
  try {
    return await Promise.race([decide(event, policies, context), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
