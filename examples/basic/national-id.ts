import { randomInt } from 'node:crypto'
import {
  createNationalId,
  esignet,
  http,
  qrCredentials,
  sqlite,
  when
} from 'opencrvs-national-id'
import type {
  Hooks,
  NationalId,
  NationalIdOptions,
  TrustedIssuer
} from 'opencrvs-national-id'
import { field } from './conditionals'
import { PEOPLE } from './form'

/** What a country knows of itself and its OpenCRVS, whichever ID system it has. */
export type CountrySettings = {
  /** Where browsers and the ID system reach this server. */
  publicUrl: string
  /** Where registrars open OpenCRVS. */
  clientUrl: string
  gatewayUrl: string
  authUrl: string
  /** Sign-in with the national ID, and the client that the provider knows us by. */
  signIn: { issuer: string; clientId: string; clientKey: string }
  /** Who signs the credentials on ID cards. */
  cardIssuer: TrustedIssuer
  /** Encrypts everything personal at rest: at least 32 random characters. */
  encryptionKey: string
  /** System client of OpenCRVS, for when a record token has ended. */
  systemClient?: { clientId: string; clientSecret: string }
  databasePath: string
  hooks?: Hooks
  /** Says nothing on standard output. */
  quiet?: boolean
  /** Shorter pauses, for the demo. Leave it out in a country. */
  hurry?: boolean
}

export type Settings = CountrySettings & {
  /** The ID system, and the client that it knows us by. */
  idSystemUrl: string
  idSystemClientId: string
  idSystemClientSecret: string
  /** Proves the ID system's callbacks: `whsec_` and base64. */
  callbackSecret: string
}

/** This country's rules, and how its ID system is reached. */
export function createBasicNationalId(settings: Settings): NationalId {
  return createNationalId({
    ...countryOptions(settings),
    system: http({
      baseUrl: settings.idSystemUrl,
      authentication: {
        type: 'oauth2',
        tokenUrl: `${settings.idSystemUrl}/oauth/token`,
        clientId: settings.idSystemClientId,
        clientSecret: settings.idSystemClientSecret
      },
      createIdentity: { path: '/identities' },
      updateIdentity: { path: '/identities/updates' },
      notifyDeath: { path: '/deaths' },
      withdraw: { path: '/withdrawals' },
      status: { path: '/requests/{reference}' },
      callback: { secrets: settings.callbackSecret }
    })
  })
}

/** Everything but the ID system: the example with MOSIP (examples/mosip) starts from the same. */
export function countryOptions(settings: CountrySettings) {
  return {
    publicUrl: settings.publicUrl,
    opencrvs: {
      gatewayUrl: settings.gatewayUrl,
      authUrl: settings.authUrl,
      clientUrl: settings.clientUrl,
      ...(settings.systemClient === undefined
        ? {}
        : { systemClient: settings.systemClient }),
      ...(settings.hurry === true
        ? { acceptPauseMs: 150, checkAfterMs: 600 }
        : {})
    },
    secrets: { encryption: settings.encryptionKey },
    store: sqlite({ path: settings.databasePath }),
    authentication: {
      oidc: esignet({
        issuer: settings.signIn.issuer,
        clientId: settings.signIn.clientId,
        clientKey: settings.signIn.clientKey,
        acrValues: ['mosip:idp:acr:generated-code'],
        claims: {
          userinfo: {
            name: { essential: true },
            birthdate: { essential: true },
            individual_id: { essential: true }
          }
        }
      }),
      qr: qrCredentials({ trustedIssuers: [settings.cardIssuer] })
    },
    events: {
      birth: {
        subject: 'child',
        people: [...PEOPLE, 'informant'],
        attributes: {
          more: {
            placeOfBirth: {
              from: 'child.placeOfBirth',
              purpose: 'Printed on the identity record that the law prescribes'
            }
          }
        },
        rules: {
          REGISTER: [
            {
              name: 'a name that no register takes',
              when: field('child.name').get('firstname').isEqualTo('Unnamed'),
              then: when.reject('A child is registered with a given name.')
            },
            {
              name: 'newborn in a hospital, at once',
              when: when.all(
                when.ageBelow('child.dob', { years: 1 }),
                field('child.attendantAtBirth').isEqualTo('PHYSICIAN')
              ),
              then: when.createIdentity({ mode: 'sync' })
            },
            {
              name: 'child under ten',
              when: when.ageBelow('child.dob', { years: 10 }),
              then: when.createIdentity()
            },
            {
              name: 'older child whose mother proved who she is',
              when: when.all(
                when.ageBelow('child.dob', { years: 18 }),
                when.authenticated('mother')
              ),
              then: when.createIdentity()
            },
            {
              name: 'everybody else enrols in person',
              then: when.registerOnly()
            }
          ],
          APPROVE_CORRECTION: [
            {
              name: 'a corrected name or date of birth',
              when: when.changed('child.name', 'child.dob', 'child.gender'),
              then: when.updateIdentity()
            }
          ],
          'CUSTOM:REVOKE_REGISTRATION': [
            {
              name: 'a revoked registration',
              when: when.present('child.nid'),
              then: when.withdraw({ cause: 'revocation' })
            }
          ]
        }
      },
      death: {
        subject: 'deceased',
        people: ['informant', 'spouse'],
        rules: {
          REGISTER: [{ name: 'every death', then: when.notifyDeath() }]
        }
      }
    },
    registrationNumber: () =>
      `B${new Date().getFullYear()}${String(randomInt(10 ** 9)).padStart(9, '0')}`,
    ...(settings.hooks === undefined ? {} : { hooks: settings.hooks }),
    operations: { scope: 'record.unassign-others' },
    metrics: { token: 'scraper-token' },
    ...(settings.quiet === true ? { logger: silent } : {}),
    ...(settings.hurry === true
      ? {
          delivery: {
            retry: { initialMs: 400, maxMs: 2_000 },
            circuit: { failures: 3, openMs: 500 },
            pollMs: 100,
            syncBudgetMs: 2_000
          }
        }
      : {})
  } satisfies Omit<NationalIdOptions, 'system'>
}

function nothing(): void {
  // Says nothing.
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }
