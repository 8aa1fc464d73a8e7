import { mosip, type MosipOptions } from 'opencrvs-national-id'
import {
  createMosipSimulator,
  type MosipSimulator
} from 'opencrvs-national-id/sandbox'
import { systemClock } from '../../../src/internal/clock'
import {
  DECEASED,
  NEWBORN,
  answersTo,
  eventually,
  startEnvironment,
  type Environment
} from '../../integration/environment'
import {
  callContext,
  describeSystem,
  systemRequest,
  type SystemUnderTest
} from '../contract'
import { ID_SCHEMA, mosipOptions } from './made'
import { credentialBody, encrypted, signed } from './deliveries'
import { openForwarder, type Forwarder } from './forwarder'

/** Options for a simulated MOSIP. */
function optionsFor(
  other: MosipSimulator,
  callbackUrl: string,
  changes: Partial<MosipOptions> = {}
): MosipOptions {
  const { connection } = other
  return {
    ...mosipOptions(),
    ...connection,
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    createIdentity: { mandatory: ['fullName', 'dateOfBirth', 'gender'] },
    withdraw: {
      revocation: { waitForResult: true },
      reversal: {
        fields: { deceasedDeclarationDate: { value: '2026/01/01' } }
      }
    },
    deactivateIdentity: {},
    status: true,
    websub: { ...connection.websub, callbackUrl },
    ...changes
  }
}

async function openContract(): Promise<SystemUnderTest> {
  const other = createMosipSimulator()
  await other.start()
  const options = optionsFor(other, 'http://127.0.0.1:1/confirmation', {
    refusalCodes: ['KER-PUT-020']
  })
  const { proof: _proof, ...websub } = options.websub!
  const factory = mosip({ ...options, websub })
  const system = factory.create({ clock: systemClock })
  // Fetches the tokens, so that what is given up is a packet and not its token.
  await system.check?.({ signal: new AbortController().signal })
  return {
    factory,
    system,
    // MOSIP works on what it has started; the ledger has it a little later.
    workDone: () =>
      other.applicationIds.filter((id) => other.registration(id) !== undefined),
    refuseNext: () =>
      other.errors.add('createPacket', {
        code: 'KER-PUT-020',
        message: 'Not this person.'
      }),
    goSilent: () => other.faults.add('createPacket', { kind: 'hang' }),
    callback: (reference) => {
      const id = `http://credential.idrepo/credentials/${reference}`
      const credential = encrypted(
        { credentialSubject: { id, VID: '5550001112' } },
        other.keys.partner.certificate
      )
      return signed(
        credentialBody({
          aid: reference,
          credential,
          topic: other.connection.websub.topics.credentials,
          timestamp: new Date(systemClock.now()).toISOString()
        }),
        other.connection.websub.secrets
      )
    },
    close: () => other.stop()
  }
}

describeSystem('mosip() against the simulated MOSIP', openContract)

