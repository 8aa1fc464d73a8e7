import { createNationalId, sqlite, when } from 'opencrvs-national-id'
import type { NationalId } from 'opencrvs-national-id'
import { ownRegisterFactory } from './factory'
import type { OwnRegisterOptions } from './own-register'

/** What this country knows of itself. */
export type Settings = {
  publicUrl: string
  clientUrl: string
  gatewayUrl: string
  authUrl: string
  encryptionKey: string
  databasePath: string
  register: OwnRegisterOptions
}

/** A country whose ID system is the register. */
export function createOwnNationalId(settings: Settings): NationalId {
  const { authUrl, clientUrl, gatewayUrl } = settings
  return createNationalId({
    publicUrl: settings.publicUrl,
    opencrvs: { gatewayUrl, authUrl, clientUrl },
    secrets: { encryption: settings.encryptionKey },
    store: sqlite({ path: settings.databasePath }),
    system: ownRegisterFactory(settings.register),
    events: {
      birth: {
        subject: 'child',
        rules: {
          REGISTER: [{ name: 'every birth', then: when.createIdentity() }]
        }
      }
    },
    registrationNumber: ({ event }) => `B-${event.trackingId}`
  })
}
