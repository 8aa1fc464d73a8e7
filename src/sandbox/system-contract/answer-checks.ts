import * as assert from 'node:assert/strict'
import { AuthenticationError } from '../../domain/errors'
import type {
  CallbackMessage,
  InboundRequest,
  NationalIdSystem
} from '../../systems/system'
import type { ContractCheck } from './contract-check'
import { failureOf } from './expectations'
import { callContext, requestFor } from './under-test'

/** How a system's later answers are asked for and taken. */
export const answerChecks: readonly ContractCheck[] = [
  {
    name: 'does not know a reference that it has never seen',
    async keeps(under) {
      const { system } = under
      if (!system.capabilities.status) return
      const { operation } = requestFor(under)
      const answer = await system.status?.(
        { reference: 'never-sent', operation },
        callContext()
      )
      assert.deepEqual(answer, { outcome: 'unknown' })
    }
  },
  {
    name: 'reads a genuine callback, the same each time',
    async keeps(under) {
      if (under.callback === undefined) return
      const { reference } = requestFor(under)
      const callback = under.callback(reference)
      const [message] = await read(under.system, callback)
      assert.ok(message !== undefined, 'a genuine callback has no message')
      assert.equal(message.reference, reference)
      assert.ok(message.messageId !== '', 'messageId is empty')
      const [again, ...others] = await read(under.system, callback)
      assert.deepEqual(others, [], 'one answer became several')
      assert.deepEqual(said(again), said(message))
    }
  },
  {
    name: 'refuses a callback that was changed, or is signed by nobody',
    async keeps(under) {
      if (under.callback === undefined) return
      const genuine = under.callback(requestFor(under).reference)
      const changed = Buffer.concat([genuine.rawBody, Buffer.from(' ')])
      const forged = [
        { ...genuine, rawBody: changed },
        { ...genuine, headers: {} }
      ]
      for (const callback of forged) {
        const failure = await failureOf(read(under.system, callback))
        assert.ok(
          failure instanceof AuthenticationError,
          'a sender that is not proven is an AuthenticationError'
        )
      }
    }
  }
]

/** Two functions that do the same are still two. */
function said(message: CallbackMessage | undefined): Partial<CallbackMessage> {
  const { agrees: _agrees, ...rest } = message ?? {}
  return rest
}

async function read(
  system: NationalIdSystem,
  callback: InboundRequest
): Promise<CallbackMessage[]> {
  assert.ok(system.readCallback !== undefined, 'it cannot be called back')
  return system.readCallback(callback)
}