describe('with the simulated MOSIP', () => {
  let other: MosipSimulator
  let door: Forwarder
  let environment: Environment | undefined

  beforeEach(async () => {
    other = createMosipSimulator()
    door = await openForwarder()
    await other.start()
  })

  afterEach(async () => {
    await environment?.stop()
    environment = undefined
    await door.close()
    await other.stop()
  })

  async function start(
    changes: Partial<MosipOptions> = {}
  ): Promise<Environment> {
    const callbackUrl = `${door.url}/national-id/confirmation`
    const started = await startEnvironment(
      mosip(optionsFor(other, callbackUrl, changes)),
      {
        events: {
          birth: {
            subject: 'child',
            people: ['mother'],
            identifierField: 'child.nid',
            rules: {
              REGISTER: [
                { name: 'every birth', then: { kind: 'createIdentity' } }
              ]
            }
          },
          death: {
            subject: 'deceased',
            identifierField: 'deceased.nid',
            rules: {
              REGISTER: [{ name: 'every death', then: { kind: 'notifyDeath' } }]
            }
          }
        }
      }
    )
    environment = started
    door.to(started.url)
    return started
  }

  /** Waits for the hub's check of both subscriptions. */
  async function subscribed(): Promise<void> {
    await eventually(
      () => other.subscriptions.filter(({ isActive }) => isActive).length,
      (count) => count === 2
    )
  }

  async function register(type: 'birth' | 'death' = 'birth'): Promise<string> {
    const core = environment!.core
    const declaration = type === 'birth' ? NEWBORN : DECEASED
    const eventId = await core.createDeclaredEvent(type, declaration)
    await core.register(eventId)
    return eventId
  }

  /** The record's number, once core has it. */
  async function numberOf(eventId: string): Promise<unknown> {
    const core = environment!.core
    await eventually(
      () => answersTo(core, eventId, 'REGISTER'),
      (rows) => rows.length > 0,
      20_000
    )
    expect(answersTo(core, eventId, 'REGISTER')).toHaveLength(1)
    return core.state(eventId)?.declaration['child.nid']
  }

  function issued(): string[] {
    return other.ledger.of('issued').map(({ vid }) => vid)
  }

  it('registers a birth by subscription, packet, proven credential and acceptance', async () => {
    await start()
    await subscribed()
    const number = await numberOf(await register())
    expect(issued()).toEqual([number])
    expect(other.ledger.doneTwice()).toEqual([])
  })

  it.each<[string, () => void]>([
    [
      'packets whose answer is cut after the work',
      () => other.faults.add('createPacket', { kind: 'cutAfter' }, 2)
    ],
    [
      'workflows whose answer is cut after the work',
      () => other.faults.add('workflow', { kind: 'cutAfter' }, 4)
    ],
    [
      'a workflow that says it failed and did not',
      () =>
        other.errors.add('workflow', { code: 'RPR-WIS-000', isWorkDone: true })
    ],
    [
      'errors in a 200',
      () => {
        other.errors.add('createPacket', { code: 'KER-PUT-013' }, 2)
        other.errors.add('workflow', { code: 'RPR-WIN-002' }, 2)
      }
    ],
    ['tokens that end at once', () => other.behave({ tokenSeconds: 1 })],
    [
      'credentials three times each',
      () => other.behave({ callbacks: { copies: 3 } })
    ],
    [
      'credentials before the workflow’s own answer',
      () => other.behave({ callbacks: { delivery: 'early' } })
    ],
    [
      'an address that ends with a slash',
      () => other.behave({ callbacks: { addsSlash: true } })
    ],
    ['slowness', () => other.faults.add('*', { kind: 'delay', ms: 300 }, 4)]
  ])(
    'makes one identity, and one registration, with %s',
    async (_what, spoil) => {
      await start()
      await subscribed()
      spoil()
      const events = [await register(), await register()]
      const numbers = [await numberOf(events[0]!), await numberOf(events[1]!)]
      await other.idle()
      expect(new Set(numbers).size).toBe(2)
      expect(issued().sort()).toEqual([...numbers].sort())
      expect(new Set(other.applicationIds).size).toBe(2)
    }
  )

  it('starts without MOSIP, and catches up', async () => {
    await other.disappear()
    await start()
    const eventId = await register()
    await other.start()
    expect(issued()).toEqual([])
    expect(await numberOf(eventId)).toBe(issued()[0])
  }, 40_000)

  it('gets a lost credential when MOSIP issues it again', async () => {
    await start()
    await subscribed()
    other.behave({ callbacks: { delivery: 'lose' } })
    const eventId = await register()
    await eventually(issued, (numbers) => numbers.length === 1)
    await other.idle()
    expect(answersTo(environment!.core, eventId, 'REGISTER')).toEqual([])
    other.behave({ callbacks: { delivery: 'send' } })
    await other.issueAgain(other.applicationIds[0]!)
    expect(await numberOf(eventId)).toBe(issued()[0])
  })

  it('takes nothing from a credential that is flawed or forged', async () => {
    await start()
    await subscribed()
    other.behave({ callbacks: { delivery: 'hold' } })
    const eventId = await register()
    await eventually(
      () => other.heldMessages.length,
      (held) => held > 0
    )
    const [aid = ''] = other.applicationIds
    const flaws = {
      otherCertificate: 400,
      zeroThumbprint: 400,
      tampered: 400,
      missingIdentifier: 400,
      otherSubject: 400,
      otherRegistrationNumber: 400,
      otherIssuer: 400,
      noProof: 400,
      foreignApplicationId: 404
    } as const
    const answered: Record<string, number | undefined> = {}
    for (const flaw of Object.keys(flaws) as Array<keyof typeof flaws>) {
      answered[flaw] = await other.sendCredential(aid, { flaw })
    }
    expect(answered).toEqual(flaws)
    for (const forgery of ['unsigned', 'wrongSecret', 'tampered'] as const) {
      expect(await other.sendCredential(aid, {}, forgery)).toBe(401)
    }
    expect(answersTo(environment!.core, eventId, 'REGISTER')).toEqual([])
    expect(await other.sendCredential(aid)).toBe(200)
    expect(await numberOf(eventId)).toBe(issued()[0])
  })

  it.each(['event', 'bare'] as const)(
    'tells core of a rejection, told as %s',
    async (statusForm) => {
      await start()
      await subscribed()
      other.behave({
        statusForm,
        refuse: () => ({ code: 'RPR-CRVS-1', reason: 'Known already.' })
      })
      const eventId = await register()
      await eventually(
        () => answersTo(environment!.core, eventId, 'REGISTER'),
        (rows) => rows.length > 0,
        20_000
      )
      const status = environment!.core.state(eventId)?.status
      expect(status).not.toBe('REGISTERED')
      expect(issued()).toEqual([])
    }
  )

  it('flags a death once, whatever is cut', async () => {
    const { nid, ...person } = {
      nid: DECEASED['deceased.nid'],
      name: 'Otto Exampleson',
      dateOfBirth: '1950/02/03',
      gender: 'Male'
    }
    other.addPerson({ ...person, vid: nid })
    await start()
    other.faults.add('createPacket', { kind: 'cutAfter' })
    await register('death')
    await eventually(
      () => other.ledger.of('deceased').length,
      (flagged) => flagged > 0
    )
    await other.idle()
    expect(other.person(nid)).toMatchObject({
      isDeceased: true,
      isDeactivated: false
    })
    expect(other.ledger.of('deceased')).toHaveLength(1)
  })
})

