import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject } from '../../internal/json'
import type { UntrustedCode } from './refusal'

/** The time of a check, in milliseconds since 1970, and how far the issuer's clock may be off. */
export type CheckTime = { now: number; toleranceMs: number }

/**
 * Whether a credential counts now, by the dates of W3C's data models (1.1: `issuanceDate`, `expirationDate`; 2.0:
 * `validFrom`, `validUntil`), of the credential itself or below a JWT's `vc`, and by `iat` (RFC 7519). `exp` and `nbf`
 * are checked with the signature.
 */
export function validityProblem(
  claims: JsonObject,
  time: CheckTime
): UntrustedCode | undefined {
  const { iat, vc } = claims
  return (
    startProblem(typeof iat === 'number' ? iat * 1000 : undefined, time) ??
    datesProblem(claims, time) ??
    (isJsonObject(vc) ? datesProblem(vc, time) : undefined)
  )
}

function datesProblem(
  credential: JsonObject,
  time: CheckTime
): UntrustedCode | undefined {
  for (const name of ['issuanceDate', 'validFrom']) {
    const start = dateOf(credential[name])
    const problem = startProblem(start, time)
    if (problem !== undefined) return problem
  }
  for (const name of ['expirationDate', 'validUntil']) {
    const end = dateOf(credential[name])
    if (Number.isNaN(end)) return 'dates'
    if (end !== undefined && end + time.toleranceMs <= time.now)
      return 'expired'
  }
  return undefined
}

function startProblem(
  start: number | undefined,
  { now, toleranceMs }: CheckTime
): UntrustedCode | undefined {
  if (start === undefined) return undefined
  if (Number.isNaN(start)) return 'dates'
  return start - toleranceMs > now ? 'notYetValid' : undefined
}

// With a time zone: without one, the same credential would end at another
// moment on another server.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Milliseconds since 1970, undefined where there is no date, NaN where it cannot be read. */
function dateOf(value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' && INSTANT.test(value)
    ? Date.parse(value)
    : Number.NaN
}
