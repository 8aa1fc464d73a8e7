import * as assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { SystemRequest } from '../../domain/delivery'
import { SystemError } from '../../domain/errors'

/** Shorter texts stand in any error by chance. */
const SHORTEST_VALUE = 4

/** What a call failed with. @throws AssertionError when it did not */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  let failure: unknown
  try {
    await call
  } catch (error) {
    failure = error
  }
  assert.ok(failure !== undefined, 'the call should have failed, and did not')
  return failure
}

/**
 * That a failure is a `SystemError` that tells the worker this, and tells
 * nobody about the person.
 */
export function assertSystemError(
  failure: unknown,
  says: { retryable: boolean; outcomeUnknown?: boolean },
  about: SystemRequest
): void {
  assert.ok(
    failure instanceof SystemError,
    `should throw a SystemError: anything else is taken for a bug and parked. It threw ${kindOf(failure)}`
  )
  const { code, outcomeUnknown, retryable } = failure
  assert.match(code, /^ERR_[A-Z0-9_]+$/, 'code should be like ERR_SYSTEM_BUSY')
  assert.equal(retryable, says.retryable, `retryable of ${code}`)
  if (says.outcomeUnknown !== undefined) {
    assert.equal(
      outcomeUnknown,
      says.outcomeUnknown,
      `outcomeUnknown of ${code}`
    )
  }
  assertSaysNothingOf(failure, about)
}

/** That an error's text, fields and causes hold nothing personal. */
function assertSaysNothingOf(failure: unknown, request: SystemRequest): void {
  const text = everythingIn(failure)
  for (const value of personalValues(request)) {
    assert.ok(
      !text.includes(value),
      'the error, its fields or its causes hold a value of the request; logs would show it'
    )
  }
}

/** What would give the person away. The sex is a word like any other. */
function personalValues(request: SystemRequest): string[] {
  const { identifier, person, registrationNumber, relatives } = request
  const { sex: _sex, ...told } = person
  return textsIn({ identifier, told, registrationNumber, relatives })
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return value.length >= SHORTEST_VALUE ? [value] : []
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(textsIn)
    : []
}

/** Everything that a log could show of an error: its text, fields and causes. */
function everythingIn(error: unknown): string {
  return inspect(error, {
    depth: 8,
    maxStringLength: null,
    breakLength: Infinity
  })
}

function kindOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.constructor.name : typeof thrown
}
