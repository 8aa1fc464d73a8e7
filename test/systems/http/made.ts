import { http, type HttpOptions } from '../../../src/systems/http'
import type { NationalIdSystem } from '../../../src/systems/system'

/** A clock that a test moves. */
export class TestClock {
  at = Date.UTC(2026, 2, 3, 12)

  now(): number {
    return this.at
  }
}

export const BASE_URL = 'https://id.example.org/api'

/** Options that are right, and a few changed ones. */
export function httpOptions(changes: Partial<HttpOptions> = {}): HttpOptions {
  return {
    baseUrl: BASE_URL,
    authentication: { type: 'apiKey', header: 'x-api-key', value: 'key-1' },
    createIdentity: { path: '/identities' },
    notifyDeath: { path: '/deaths' },
    ...changes
  }
}

export function httpSystem(
  changes: Partial<HttpOptions> = {},
  clock = new TestClock()
): NationalIdSystem {
  return http(httpOptions(changes)).create({ clock })
}

/** The error of a call that is expected to fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => 'no failure',
    (error: unknown) => error
  )
  expect(outcome).not.toBe('no failure')
  return outcome
}

/** All that an error would put into a log: its text, fields and causes. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  const fields = JSON.stringify(Object.entries(error))
  return `${error.stack ?? ''} ${fields} ${everythingIn(error.cause)}`
}
