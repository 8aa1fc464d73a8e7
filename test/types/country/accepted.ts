// A country configuration, written as a country would: everything here must
// compile with nothing but the published declarations.
import { Server } from '@hapi/hapi'
import {
  createNationalId,
  NationalIdError,
  OptionsError,
  sqlite,
  SystemError,
  when,
  type NationalId,
  type NationalIdOptions,
  type NationalIdSystem,
  type Notice,
  type Rule,
  type RuleFunction,
  type SystemAnswer
} from 'opencrvs-national-id'
import { readEvent, type ReadEvent } from 'opencrvs-national-id/opencrvs'

/** A system of the country's own, with no more than the port asks for. */
export const ownSystem: NationalIdSystem = {
  name: 'own',
  capabilities: {
    operations: ['createIdentity', 'notifyDeath'],
    idempotent: true,
    callback: false,
    status: false,
    verify: false
  },
  async submit(request, context): Promise<SystemAnswer> {
    if (context.attempt > 3) {
      throw new SystemError('The register is closed.', {
        code: 'ERR_CLOSED',
        system: 'own',
        retryable: true
      })
    }
    return request.person.name?.surname === undefined
      ? { outcome: 'refused', code: 'NO_NAME', reason: 'There is no surname.' }
      : { outcome: 'accepted', identifier: request.reference }
  }
}

const isHomeBirth: RuleFunction = ({ declaration, user }) =>
  declaration['child.placeOfBirth'] === 'PRIVATE_HOME' &&
  user.scopes.includes('record.register')

// What the toolkit's `field(...)` helpers give is plain JSON Schema.
const conditional = {
  type: 'object',
  properties: { 'child.nid': { type: 'string' } },
  required: ['child.nid']
}

export const birthRules: readonly Rule[] = [
  { name: 'has one', when: conditional, then: when.registerOnly() },
  {
    name: 'newborn',
    when: when.all(
      when.ageBelow('child.dob', { years: 1 }),
      when.any(isHomeBirth, when.not(when.authenticated('mother')))
    ),
    then: when.createIdentity({ mode: 'sync' })
  },
  { name: 'otherwise', then: when.reject('Not for this office.') }
]

export const options: NationalIdOptions = {
  publicUrl: 'https://register.example.org/api/countryconfig',
  opencrvs: {
    gatewayUrl: 'http://gateway:7070',
    authUrl: 'http://auth:4040',
    systemClient: { clientId: 'id', clientSecret: async () => 'from a vault' }
  },
  secrets: { encryption: () => 'from a file' },
  store: sqlite({ path: '/data/national-id.db' }),
  system: ownSystem,
  events: {
    birth: {
      subject: 'child',
      people: ['mother', 'father'],
      attributes: {
        name: ['child.name'],
        sex: (declaration) => declaration['child.gender'],
        more: { district: { from: 'child.district', purpose: 'routing' } }
      },
      rules: { REGISTER: birthRules }
    }
  },
  registrationNumber: ({ event }) => `N-${event.trackingId}`,
  hooks: {
    onRejected(notice: Notice) {
      process.stdout.write(`${notice.event.id} ${notice.code ?? ''}\n`)
    }
  }
}

export async function start(): Promise<Server> {
  const server = new Server({ port: 3040 })
  const nationalId: NationalId = createNationalId(options)
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action({
      otherwise: (_request, h) => h.response({}).code(200)
    })
  })
  return server
}

export function describeMistakes(error: unknown): string {
  if (error instanceof OptionsError) {
    return error.issues.map(({ option }) => option).join(', ')
  }
  return error instanceof NationalIdError ? error.code : 'unknown'
}

export function read(body: unknown): string[] {
  const { pendingAction, changes }: ReadEvent = readEvent(body)
  return [pendingAction.id, ...changes]
}
