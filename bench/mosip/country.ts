import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import type { JsonObject, MosipOptions } from 'opencrvs-national-id'
import { createMosipSimulator } from 'opencrvs-national-id/sandbox'
import { IDA_PATH, PATHS } from './peer-paths'

/** What a server that uses MOSIP is told. */
export type MosipOrder = {
  /** OpenCRVS's gateway. */
  coreUrl: string
  system: MosipOptions
}

/** The secret of the hub's deliveries. */
export const HUB_SECRET = 'a hub secret for measurements'
export const TOPIC = 'bench-partner/CREDENTIAL_ISSUED'

/** Made up when first needed: our key and ID Authentication's. */
let made: ReturnType<typeof createMosipSimulator>['keys'] | undefined

export function keys() {
  made ??= createMosipSimulator().keys
  return made
}

/** A country whose MOSIP is at an address; nobody is there when it is `down`. */
export function countryWith(peersUrl: string, isDown = false): MosipOrder {
  const url = isDown ? 'http://127.0.0.1:9' : peersUrl
  const { ida, partner } = keys()
  const client = { clientId: 'bench', secretKey: 'a secret of the client' }
  return {
    coreUrl: peersUrl,
    system: {
      baseUrl: url,
      client,
      office: {
        centreId: '10001',
        machineId: '10004',
        officerId: 'bench',
        host: { name: 'bench', ip: '127.0.0.1' }
      },
      // The whole schema goes along with each packet.
      idSchema: { version: '0.100', schema: idSchema() },
      createIdentity: { mandatory: ['fullName', 'dateOfBirth', 'gender'] },
      websub: {
        hubUrl: `${url}${PATHS.hub}`,
        client,
        partnerId: 'bench-partner',
        secrets: HUB_SECRET,
        identifier: 'VID',
        keys: partner
      },
      ida: {
        url: `${url}${IDA_PATH}`,
        mispLicenceKey: 'bench-licence',
        partnerId: 'bench-partner',
        partnerApiKey: 'bench-api-key',
        certificate: ida.certificate,
        signingKey: partner,
        domainUri: 'https://mosip.example',
        environment: 'Developer'
      }
    }
  }
}

function idSchema(): JsonObject {
  const file = path.join(process.cwd(), 'test/fixtures/mosip/id-schema.json')
  // A JSON schema, which mosip() checks.
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject
}
