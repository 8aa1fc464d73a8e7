import { isRecord } from '../../internal/json'
import type { SystemCapabilities } from '../system'
import { addressesOf, OPERATIONS } from './option-issues'
import { isInsecure } from '../../internal/peer-address'

/**
 * What the system can do: what it was configured for. Takes options that were
 * not checked, since capabilities are read before mistakes are reported.
 */
export function capabilitiesOf(options: unknown): SystemCapabilities {
  const given = isRecord(options) ? options : {}
  return {
    operations: OPERATIONS.filter((operation) => isRecord(given[operation])),
    idempotent: given.idempotencyKeyHeader !== false,
    callback: isRecord(given.callback),
    status: isRecord(given.status),
    verify: isRecord(given.verify)
  }
}

/** The options that weaken a safeguard, each with what that means. */
export function weakeningsOf(
  options: unknown,
  path: string
): Array<{ option: string; effect: string }> {
  if (!isRecord(options)) return []
  const found: Array<{ option: string; effect: string }> = []
  const isOpen = addressesOf(options).some(([, url]) => isInsecure(url))
  if (options.allowInsecureHttp === true && isOpen) {
    found.push({
      option: `${path}.allowInsecureHttp`,
      effect:
        'personal data and credentials go to another machine unencrypted, so anybody on the way can read and change them'
    })
  }
  const { authentication, tls } = options
  const isNobody = isRecord(authentication) && authentication.type === 'none'
  if (isNobody && !(isRecord(tls) && tls.cert !== undefined)) {
    found.push({
      option: `${path}.authentication`,
      effect:
        'nothing proves to the ID system who we are, so it must take calls from anybody'
    })
  }
  return found
}
