import type { SystemOperation } from '../../domain/decision'
import { isRecord } from '../../internal/json'
import { isInsecure } from '../../internal/peer-address'
import type { SystemCapabilities } from '../system'
import { READABLE_FOR_MS } from './data-access/options'
import type { OsiaInterface, OsiaMode } from './options'
import { publishes, writes } from './ways'

/** What decides which operations there are. Taken from options that may not be checked yet. */
type Outline = {
  urls: Partial<Record<OsiaInterface, unknown>>
  mode: OsiaMode
  uin: 'generate' | 'newPerson'
  lateTopic: boolean
  withdraw: { revocation: boolean; reversal: boolean }
  physicalStatus: boolean
  revoke: boolean
}

/** The operations that a configuration can do, in the order in which they are shown. */
export function operationsOf(given: unknown): SystemOperation[] {
  const outline = outlineOf(given)
  const { physicalStatus, revoke, withdraw } = outline
  const isPublished = publishes(outline)
  const isWritten = writes(outline)
  const can: Record<SystemOperation, boolean> = {
    createIdentity: canCreate(outline),
    updateIdentity: isPublished || isWritten,
    notifyDeath: isPublished || (isWritten && physicalStatus),
    withdraw:
      (isPublished && (withdraw.revocation || withdraw.reversal)) ||
      (isWritten && (physicalStatus || revoke)),
    deactivateIdentity: isWritten && revoke
  }
  return OPERATIONS.filter((operation) => can[operation])
}

const OPERATIONS = [
  'createIdentity',
  'updateIdentity',
  'notifyDeath',
  'withdraw',
  'deactivateIdentity'
] as const satisfies readonly SystemOperation[]

function canCreate(outline: Outline): boolean {
  const { lateTopic, uin, urls } = outline
  if (uin === 'generate') return urls.uin !== undefined
  return (publishes(outline) && lateTopic) || writes(outline)
}

/** Whether there is anything to do once core has accepted a registration. */
function announces(given: unknown): boolean {
  const outline = outlineOf(given)
  // A register that makes the number has made the person with it.
  return publishes(outline) || (writes(outline) && outline.uin === 'generate')
}

function outlineOf(given: unknown): Outline {
  const options = isRecord(given) ? given : {}
  const part = (name: string) => {
    const value = options[name]
    return isRecord(value) ? value : {}
  }
  const { mode } = options
  return {
    urls: part('urls'),
    mode: mode === 'push' || mode === 'both' ? mode : 'pull',
    uin: options.uin === 'newPerson' ? 'newPerson' : 'generate',
    lateTopic: part('lateUin').topic !== undefined,
    withdraw: {
      revocation: part('withdraw').revocation !== false,
      reversal: part('withdraw').reversal !== false
    },
    physicalStatus: part('push').physicalStatus !== false,
    revoke: part('push').revoke === true
  }
}

/**
 * What the system can do: what it was configured for. Takes options that were
 * not checked, since capabilities are read before mistakes are reported.
 */
export function capabilitiesOf(given: unknown): SystemCapabilities {
  const options = isRecord(given) ? given : {}
  const { parents, referenceAttribute } = options
  const operations = operationsOf(given)
  const { uin } = outlineOf(given)
  const creates = operations.includes('createIdentity')
  const isLate = uin === 'newPerson'
  const roles = Array.isArray(parents)
    ? parents.filter((role) => typeof role === 'string')
    : []
  return {
    operations,
    // generateUIN makes a number each time; everything else may be repeated.
    idempotent: !creates || isLate,
    // Events come in by a route of our own (`callbackRoutes`).
    callback: false,
    status: creates,
    verify: isRecord(options.verify),
    needsRegistrationNumber:
      isRecord(referenceAttribute) &&
      referenceAttribute.holds === 'registrationNumber',
    relatives: roles,
    announces: creates && announces(given) ? ['createIdentity'] : [],
    ...readsBackOf(given, operations)
  }
}

function readsBackOf(
  given: unknown,
  operations: readonly SystemOperation[]
): Pick<SystemCapabilities, 'readsBack'> {
  const { readBack } = isRecord(given) ? given : {}
  // Only who is told of something reads it back.
  if (!publishes(outlineOf(given)) || !isRecord(readBack)) return {}
  const forMs =
    typeof readBack.forMs === 'number' ? readBack.forMs : READABLE_FOR_MS
  const after = operations.flatMap((operation) => {
    if (operation === 'createIdentity') {
      return announces(given) ? ['announceIdentity' as const] : []
    }
    return operation === 'deactivateIdentity' ? [] : [operation]
  })
  return { readsBack: { after, forMs } }
}

/** The options that weaken a safeguard, each with what that means. */
export function weakeningsOf(
  given: unknown,
  path: string
): Array<{ option: string; effect: string }> {
  if (!isRecord(given)) return []
  const found: Array<{ option: string; effect: string }> = []
  const isOpen = addressesOf(given).some(([, address]) => isInsecure(address))
  if (given.allowInsecureHttp === true && isOpen) {
    found.push({
      option: `${path}.allowInsecureHttp`,
      effect:
        'personal data and credentials go to another machine unencrypted, so anybody on the way can read and change them'
    })
  }
  const { authentication, lookUp, tls } = given
  const isNobody = isRecord(authentication) && authentication.type === 'none'
  if (isNobody && !(isRecord(tls) && tls.cert !== undefined)) {
    found.push({
      option: `${path}.authentication`,
      effect:
        'nothing proves to the register who we are, so it must take calls from anybody'
    })
  }
  if (isRecord(lookUp) && lookUp.trustSingleHit === true) {
    found.push({
      option: `${path}.lookUp.trustSingleHit`,
      effect:
        'after a lost answer a newborn may be given the number of another person of the same name and date of birth'
    })
  }
  return found
}

/** The addresses among the options, whatever else is wrong with them. */
export function addressesOf(
  options: Readonly<Record<string, unknown>>
): Array<[place: string[], address: string]> {
  const { authentication, urls } = options
  const tokenUrl = isRecord(authentication)
    ? authentication.tokenUrl
    : undefined
  const found: Array<[string[], unknown]> = [
    [['authentication', 'tokenUrl'], tokenUrl],
    ...Object.entries(isRecord(urls) ? urls : {}).map(
      ([name, url]): [string[], unknown] => [['urls', name], url]
    )
  ]
  return found.flatMap(([place, address]) =>
    typeof address === 'string' ? [[place, address]] : []
  )
}
