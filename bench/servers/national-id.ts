import * as path from 'node:path'
import type { Server } from '@hapi/hapi'
import {
  createNationalId,
  http,
  mosip,
  qrCredentials,
  when
} from 'opencrvs-national-id'
import type { NationalIdOptions, NationalIdSystem } from 'opencrvs-national-id'
import { CREDENTIAL_ISSUER, CREDENTIAL_KEY_ID } from '../identity/credential'
import { CLIENT, PREFIX } from '../identity/form-page'
import { instantSignIn } from '../identity/instant-sign-in'
import { identityFieldIds, PEOPLE } from '../identity/people'
import type { MosipOrder } from '../mosip/country'
import {
  CALLBACK_SECRET,
  ENCRYPTION,
  type CountryOrder,
  type ServerOrder
} from './order'
import type { StepTimes } from './step-times'
import { storeFor } from './store-factory'

/** Takes work and never answers, so that only the way from trigger to 202 is measured. */
const silentSystem: NationalIdSystem = {
  name: 'silent',
  capabilities: {
    operations: ['createIdentity'],
    idempotent: true,
    callback: false,
    status: false,
    verify: false
  },
  submit: (_request, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped'))
      })
    })
}

/** A country configuration with the plugin, and a SQLite database on disk where the order names no other. */
export async function addNationalId(
  server: Server,
  order: ServerOrder,
  steps: StepTimes
): Promise<void> {
  const { opencrvs, delivery, ...special } = optionsFor(order)
  const database = order.country?.database ?? {
    kind: 'sqlite',
    path: path.join(order.folder, 'bench.db')
  }
  const nationalId = createNationalId({
    publicUrl: CLIENT,
    routePrefix: PREFIX,
    opencrvs: {
      gatewayUrl: 'http://127.0.0.1:9',
      authUrl: 'http://127.0.0.1:9',
      publicKey: order.authKey,
      ...opencrvs
    },
    secrets: { encryption: ENCRYPTION },
    store: steps.watch(storeFor(database)),
    system: silentSystem,
    registrationNumber: () => 'unused',
    // What the silent system has is not waited for.
    delivery: { stopTimeoutMs: 1_000, ...delivery },
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ...special
  })
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action()
  })
}

function quiet(): void {
  // A logger that says nothing.
}

type SpecialOptions = Pick<NationalIdOptions, 'events' | 'authentication'> &
  Partial<
    Pick<NationalIdOptions, 'system' | 'registrationNumber' | 'delivery'>
  > & { opencrvs?: Partial<NationalIdOptions['opencrvs']> }

function optionsFor(order: ServerOrder): SpecialOptions {
  if (order.mosip !== undefined) return withMosip(order.mosip)
  if (order.country?.peersUrl !== undefined)
    return wholeCountry(order.country, order.country.peersUrl)
  return order.kind === 'identity' ? withIdentities(order) : withoutIdentities()
}

/** Registrations ask for an identity; declarations have the mother verified. */
function withMosip({ coreUrl, system }: MosipOrder): SpecialOptions {
  const owesNothing = { name: 'every declaration', then: when.registerOnly() }
  const { birth } = withoutIdentities().events
  return {
    opencrvs: { gatewayUrl: coreUrl },
    system: mosip(system),
    registrationNumber: ({ action }) => `R-${action.id}`,
    events: {
      birth: {
        subject: 'child',
        people: ['mother'],
        fields: identityFieldIds(),
        verification: { actions: ['DECLARE'], people: ['mother'] },
        rules: { ...birth?.rules, DECLARE: [owesNothing] }
      }
    }
  }
}

/** Births are registered, mothers verified and signed in, with a system that speaks JSON and answers by callback. */
function wholeCountry(
  { concurrency }: CountryOrder,
  peersUrl: string
): SpecialOptions {
  const owesNothing = { name: 'every declaration', then: when.registerOnly() }
  const { birth } = withoutIdentities().events
  return {
    // Core is in the same process as whoever waits for it, and takes an acceptance at any time.
    opencrvs: { gatewayUrl: peersUrl, clientUrl: CLIENT, acceptPauseMs: 0 },
    system: http({
      baseUrl: `${peersUrl}/id`,
      authentication: { type: 'bearer', token: 'a token for measurements' },
      createIdentity: { path: '/identities' },
      verify: { path: '/verify' },
      callback: { secrets: CALLBACK_SECRET }
    }),
    registrationNumber: ({ action }) => `R-${action.id}`,
    authentication: {
      oidc: instantSignIn(),
      signInTimeoutMs: 3_600_000,
      ticketTimeoutMs: 3_600_000
    },
    delivery: { concurrency },
    events: {
      birth: {
        subject: 'child',
        people: PEOPLE,
        fields: identityFieldIds(),
        verification: { actions: ['DECLARE'], people: ['mother'] },
        rules: { ...birth?.rules, DECLARE: [owesNothing] }
      }
    }
  }
}

function withoutIdentities(): SpecialOptions {
  const newborn = {
    name: 'newborn',
    when: when.ageBelow('child.dob', { years: 10 }),
    then: when.createIdentity()
  }
  return {
    events: { birth: { subject: 'child', rules: { REGISTER: [newborn] } } }
  }
}

function withIdentities({ credentialKey }: ServerOrder): SpecialOptions {
  const owesNothing = { name: 'every declaration', then: when.registerOnly() }
  const key = { id: CREDENTIAL_KEY_ID, key: credentialKey }
  return {
    opencrvs: { clientUrl: CLIENT },
    authentication: {
      oidc: instantSignIn(),
      qr: qrCredentials({
        trustedIssuers: [{ issuer: CREDENTIAL_ISSUER, keys: [key] }]
      }),
      // Tickets are made before the clock starts, on a machine of any speed.
      signInTimeoutMs: 3_600_000,
      ticketTimeoutMs: 3_600_000
    },
    events: {
      birth: {
        subject: 'child',
        people: PEOPLE,
        fields: identityFieldIds(),
        rules: { DECLARE: [owesNothing] }
      }
    }
  }
}