describe('asked by itself', () => {
  const context = callContext()
  let other: MosipSimulator

  beforeEach(async () => {
    other = createMosipSimulator()
    await other.start()
  })

  afterEach(() => other.stop())

  function system() {
    const options = optionsFor(other, 'http://127.0.0.1:1/confirmation')
    return mosip(options).create({ clock: systemClock })
  }

  it('verifies people, and takes no trouble for a verdict', async () => {
    const known = other.addPerson({
      name: 'Amara Okonjo',
      dateOfBirth: '1994/05/17',
      gender: 'Female'
    })
    const person = {
      name: { firstname: 'Amara', surname: 'Okonjo' },
      dateOfBirth: '1994-05-17',
      sex: 'Female',
      attributes: {}
    }
    const { verify } = system()
    const ask = (changes: object, identifier = known.uin) =>
      verify!(
        { reference: 'v', identifier, person: { ...person, ...changes } },
        context
      )
    expect(await ask({})).toEqual({ outcome: 'match' })
    expect(await ask({ dateOfBirth: '1994-05-18' })).toMatchObject({
      outcome: 'noMatch'
    })
    expect(await ask({}, '0000000000')).toMatchObject({ outcome: 'noMatch' })
    other.errors.add('ida', { code: 'IDA-MLC-007' })
    await expect(ask({})).rejects.toMatchObject({ retryable: true })
  })

  it('updates an infant, and has a withdrawal reviewed', async () => {
    const { submit, status } = system()
    const birth = systemRequest({
      person: { ...systemRequest().person, dateOfBirth: yesterday() }
    })
    await submit(birth, context)
    await other.idle()
    const { vid } = other.ledger.of('issued')[0]!
    const update = systemRequest({
      operation: 'updateIdentity',
      reference: '7c0a4c0e-6f5d-4b0c-9d51-0a2f5b7d1e12',
      identifier: vid,
      changes: ['name'],
      person: { name: { firstname: 'Amira' }, attributes: {} }
    })
    expect(await submit(update, context)).toEqual({ outcome: 'accepted' })
    await other.idle()
    expect(other.person(vid)?.name).toBe('Amira')
    other.behave({ review: 'hold' })
    const reference = '7c0a4c0e-6f5d-4b0c-9d51-0a2f5b7d1e13'
    const withdraw = systemRequest({
      operation: 'withdraw',
      cause: 'revocation',
      reference,
      identifier: vid
    })
    expect(await submit(withdraw, context)).toMatchObject({
      outcome: 'pending'
    })
    await other.idle()
    const query = { reference, operation: 'withdraw' } as const
    expect(await status!(query, context)).toEqual({ outcome: 'pending' })
    await other.review(reference, 'approve')
    expect(await status!(query, context)).toEqual({ outcome: 'accepted' })
    expect(other.person(vid)?.isDeactivated).toBe(true)
  })
})

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
}
