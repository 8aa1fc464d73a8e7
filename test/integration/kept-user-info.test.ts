import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import Database from 'better-sqlite3'
import {
  signedUserInfoOf,
  SystemError,
  when,
  type Declaration,
  type NationalIdOptions
} from 'opencrvs-national-id'
import type { SignInResult } from '../../src/authentication/relying-party'
import {
  answersTo,
  eventually,
  NEWBORN,
  scriptedSystem,
  type ScriptedSystem
} from './environment'
import {
  AMARA,
  eventsWithEvidence,
  formPage,
  later,
  redeemUrl,
  signIn,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()
let system: ScriptedSystem

const DAY_MS = 86_400_000

/** A signed UserInfo, as far as anybody here looks. */
const JWT = [
  { alg: 'PS256' },
  { sub: AMARA.subject, name: 'Amara Oyelaran-Nakamura' }
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2lnbmF0dXJl')
  .join('.')

const SIGNED_IN = { ...AMARA, userInfo: JWT }

const MOTHER: Declaration = {
  'mother.name': AMARA.data.name!,
  'mother.dob': '1991-04-17',
  'mother.verified': 'authenticated'
}

const BIRTH: NationalIdOptions['events'][string] = {
  subject: 'child',
  people: ['mother', 'father'],
  attributes: {
    more: {
      introducerInfoToken: {
        from: signedUserInfoOf('mother'),
        purpose: 'who introduces the child'
      }
    }
  },
  rules: { REGISTER: [{ name: 'all', then: when.createIdentity() }] }
}

/** A country whose ID system wants the mother's signed UserInfo. */
async function begin(
  birth: Partial<typeof BIRTH> = {},
  authentication: NationalIdOptions['authentication'] = {}
): Promise<void> {
  system = scriptedSystem()
  system.script({ outcome: 'accepted', identifier: '9000000042' })
  await world.begin({
    system,
    keepsUserInfo: true,
    authentication,
    events: { birth: { ...BIRTH, ...birth } },
    core: { eventConfigurations: eventsWithEvidence() }
  })
}

/** A birth is declared, and its mother signs in. Gives the record and her evidence. */
async function declared(
  result: SignInResult = SIGNED_IN,
  person = 'mother'
): Promise<SignedIn> {
  const { core } = world.environment
  const eventId = await core.createDeclaredEvent('birth', NEWBORN)
  return signedIn(eventId, result, person)
}

type SignedIn = {
  eventId: string
  ticket: string
  /** The answer to the form. */
  text: string
  evidence: string
}

async function signedIn(
  eventId: string,
  result: SignInResult = SIGNED_IN,
  person = 'mother'
): Promise<SignedIn> {
  const page = formPage(eventId)
  const { ticket } = await signIn(world.registrar, world, {
    page,
    person,
    result
  })
  const { answer, text } = await world.registrar.post(
    redeemUrl(ticket, person),
    { token: world.token }
  )
  expect(answer.verificationStatus).toBe('authenticated')
  return { eventId, ticket, text, evidence: answer.evidence ?? '' }
}

/** The action that ends at the ID system. Gives what it was told of the mother. */
async function register(
  eventId: string,
  evidence: string,
  change: Declaration = {}
): Promise<unknown> {
  const before = system.requests.length
  await world.environment.core.register(eventId, {
    declaration: {
      ...MOTHER,
      'mother.identity-evidence': evidence,
      ...change
    }
  })
  await eventually(
    () => system.requests.length,
    (count) => count > before
  )
  return system.requests.at(-1)?.person.attributes
}

type Row = { evidence_id: string; expires_at: number }

function kept(): Row[] {
  // The columns are what is selected.
  return world.query(
    'select evidence_id, expires_at from national_id_proof'
  ) as Row[]
}

function file(): string {
  return path.join(world.environment.folder, 'national-id.db')
}

function behindItsBack(statement: string): void {
  const database = new Database(file())
  database.exec(statement)
  database.close()
}

describe('the signed UserInfo of a parent', () => {
  it('goes to the ID system with the request, and is kept until then and no longer than said', async () => {
    await begin({}, { keptUserInfoDays: 7 })
    const { eventId, evidence } = await declared()
    const [row] = kept()
    const days = ((row?.expires_at ?? 0) - Date.now()) / DAY_MS
    expect(days).toBeGreaterThan(6.9)
    expect(days).toBeLessThanOrEqual(7)
    expect(await register(eventId, evidence)).toEqual({
      introducerInfoToken: JWT
    })
    await eventually(
      () => world.environment.core.state(eventId)?.declaration['child.nid'],
      (identifier) => identifier === '9000000042'
    )
  })

  it('outlives its ticket and a restart', async () => {
    await begin()
    const { eventId, evidence } = await declared()
    later(29 * DAY_MS)
    await world.environment.restart()
    await eventually(
      () => world.query('select digest from national_id_ticket').length,
      (count) => count === 0
    )
    expect(await register(eventId, evidence)).toEqual({
      introducerInfoToken: JWT
    })
  })

  it('is given to nobody after its time, and its row is erased', async () => {
    await begin()
    const { eventId, evidence } = await declared()
    later(30 * DAY_MS + 1_000)
    // Not yet erased, and not given any more.
    expect(kept()).toHaveLength(1)
    expect(await register(eventId, evidence)).toEqual({})
    await world.environment.restart()
    await eventually(kept, (rows) => rows.length === 0)
  })

  it.each<[string, Declaration]>([
    ['whose name was edited', { 'mother.name': { firstname: 'Zainab' } }],
    ['who is said to have failed', { 'mother.verified': 'failed' }],
    ['whose evidence was changed', { 'mother.identity-evidence': 'eyJ.x.y' }],
    ['whose evidence was taken away', { 'mother.identity-evidence': null }]
  ])('%s is not sent', async (_who, change) => {
    await begin()
    const { eventId, evidence } = await declared()
    expect(kept()).toHaveLength(1)
    expect(await register(eventId, evidence, change)).toEqual({})
  })

  it("is not sent for another record's evidence, nor for evidence that nothing is kept for", async () => {
    await begin()
    const first = await declared()
    const { userInfo: _none, ...plain } = SIGNED_IN
    const second = await declared(plain)
    expect(kept()).toHaveLength(1)
    expect(await register(second.eventId, first.evidence)).toEqual({})
    const third = await declared(plain)
    expect(await register(third.eventId, third.evidence)).toEqual({})
  })

  it('is not kept of people of whom nothing is passed on', async () => {
    await begin()
    await declared(SIGNED_IN, 'father')
    expect(kept()).toEqual([])
    // Nor in the ticket.
    const [row] = world.query('select sealed_content from national_id_ticket')
    const length = Buffer.from(row?.sealed_content as Buffer).length
    expect(length).toBeLessThan(JSON.stringify(AMARA).length + 400)
  })

  it('is not kept where the country has no use for it', async () => {
    await begin({ attributes: {} })
    const { eventId, evidence } = await declared()
    expect(kept()).toEqual([])
    expect(await register(eventId, evidence)).toEqual({})
  })

  it('is kept once, however often the form asks', async () => {
    await begin()
    const { ticket, text } = await declared()
    const before = kept()
    const again = await Promise.all(
      Array.from({ length: 8 }, () => world.redeem(ticket))
    )
    for (const one of again) expect(one.text).toBe(text)
    expect(kept()).toEqual(before)
    expect(before).toHaveLength(1)
  })
})

describe('when the store fails', () => {
  it('the form is told so, nothing is half done, and the same ticket works afterwards', async () => {
    await begin()
    const { ticket } = await signIn(world.registrar, world, {
      result: SIGNED_IN
    })
    behindItsBack(
      "create trigger in_the_way before insert on national_id_proof begin select raise(abort, 'no'); end"
    )
    await world.expectFailed(ticket, 'unavailable')
    await world.expectFailed(ticket, 'unavailable')
    expect(kept()).toEqual([])
    expect(world.query('select redeemed_at from national_id_ticket')).toEqual([
      { redeemed_at: null }
    ])
    expect(world.audit().map(({ kind }) => kind)).not.toContain(
      'authentication.redeemed'
    )
    behindItsBack('drop trigger in_the_way')
    // More than a minute of repetitions later: it was never redeemed.
    later(120_000)
    const { answer } = await world.redeem(ticket)
    expect(answer.verificationStatus).toBe('authenticated')
    expect(kept()).toHaveLength(1)
  })

  it('to open one, the registration goes on without it, and the log says so', async () => {
    await begin()
    const { eventId, evidence } = await declared()
    behindItsBack("update national_id_proof set sealed_content = x'0100'")
    expect(await register(eventId, evidence)).toEqual({})
    expect(world.environment.lines).toContainEqual(
      expect.objectContaining({
        evidence: kept()[0]?.evidence_id,
        code: 'ERR_SEAL_BROKEN'
      })
    )
  })
})

describe('nobody else', () => {
  it('learns it: no log, answer, audit entry, metric, address or record, and not the file of the store', async () => {
    await begin()
    const { eventId, evidence, text } = await declared()
    system.script(
      new SystemError('down', {
        code: 'ERR_DOWN',
        system: 'scripted',
        retryable: true
      }),
      { outcome: 'accepted', identifier: '9000000042' }
    )
    await register(eventId, evidence)
    const { core, lines } = world.environment
    await eventually(
      () => lines.map(({ message }) => message),
      (messages) => messages.includes('delivery ended')
    )
    expect(core.state(eventId)?.declaration['child.nid']).toBe('9000000042')
    expect(system.requests).toHaveLength(2)
    const about = [
      text,
      evidence,
      JSON.stringify(lines),
      JSON.stringify(world.seen),
      JSON.stringify(world.audit()),
      JSON.stringify(core.event(eventId)),
      await world.metrics(),
      ...['', '-wal'].map((end) => readFileSync(`${file()}${end}`, 'latin1'))
    ].join('\n')
    // It looks in the right place.
    expect(about).toContain('authentication.redeemed')
    expect(about).toContain('national_id_proof')
    expect(about).toContain('delivery ended')
    for (const part of JWT.split('.')) expect(about).not.toContain(part)
  })
})

describe('the store', () => {
  it('is not asked at actions that tell the ID system nothing', async () => {
    await begin()
    const { core } = world.environment
    const eventId = core.createEvent('birth')
    const { evidence } = await signedIn(eventId)
    // Whoever reads it fails.
    behindItsBack('drop table national_id_proof')
    const declaration = {
      ...NEWBORN,
      ...MOTHER,
      'mother.identity-evidence': evidence
    }
    expect((await core.declare(eventId, declaration)).status).toBe(200)
    expect(core.state(eventId)?.declaration).toMatchObject(declaration)
    // This one does read it.
    await core.register(eventId)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Rejected'])
    expect(system.requests).toEqual([])
  })
})
