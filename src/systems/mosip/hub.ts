import { OptionsError } from '../../domain/errors'
import type {
  NationalIdSystem,
  SystemDependencies,
  SystemRoute
} from '../system'
import type { TokenSource } from './auth-manager'
import { keysOf } from './certificates'
import type { Connection } from '../../internal/peer-connection'
import type { DecryptionKeys } from './credential-cipher'
import { proofCheck } from './credential-proof'
import { waitingOperations, type Flow } from './flows'
import { readHubDelivery } from './hub-delivery'
import { intentRoutes } from './intent-check'
import { readKey, thumbprintOf } from './keys'
import type { CheckedMosipOptions, CheckedWebSub } from './options'
import { readOnce } from './read-once'
import { topicsOf } from './topics'
import { createSubscriptions, type Subscriptions } from './subscription'

/** Our side of MOSIP's WebSub hub. */
export type Hub = {
  readCallback: NonNullable<NationalIdSystem['readCallback']>
  routes: readonly SystemRoute[]
  subscriptions: Subscriptions
}

/**
 * The hub as the options have it; undefined without `websub`.
 * @throws OptionsError when nobody says where the hub reaches us
 */
export function createHub(
  options: CheckedMosipOptions,
  parts: {
    flows: readonly Flow[]
    connection: Connection
    tokens: TokenSource
    dependencies: SystemDependencies
  }
): Hub | undefined {
  const { name, packetStatuses, timeoutMs, websub } = options
  if (websub === undefined) return undefined
  const { clock, logger } = parts.dependencies
  const logging = logger === undefined ? {} : { logger }
  const subscriptions = createSubscriptions(
    {
      system: name,
      websub,
      callbackUrl: callbackUrlOf(websub, parts.dependencies),
      connection: parts.connection,
      tokens: parts.tokens,
      clock,
      timeoutMs,
      renewEveryMs: websub.renewEveryMs
    },
    topicNames(websub),
    { system: name, ...logging }
  )
  const delivery = {
    system: name,
    websub,
    form: options.applicationId,
    keys: decryptionKeys(websub),
    checkProof:
      websub.proof === undefined ? undefined : proofCheck(websub.proof),
    waiting: waitingOperations(parts.flows),
    meanings: packetStatuses,
    clock,
    ...logging
  }
  return {
    readCallback: (request) => readHubDelivery(delivery, request),
    routes: intentRoutes(subscriptions, websub.acceptBareChallenge),
    subscriptions
  }
}

function callbackUrlOf(
  { callbackUrl }: CheckedWebSub,
  dependencies: SystemDependencies
): string {
  const url = callbackUrl ?? dependencies.callbackUrl
  if (url !== undefined) return url
  throw new OptionsError([
    {
      option: 'system.websub.callbackUrl',
      problem: 'is missing: where the hub reaches our confirmation route.',
      see: 'docs/systems/mosip.md#websub'
    }
  ])
}

function topicNames(websub: CheckedWebSub): string[] {
  const { credentials, packetStatus } = topicsOf(websub)
  return packetStatus === undefined
    ? [credentials]
    : [credentials, packetStatus]
}

/** Parsed at the first delivery and kept: parsing costs more than all the rest. */
function decryptionKeys({
  keys
}: CheckedWebSub): () => Promise<DecryptionKeys> {
  return readOnce(async () => {
    const pairs = await Promise.all(
      keysOf(keys).map((key, index) => readKey(key, `websub.keys[${index}]`))
    )
    return new Map(
      pairs.map(({ certificate, privateKey }) => [
        thumbprintOf(certificate).toString('hex'),
        privateKey
      ])
    )
  })
}
