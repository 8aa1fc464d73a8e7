import type { SystemOperation } from '../../../domain/decision'
import type { SystemCapabilities } from '../../system'
import { isInsecure } from '../../../internal/peer-address'
import { isRecord } from '../../../internal/json'

const OPERATIONS = [
  'createIdentity',
  'updateIdentity',
  'notifyDeath'
] as const satisfies readonly SystemOperation[]

/** What can be done by way of mosip-api, from options that were not checked. */
export function apiCapabilitiesOf(given: unknown): SystemCapabilities {
  const options = isRecord(given) ? given : {}
  const operations = OPERATIONS.filter((name) => isRecord(options[name]))
  return {
    operations,
    // It makes up a new application id for each call, and MOSIP a second identity for that (FACTS 2.2).
    idempotent: false,
    callback: operations.includes('createIdentity'),
    status: false,
    verify: isRecord(options.verify),
    // By the number it tells births from deaths; without one it does nothing and answers 202.
    needsRegistrationNumber: operations.some(
      (name) => name !== 'updateIdentity'
    )
  }
}

/** The options that weaken a safeguard, each with what that means. */
export function apiWeakeningsOf(
  given: unknown,
  path: string
): Array<{ option: string; effect: string }> {
  if (!isRecord(given) || given.allowInsecureHttp !== true) return []
  return typeof given.baseUrl === 'string' && isInsecure(given.baseUrl)
    ? [
        {
          option: `${path}.allowInsecureHttp`,
          effect:
            'personal data go to mosip-api unencrypted, so anybody on the way can read and change them'
        }
      ]
    : []
}
