import * as path from 'node:path'
import Database from 'better-sqlite3'
import { subjectOf, SystemError, when } from 'opencrvs-national-id'
import type {
  Declaration,
  JsonObject,
  NationalIdOptions
} from 'opencrvs-national-id'
import { createEvidenceBook } from '../../src/authentication/evidence'
import type { EvidenceContent } from '../../src/domain/evidence'
import { systemClock } from '../../src/internal/clock'
import { createCipher } from '../../src/internal/encryption'
import { defaultEventConfigurations } from '../../src/sandbox/core/default-event-configurations'
import { scriptedQr } from '../handlers/identity-bench'
import { pendingAction, pendingRegistration, type Asked } from './attacker'
import {
  answersTo,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment,
  type ScriptedSystem
} from './environment'

const ENCRYPTION = 'for tests of identity only: 0123456789'

const MOTHER = {
  'mother.name': { firstname: 'Amina', surname: 'Okoye' },
  'mother.dob': '1994-03-12',
  'mother.nid': '4839201746'
}

const MOTHER_DATA: EvidenceContent['data'] = {
  name: { firstname: 'Amina', surname: 'Okoye' },
  dateOfBirth: '1994-03-12',
  attributes: {}
}

/** A birth whose mother says that she signed in. */
const CLAIMED: Declaration = {
  ...NEWBORN,
  ...MOTHER,
  'mother.verified': 'authenticated'
}

let environment: Environment
let system: ScriptedSystem

afterEach(() => environment.stop())

type BirthOptions = Partial<NationalIdOptions['events'][string]>

/** A country whose births have the fields of identity, and a sign-in that nobody uses here. */
async function start(
  birth: BirthOptions,
  changes: Changes = {},
  scripted = scriptedSystem()
): Promise<void> {
  system = scripted
  const configurations = defaultEventConfigurations()
  for (const { declaration } of configurations) {
    for (const page of declaration.pages) {
      page.fields.push(
        { id: `${page.id}.identity-evidence`, type: 'ALPHA_HIDDEN' },
        { id: `${page.id}.id-reader`, type: 'ID_READER' }
      )
    }
  }
  environment = await startEnvironment(system, {
    secrets: { encryption: ENCRYPTION },
    publicUrl: 'https://countryconfig.example.org',
    policies: {},
    events: {
      birth: { subject: 'child', people: ['mother'], rules: {}, ...birth }
    },
    ...changes,
    opencrvs: {
      clientUrl: 'https://register.example.org',
      ...changes.opencrvs
    },
    authentication: { oidc: NO_ONES_SIGN_IN, ...changes.authentication },
    core: { eventConfigurations: configurations, ...changes.core }
  })
}

/** Rules may ask for a sign-in; the evidence of one is made by the tests. */
const NO_ONES_SIGN_IN = {
  name: 'test',
  issues: () => [],
  weakenings: () => [],
  create: () => ({
    begin: () => Promise.reject(new Error('not expected')),
    complete: () => Promise.reject(new Error('not expected'))
  })
}

/** Evidence as this server signs it. */
async function evidenceFor(
  eventId: string,
  change: Partial<EvidenceContent> = {}
): Promise<string> {
  const cipher = await createCipher(ENCRYPTION)
  return createEvidenceBook({ cipher, clock: systemClock }).sign({
    id: 'ticket-1',
    status: 'authenticated',
    method: 'signIn',
    person: 'mother',
    eventId,
    user: 'registrar',
    at: Date.now(),
    issuer: 'https://id.example.org',
    subject: 'pairwise-7f2c',
    data: MOTHER_DATA,
    ...change
  })
}

const PARENT_RULE = {
  name: 'newborn with an authenticated parent',
  when: when.authenticated('mother'),
  then: when.createIdentity()
}

const REGISTER_ONLY = {
  name: 'everybody else',
  then: when.registerOnly()
}

