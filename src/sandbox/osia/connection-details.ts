import type { OsiaSettings } from './settings'
import { OSIA_ISSUER } from './tokens'

/** What a client is told about the simulated OSIA system, in the words of osia()'s options. */
export type OsiaConnectionDetails = {
  urls: {
    uin: string
    populationRegistry: string
    dataAccess: string
    thirdParty: string
    notification: string
  }
  authentication: {
    type: 'oauth2'
    tokenUrl: string
    clientId: string
    clientSecret: string
  }
}

/** Who signs the tokens that the register shows when it reads from civil registration, and where the keys are. */
export type OsiaReaderDetails = {
  issuer: string
  jwksUrl: string
  audience: string
}

/** Everything that a client needs to be configured with. */
export function osiaConnection(
  { client }: OsiaSettings,
  baseUrl: string
): OsiaConnectionDetails {
  return {
    urls: {
      uin: `${baseUrl}/uin`,
      populationRegistry: `${baseUrl}/population-registry`,
      dataAccess: `${baseUrl}/data-access`,
      thirdParty: `${baseUrl}/third-party`,
      notification: `${baseUrl}/notification`
    },
    authentication: {
      type: 'oauth2',
      tokenUrl: `${baseUrl}/oauth/token`,
      clientId: client.clientId,
      clientSecret: client.clientSecret
    }
  }
}

/** What our own Data Access needs to know of who reads from it. */
export function osiaReader(
  { audience }: OsiaSettings,
  baseUrl: string
): OsiaReaderDetails {
  return { issuer: OSIA_ISSUER, jwksUrl: `${baseUrl}/oauth/keys`, audience }
}
