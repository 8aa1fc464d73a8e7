import type { SystemOperation } from '../../domain/decision'
import { isRecord } from '../../internal/json'
import type { SystemCapabilities } from '../system'
import { isInsecure } from '../../internal/peer-address'
import { flowsOf, needsRegistrationNumber, operationName } from './flows'
import type { MosipOptions } from './options'

/**
 * What the system can do: what it was configured for. Takes options that were
 * not checked, since capabilities are read before mistakes are reported.
 */
export function capabilitiesOf(given: unknown): SystemCapabilities {
  const options = uncheckedFlows(given)
  const flows = flowsOf(options, [])
  const operations = flows.map(({ name }) => operationName(name))
  return {
    operations: [...new Set<SystemOperation>(operations)],
    // The application id is the delivery's, and MOSIP overwrites what it has.
    idempotent: true,
    callback: isRecord(options.websub),
    status: options.status === true,
    verify: isRecord(options.ida),
    needsRegistrationNumber: needsRegistrationNumber(flows)
  }
}

/** Keeps of unchecked options the operations that are objects, which is all that is looked at. */
function uncheckedFlows(given: unknown): Partial<MosipOptions> {
  if (!isRecord(given)) return {}
  const kept = Object.entries(given).filter(
    ([name, value]) => name === 'status' || isRecord(value)
  )
  // Only whether a member is there is asked of these.
  return Object.fromEntries(kept)
}

/** The options that weaken a safeguard, each with what that means. */
export function weakeningsOf(
  given: unknown,
  path: string
): Array<{ option: string; effect: string }> {
  if (!isRecord(given)) return []
  const websub = isRecord(given.websub) ? given.websub : {}
  const found: Array<{ option: string; effect: string }> = []
  if (given.allowInsecureHttp === true && hasInsecure(given)) {
    found.push({
      option: `${path}.allowInsecureHttp`,
      effect:
        'personal data and credentials go to another machine unencrypted, so anybody on the way can read and change them'
    })
  }
  if (websub.acceptZeroThumbprint === true) {
    found.push({
      option: `${path}.websub.acceptZeroThumbprint`,
      effect:
        'credentials need not name the certificate that they are encrypted for; meant for the mock of MOSIP'
    })
  }
  if (websub.acceptBareChallenge === true) {
    found.push({
      option: `${path}.websub.acceptBareChallenge`,
      effect:
        'a subscription is confirmed without seeing which; meant for the mock of MOSIP'
    })
  }
  return found
}

function hasInsecure(given: Record<string, unknown>): boolean {
  const { baseUrl, ida, websub } = given
  const addresses = [
    baseUrl,
    isRecord(ida) ? ida.url : undefined,
    isRecord(websub) ? websub.hubUrl : undefined
  ]
  return addresses.some(
    (address) => typeof address === 'string' && isInsecure(address)
  )
}
