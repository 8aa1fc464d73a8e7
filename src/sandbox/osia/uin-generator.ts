import type { Clock } from '../../internal/clock'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { readAttributes } from './attributes'
import type { OsiaBehaviour } from './behaviour'
import type { OsiaLedgerBook } from './ledger'
import { errorAnswer, invalidAnswer, jsonAnswer } from './osia-answer'
import type { OsiaPeople } from './people'

/** generateUIN. */
export type UinGenerator = {
  answer(request: ServedRequest): ServedAnswer
}

/** Mints numbers, one for every call unless the behaviour says otherwise: generateUIN is not idempotent. */
export function createUinGenerator({
  behaviour,
  clock,
  ledger,
  people
}: {
  behaviour: OsiaBehaviour
  clock: Clock
  ledger: OsiaLedgerBook
  people: OsiaPeople
}): UinGenerator {
  function numberFor(
    transactionId: string,
    attributes: Record<string, string>
  ): string {
    const [known] = ledger.issuedFor(transactionId)
    if (known !== undefined && behaviour.repeatedTransaction === 'same') {
      return known
    }
    const { personId } = people.add({ attributes, isReserved: true })
    ledger.addIssued(
      { uin: personId, by: transactionId, at: clock.now() },
      attributes
    )
    return personId
  }

  return {
    answer({ body, query }) {
      const transactionId = query.get('transactionId')
      const attributes = readAttributes(body, behaviour.acceptsIntegers)
      if (transactionId === null) return invalidAnswer('no transactionId')
      if (attributes === undefined) return invalidAnswer('no attributes')
      const refusal = behaviour.refuse(attributes)
      if (refusal !== undefined) {
        return errorAnswer(400, refusal.code, refusal.message)
      }
      const uin = numberFor(transactionId, attributes)
      return jsonAnswer(200, behaviour.quotesTwice ? `"${uin}"` : uin)
    }
  }
}
