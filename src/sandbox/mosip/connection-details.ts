import { publicKeyOf, type CertifiedKey } from './key-material'
import { HUB_PATH, IDA_PATH } from './mosip-routes'
import type { MosipSettings } from './settings'

/** What a client is told about the simulated MOSIP, in the words of mosip()'s options. */
export type MosipConnectionDetails = {
  baseUrl: string
  client: { clientId: string; secretKey: string; appId: string }
  source: string
  workflow: { id: string; version: string }
  websub: {
    hubUrl: string
    client: { clientId: string; secretKey: string; appId: string }
    partnerId: string
    secrets: string
    /** The first of the numbers that credentials hold. */
    identifier: string
    keys: CertifiedKey
    topics: { credentials: string; packetStatus: string }
    /** The issuer's public key; only where credentials are signed over JCS. */
    proof?: { keys: string[]; canonicalization: 'JCS' }
  }
  ida: {
    url: string
    mispLicenceKey: string
    partnerId: string
    partnerApiKey: string
    certificate: string
    signingKey: CertifiedKey
    domainUri: string
    environment: 'Developer'
  }
}

/** Everything that a client needs to be configured with. */
export function connectionDetails(
  settings: MosipSettings,
  baseUrl: string
): MosipConnectionDetails {
  const { hubSecret, ida, keys, partnerId, proof, share, topics } = settings
  return {
    baseUrl,
    client: { appId: 'admin', ...settings.client },
    source: settings.sources[0] ?? '',
    workflow: settings.workflow,
    websub: {
      hubUrl: `${baseUrl}${HUB_PATH}`,
      client: { appId: 'admin', ...settings.websubClient },
      partnerId,
      secrets: hubSecret,
      identifier: share[0] ?? '',
      keys: keys.partner,
      topics,
      ...(proof === 'JCS'
        ? {
            proof: {
              keys: [publicKeyOf(keys.issuer)],
              canonicalization: 'JCS' as const
            }
          }
        : {})
    },
    ida: {
      url: `${baseUrl}${IDA_PATH}`,
      ...ida,
      partnerId,
      certificate: keys.ida.certificate,
      signingKey: keys.partner,
      domainUri: 'https://mosip-simulator.example',
      environment: 'Developer'
    }
  }
}