async function registered(declaration: Declaration): Promise<string> {
  const eventId = await environment.core.createDeclaredEvent(
    'birth',
    declaration
  )
  const answer = await environment.core.register(eventId)
  expect(answer.status).toBe(200)
  await eventually(
    () => answersTo(environment.core, eventId, 'REGISTER'),
    (rows) => rows.length > 0
  )
  return eventId
}

function recorded(eventId: string): Declaration {
  expect(environment.core.isBricked(eventId)).toBe(false)
  return environment.core.state(eventId)?.declaration ?? {}
}

type Entry = { kind: string; details: JsonObject }

function trail(kind: string): Entry[] {
  const file = path.join(environment.folder, 'national-id.db')
  const db = new Database(file, { readonly: true })
  try {
    return db
      .prepare<[], { kind: string; details: string }>(
        'select kind, details from national_id_audit order by sequence'
      )
      .all()
      .map((row) => ({
        kind: row.kind,
        // The column holds what was written as an object.
        details: JSON.parse(row.details) as JsonObject
      }))
      .filter((entry) => entry.kind.startsWith(kind))
  } finally {
    db.close()
  }
}

async function post({ event, target }: Asked, type: string) {
  const response = await fetch(
    `${environment.url}/trigger/events/birth/actions/${type}`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${environment.core.recordToken(target)}`
      },
      body: JSON.stringify(event)
    }
  )
  return {
    status: response.status,
    body: (await response.json()) as JsonObject
  }
}

describe('a forged sign-in', () => {
  const rules = { REGISTER: [PARENT_RULE, REGISTER_ONLY] }

  it('gives the child no identity, and the record shows what is proven', async () => {
    await start({ rules })
    const eventId = await registered(CLAIMED)
    expect(system.requests).toEqual([])
    expect(recorded(eventId)['mother.verified']).toBe('pending')
    expect(trail('identity.')).toEqual([
      {
        kind: 'identity.downgraded',
        details: {
          person: 'mother',
          claimed: 'authenticated',
          became: 'pending',
          problem: 'missing'
        }
      }
    ])
  })

  it.each<[string, Partial<EvidenceContent>, string]>([
    [
      'copied from another record',
      { eventId: '33333333-3333-4333-8333-333333333333' },
      'otherRecord'
    ],
    ['of the father', { person: 'father' }, 'otherPerson'],
    [
      'of somebody with another name',
      { data: { ...MOTHER_DATA, name: { firstname: 'Zainab' } } },
      'attributesDiffer'
    ]
  ])('with evidence %s fares no better', async (_what, change, problem) => {
    await start({ rules })
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', CLAIMED)
    const evidence = await evidenceFor(eventId, change)
    await core.register(eventId, {
      declaration: { 'mother.identity-evidence': evidence }
    })
    expect(system.requests).toEqual([])
    expect(recorded(eventId)['mother.verified']).toBe('pending')
    expect(trail('identity.')[0]?.details).toMatchObject({ problem })
  })

  it('is no proof for a rule that reads the status as OpenCRVS does', async () => {
    const conditional = {
      type: 'object',
      properties: {
        $form: {
          type: 'object',
          properties: { 'mother.verified': { const: 'authenticated' } },
          required: ['mother.verified']
        }
      },
      required: ['$form']
    }
    await start({
      rules: {
        REGISTER: [
          { name: 'reads it', when: conditional, then: when.createIdentity() },
          {
            name: 'a function',
            when: ({ declaration, statuses }) =>
              declaration['mother.verified'] === 'authenticated' ||
              statuses.mother === 'authenticated',
            then: when.createIdentity()
          },
          REGISTER_ONLY
        ]
      }
    })
    await registered(CLAIMED)
    expect(system.requests).toEqual([])
  })

  it('of a scanned card proves nothing either', async () => {
    const qr = scriptedQr({ forged: 'refused', good: MOTHER_DATA })
    const birth = {
      rules: {
        REGISTER: [
          { ...PARENT_RULE, when: when.verified('mother') },
          REGISTER_ONLY
        ]
      }
    }
    await start(birth, { authentication: { qr } })
    const forged = await registered({
      ...CLAIMED,
      'mother.verified': 'verified',
      'mother.id-reader': { data: { credential: 'forged', verified: true } }
    })
    expect(system.requests).toEqual([])
    expect(recorded(forged)['mother.verified']).toBe('pending')
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const good = await registered({
      ...CLAIMED,
      'mother.verified': 'pending',
      'mother.identity-evidence': 'good'
    })
    expect(system.requests).toHaveLength(1)
    expect(recorded(good)).toMatchObject({
      'mother.verified': 'verified',
      'mother.identity-evidence': expect.stringMatching(/^eyJ/)
    })
  })

  it('is told to the country only as what it is', async () => {
    const seen: unknown[] = []
    await start({
      rules: {
        REGISTER: [
          {
            name: 'looks',
            when: ({ declaration, statuses }) => {
              seen.push([declaration['mother.verified'], statuses.mother])
              return true
            },
            then: when.registerOnly()
          }
        ]
      }
    })
    await registered(CLAIMED)
    expect(seen).toEqual([['pending', 'pending']])
  })
})

describe('a proven parent', () => {
  it('gives the child an identity, and is known to the system by the subject', async () => {
    await start({
      attributes: {
        more: {
          introducer: { from: subjectOf('mother'), purpose: 'introduces' }
        }
      },
      rules: { REGISTER: [PARENT_RULE, REGISTER_ONLY] }
    })
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', CLAIMED)
    await core.register(eventId, {
      declaration: { 'mother.identity-evidence': await evidenceFor(eventId) }
    })
    await eventually(
      () => recorded(eventId)['child.nid'],
      (identifier) => identifier === '9000000042'
    )
    expect(system.requests[0]?.person.attributes).toEqual({
      introducer: 'pairwise-7f2c'
    })
    expect(recorded(eventId)['mother.verified']).toBe('authenticated')
    expect(trail('identity.').map(({ kind }) => kind)).toEqual([
      'identity.proven'
    ])
  })
})

describe('core is told', () => {
  const PENDING = { 'mother.verified': 'pending' }

  it.each([
    ['a 202', when.createIdentity()],
    ['a 200 after the system', when.createIdentity({ mode: 'sync' })],
    ['a 200 before the system', when.notifyDeath()],
    ['a 200 without the system', when.registerOnly()]
  ])('with %s, along with what belongs to it', async (_how, then) => {
    await start({ rules: { REGISTER: [{ name: 'r', then }] } })
    system.script({
      outcome: 'accepted',
      // A system's word is no proof of a parent.
      ...(then.kind === 'createIdentity'
        ? {
            identifier: '9000000042',
            declaration: { 'mother.verified': 'authenticated' }
          }
        : {})
    })
    const eventId = await registered({ ...CLAIMED, 'child.nid': '5' })
    const declaration = recorded(eventId)
    expect(declaration).toMatchObject(PENDING)
    expect(declaration['child.nid']).toBe(
      then.kind === 'createIdentity' ? '9000000042' : '5'
    )
    expect(environment.core.state(eventId)?.status).toBe('REGISTERED')
  })

  it('after a restart in between', async () => {
    await start({
      rules: { REGISTER: [{ name: 'r', then: when.createIdentity() }] }
    })
    system.script(
      new SystemError('down', {
        code: 'ERR_DOWN',
        system: 'scripted',
        retryable: true
      })
    )
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', CLAIMED)
    await core.register(eventId)
    await eventually(
      () => system.requests.length,
      (n) => n > 0
    )
    expect(recorded(eventId)['mother.verified']).toBe('authenticated')
    await environment.restart()
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    await eventually(
      () => recorded(eventId)['child.nid'],
      (identifier) => identifier === '9000000042'
    )
    expect(recorded(eventId)).toMatchObject(PENDING)
  })

  it('when the action is accepted although the system refused', async () => {
    await start(
      {
        rules: {
          APPROVE_CORRECTION: [
            { name: 'r', then: when.updateIdentity({ mode: 'async' }) }
          ]
        }
      },
      {
        reasons: { annotation: 'review.reason' },
        policies: { updates: { allowAdults: true } }
      }
    )
    system.script({ outcome: 'refused', code: 'NO', reason: 'no' })
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', NEWBORN)
    await core.register(eventId, {
      answeredWith: { status: 200, body: { registrationNumber: 'N' } }
    })
    await core.requestCorrection(
      eventId,
      {
        ...MOTHER,
        'mother.verified': 'authenticated',
        'child.name': { firstname: 'Juna' }
      },
      { answeredWith: { status: 200, body: {} } }
    )
    await core.approveCorrection(eventId)
    await eventually(
      () => answersTo(core, eventId, 'APPROVE_CORRECTION'),
      (rows) => rows.includes('Accepted')
    )
    expect(recorded(eventId)).toMatchObject(PENDING)
  })

  it("through the country's own handler, whose other values stay", async () => {
    await start(
      {},
      {
        otherwise: () => ({
          declaration: {
            'mother.verified': 'authenticated',
            'child.reason': 'late'
          }
        })
      }
    )
    const { core } = environment
    const eventId = core.createEvent('birth')
    const answer = await core.declare(eventId, CLAIMED)
    expect(answer.status).toBe(200)
    expect(recorded(eventId)).toMatchObject({
      ...PENDING,
      'child.reason': 'late'
    })
  })

  it.each<[string, () => unknown]>([
    ['nothing', () => null],
    ['an empty text', () => ''],
    ['JSON as text', () => '{"declaration":{"child.reason":"x"}}'],
    ['an empty object', () => ({})]
  ])("when the country's own handler answers %s", async (_what, otherwise) => {
    await start(
      {},
      { otherwise: (_request, h) => h.response(otherwise() as object) }
    )
    const eventId = environment.core.createEvent('birth')
    await environment.core.declare(eventId, CLAIMED)
    expect(recorded(eventId)).toMatchObject(PENDING)
  })

  it("but what the country's own handler refuses or says otherwise is its own", async () => {
    const answers = [
      { code: 202, body: { later: true } },
      { code: 200, body: 'plain text' }
    ]
    await start(
      {},
      {
        otherwise: (_request, h) => {
          const { code, body } = answers.shift() ?? { code: 400, body: {} }
          return h.response(body).code(code)
        }
      }
    )
    const { core } = environment
    const deferred = await pendingRegistration(environment, CLAIMED)
    expect(await post(deferred, 'REGISTER')).toEqual({
      status: 202,
      body: { later: true }
    })
    const eventId = core.createEvent('birth')
    expect((await core.declare(eventId, CLAIMED)).status).toBe(200)
    expect(recorded(eventId)['mother.verified']).toBe('authenticated')
    expect(environment.lines.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('answers with no object')
    )
  })

  it('the same again when it asks again, and the trail says it once', async () => {
    let calls = 0
    await start(
      { verification: { actions: ['DECLARE'] } },
      {
        otherwise: () => {
          calls += 1
          return {}
        }
      },
      verifying(() => Promise.resolve({ outcome: 'match' }))
    )
    const { core } = environment
    const eventId = core.createEvent('birth')
    await core.declare(eventId, CLAIMED, { answeredWith: { status: 202 } })
    const asked = pendingAction(environment, eventId)
    const first = await post(asked, 'DECLARE')
    expect(first.body.declaration).toEqual({
      'mother.verified': 'verified',
      'mother.identity-evidence': expect.stringMatching(/^eyJ/)
    })
    expect(await post(asked, 'DECLARE')).toEqual(first)
    expect(calls).toBe(2)
    expect(trail('identity.')).toHaveLength(2)
  })

  it('the same again with a delivery, while it is open and when it is gone', async () => {
    await start({
      rules: { REGISTER: [{ name: 'r', then: when.notifyDeath() }] }
    })
    system.script({ outcome: 'pending' })
    const custom = await environment.core.createDeclaredEvent('birth', CLAIMED)
    await environment.core.register(custom, { answeredWith: { status: 202 } })
    const asked = pendingAction(environment, custom)
    const first = await post(asked, 'REGISTER')
    expect(first).toEqual({
      status: 200,
      body: { registrationNumber: 'RN-1', declaration: PENDING }
    })
    expect(await post(asked, 'REGISTER')).toEqual(first)
  })

  it('the same again although the notification has arrived meanwhile', async () => {
    await start({
      rules: { DECLARE: [{ name: 'r', then: when.notifyDeath() }] },
      identifierField: 'child.nid'
    })
    system.script({ outcome: 'accepted' })
    const { core } = environment
    const eventId = core.createEvent('birth')
    const declaration = { ...CLAIMED, 'child.nid': '5' }
    await core.declare(eventId, declaration, { answeredWith: { status: 202 } })
    const asked = pendingAction(environment, eventId)
    const first = await post(asked, 'DECLARE')
    expect(first.body).toEqual({ declaration: PENDING })
    await eventually(
      () => environment.lines.map(({ message }) => message),
      (messages) => messages.includes('delivery ended')
    )
    expect(await post(asked, 'DECLARE')).toEqual(first)
  })

  it('nothing that the event has no field for', async () => {
    await start(
      { verification: { actions: ['REGISTER'] } },
      { core: { eventConfigurations: defaultEventConfigurations() } },
      verifying(() => Promise.resolve({ outcome: 'match' }))
    )
    const eventId = await registered({ ...NEWBORN, ...MOTHER })
    const declaration = recorded(eventId)
    expect(declaration['mother.verified']).toBe('verified')
    expect(declaration).not.toHaveProperty(['mother.identity-evidence'])
  })

  it('is not held up by a core that does not say which fields there are', async () => {
    await start({ rules: { REGISTER: [REGISTER_ONLY] } })
    const fault = { kind: 'status', status: 500 } as const
    environment.core.faults.add('config', fault, Infinity)
    const eventId = await registered(CLAIMED)
    expect(environment.core.state(eventId)?.status).toBe('REGISTERED')
    expect(recorded(eventId)['mother.verified']).toBe('authenticated')
  })
})

type Verify = NonNullable<ScriptedSystem['verify']>

function verifying(verify: Verify): ScriptedSystem {
  return scriptedSystem({ verify: true }, { verify })
}

describe('verification', () => {
  it('that nobody answers is pending, and is taken up at the next action', async () => {
    let isUp = false
    await start(
      {
        verification: { actions: ['DECLARE', 'REGISTER'] },
        rules: {
          REGISTER: [
            { ...PARENT_RULE, when: when.verified('mother') },
            {
              name: 'waits',
              when: when.pending('mother'),
              then: when.reject('not checked yet')
            },
            REGISTER_ONLY
          ]
        }
      },
      {},
      verifying(() =>
        isUp
          ? Promise.resolve({ outcome: 'match' })
          : Promise.reject(new Error('down'))
      )
    )
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const { core } = environment
    const eventId = core.createEvent('birth')
    await core.declare(eventId, { ...NEWBORN, ...MOTHER })
    expect(recorded(eventId)['mother.verified']).toBe('pending')
    await core.register(eventId)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Rejected'])
    isUp = true
    await core.register(eventId)
    await eventually(
      () => recorded(eventId)['child.nid'],
      (identifier) => identifier === '9000000042'
    )
    expect(recorded(eventId)['mother.verified']).toBe('verified')
    expect(trail('identity.').map(({ kind }) => kind)).toEqual([
      'identity.unverified',
      'identity.unverified',
      'identity.verified'
    ])
  })

  it('that says no blocks nothing by itself', async () => {
    await start(
      {
        verification: { actions: ['REGISTER'] },
        rules: { REGISTER: [REGISTER_ONLY] }
      },
      {},
      verifying(() => Promise.resolve({ outcome: 'noMatch' }))
    )
    const eventId = await registered({ ...NEWBORN, ...MOTHER })
    expect(environment.core.state(eventId)?.status).toBe('REGISTERED')
    expect(recorded(eventId)['mother.verified']).toBe('failed')
  })
})
