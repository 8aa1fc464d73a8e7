import * as assert from 'node:assert/strict'
import type { SystemOperation } from '../../domain/decision'
import { systemClock } from '../../internal/clock'
import type { ContractCheck } from './contract-check'
import { assertSystemError, failureOf } from './expectations'
import { callContext, requestFor } from './under-test'

const OPERATIONS: readonly SystemOperation[] = [
  'createIdentity',
  'updateIdentity',
  'notifyDeath',
  'withdraw',
  'deactivateIdentity'
]

/** How long a call is left waiting before it is given up. */
const GIVE_UP_AFTER_MS = 50

/** A call that is given up ends well before this. */
const SOON_MS = 2_000

/** What a system makes of the worker's requests. */
export const submissionChecks: readonly ContractCheck[] = [
  {
    name: 'waits for a system that is away, and says nothing of the person',
    async keeps(under, goAway) {
      await goAway()
      const { idempotent } = under.system.capabilities
      const request = requestFor(under)
      const failure = await failureOf(
        under.system.submit(request, callContext())
      )
      // A connection that was open before may die half way; only where it matters must that be ruled out.
      const certain = idempotent ? {} : { outcomeUnknown: false }
      assertSystemError(failure, { retryable: true, ...certain }, request)
    }
  },
  {
    name: 'passes our reference on',
    async keeps(under) {
      const request = requestFor(under)
      await under.system.submit(request, callContext())
      assert.deepEqual(under.workDone(), [request.reference])
    }
  },
  {
    name: 'does the work once when the same reference is sent again',
    async keeps(under) {
      const { system } = under
      const first = await system.submit(requestFor(under), callContext())
      if (!system.capabilities.idempotent) return
      const again = await system.submit(requestFor(under), callContext())
      assert.deepEqual(again, first)
      assert.equal(under.workDone().length, 1)
    }
  },
  {
    name: 'gives a refusal of the person as an answer',
    async keeps(under) {
      under.refuseNext()
      const answer = await under.system.submit(requestFor(under), callContext())
      assert.equal(answer.outcome, 'refused')
      const { code, reason } = answer
      assert.ok(code.trim() !== '' && reason.trim() !== '', 'code and reason')
      assert.deepEqual(Object.keys(answer).sort(), [
        'code',
        'outcome',
        'reason'
      ])
      assert.deepEqual(under.workDone(), [])
    }
  },
  {
    name: 'refuses an operation that it says it does not take',
    async keeps(under) {
      const { operations } = under.system.capabilities
      const taken = new Set(operations)
      for (const operation of OPERATIONS.filter((one) => !taken.has(one))) {
        const request = { ...requestFor(under), operation }
        const failure = await failureOf(
          under.system.submit(request, callContext())
        )
        const says = { retryable: false, outcomeUnknown: false }
        assertSystemError(failure, says, request)
      }
      assert.deepEqual(under.workDone(), [])
    }
  },
  {
    name: 'stops waiting when its signal aborts',
    async keeps(under) {
      under.goSilent()
      const request = requestFor(under)
      const stop = new AbortController()
      const started = systemClock.now()
      setTimeout(() => {
        stop.abort()
      }, GIVE_UP_AFTER_MS)
      const failure = await failureOf(
        under.system.submit(request, callContext(stop.signal))
      )
      const says = { retryable: true, outcomeUnknown: true }
      assertSystemError(failure, says, request)
      const took = systemClock.now() - started
      assert.ok(took < SOON_MS, `took ${took} ms to stop waiting`)
    }
  },
  {
    name: 'sends nothing when its signal was aborted before',
    async keeps(under) {
      const request = requestFor(under)
      const failure = await failureOf(
        under.system.submit(request, callContext(AbortSignal.abort()))
      )
      const says = { retryable: true, outcomeUnknown: false }
      assertSystemError(failure, says, request)
      assert.deepEqual(under.workDone(), [])
    }
  }
]
