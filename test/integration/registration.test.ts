import { SystemError, when } from 'opencrvs-national-id'
import type { Declaration, NationalIdOptions } from 'opencrvs-national-id'
import {
  answersTo,
  DECEASED,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment,
  type ScriptedSystem
} from './environment'

let environment: Environment
let system: ScriptedSystem

async function start(
  changes: Changes = {},
  scripted: ScriptedSystem = scriptedSystem()
): Promise<void> {
  system = scripted
  environment = await startEnvironment(system, changes)
}

afterEach(() => environment.stop())

function rulesFor(
  type: string,
  rules: NationalIdOptions['events'][string]['rules'],
  more: Partial<NationalIdOptions['events'][string]> = {}
): Changes {
  const subject = type === 'birth' ? 'child' : 'deceased'
  return { events: { [type]: { subject, rules, ...more } } }
}

async function registered(declaration: Declaration = NEWBORN, type = 'birth') {
  const { core } = environment
  const eventId = await core.createDeclaredEvent(type, declaration)
  const answer = await core.register(eventId)
  return { eventId, answer }
}

const accepted = (rows: string[]) => rows.length > 0

describe('a registration that needs an identity', () => {
  it('waits for the system and then has the identifier and a number', async () => {
    await start()
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const { core } = environment
    const { eventId, answer } = await registered()
    expect(answer.status).toBe(200)
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Accepted'])
    const state = core.state(eventId)
    expect(state?.status).toBe('REGISTERED')
    expect(state?.declaration['child.nid']).toBe('9000000042')
    // Search shows the same as the record: the acceptance did not overtake the 202.
    await eventually(
      () => core.index(eventId)?.status,
      (s) => s === 'REGISTERED'
    )
  })

  it('asks the system with the least that is needed, and under our own reference', async () => {
    await start()
    await registered()
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    const [request] = system.requests
    expect(request?.person).toEqual({
      name: { firstname: 'Juno', surname: 'Exampleson' },
      dateOfBirth: NEWBORN['child.dob'],
      sex: 'female',
      attributes: {}
    })
    expect(request?.reference).toMatch(/^[0-9a-f-]{36}$/)
    expect(JSON.stringify(request)).not.toContain('eyJ')
  })

  it('is rejected in core when the system refuses, and the reason reaches the hook that core would drop', async () => {
    const told: unknown[] = []
    await start({ hooks: { onRejected: (notice) => void told.push(notice) } })
    system.script({
      outcome: 'refused',
      code: 'DUP',
      reason: 'Known as another'
    })
    const { core } = environment
    const { eventId } = await registered()
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Rejected'])
    await eventually(
      () => told.length,
      (n) => n === 1
    )
    expect(told[0]).toMatchObject({
      event: { id: eventId, type: 'birth' },
      rule: 'child under ten',
      code: 'DUP',
      reason: 'Known as another'
    })
  })

  it('goes through an outage of the system', async () => {
    await start()
    const down = new SystemError('down', {
      code: 'ERR_DOWN',
      system: 'scripted',
      retryable: true
    })
    system.script(down, down, down, { outcome: 'accepted', identifier: '1' })
    const { core } = environment
    const { eventId } = await registered()
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(
      new Set(system.requests.map(({ reference }) => reference)).size
    ).toBe(1)
    expect(system.requests).toHaveLength(4)
  })

  it('goes on by itself after the system was left alone for a while', async () => {
    await start({ delivery: { circuit: { failures: 2, openMs: 150 } } })
    const down = new SystemError('down', {
      code: 'ERR_DOWN',
      system: 'scripted',
      retryable: true
    })
    system.script(down, down, down, { outcome: 'accepted', identifier: '1' })
    const { core } = environment
    const first = await registered()
    const second = await registered()
    for (const { eventId } of [first, second]) {
      await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    }
    expect(core.state(second.eventId)?.status).toBe('REGISTERED')
  })

  it('goes on after a restart', async () => {
    await start()
    system.script('hang')
    const { core } = environment
    const { eventId } = await registered()
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    system.script({ outcome: 'accepted', identifier: '1' })
    await environment.restart()
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Accepted'])
  })

  it('takes a new number when another record has the first one', async () => {
    const numbers = ['TAKEN', 'TAKEN', 'FREE']
    await start({ registrationNumber: () => numbers.shift() ?? 'NONE' })
    system.script({ outcome: 'accepted', identifier: '1' })
    const { core } = environment
    const first = await registered()
    await eventually(() => answersTo(core, first.eventId, 'REGISTER'), accepted)
    const second = await registered()
    await eventually(
      () => answersTo(core, second.eventId, 'REGISTER'),
      accepted
    )
    const numberOf = (eventId: string) =>
      core
        .event(eventId)
        ?.actions.find(({ registrationNumber }) => registrationNumber)
        ?.registrationNumber
    expect(numberOf(first.eventId)).toBe('TAKEN')
    expect(numberOf(second.eventId)).toBe('FREE')
  })

  it('never sends core a field that the event does not have', async () => {
    await start()
    system.script({
      outcome: 'accepted',
      identifier: '1',
      declaration: { 'child.nid': '1', 'no.such-field': 'x' }
    })
    const { core } = environment
    const { eventId } = await registered()
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(core.bricked).toEqual([])
    expect(JSON.stringify(core.event(eventId))).not.toContain('no.such-field')
  })

  it('keeps an identifier that has nowhere to go, and waits for a person', async () => {
    const parked: unknown[] = []
    await start({
      ...rulesFor(
        'birth',
        { REGISTER: [{ name: 'all', then: when.createIdentity() }] },
        { identifierField: 'child.noSuchField' }
      ),
      hooks: { onParked: (notice) => void parked.push(notice) }
    })
    system.script({ outcome: 'accepted', identifier: '1' })
    const { core } = environment
    const { eventId } = await registered()
    await eventually(
      () => parked.length,
      (n) => n === 1
    )
    expect(parked[0]).toMatchObject({ code: 'ERR_IDENTIFIER_FIELD' })
    expect(answersTo(core, eventId, 'REGISTER')).toEqual([])
    expect(core.bricked).toEqual([])
  })
})

describe('the synchronous mode', () => {
  const sync = rulesFor('birth', {
    REGISTER: [{ name: 'all', then: when.createIdentity({ mode: 'sync' }) }]
  })

  it('answers with the identifier at once when the system is quick', async () => {
    await start(sync)
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const { core } = environment
    const { eventId, answer } = await registered()
    expect(answer.status).toBe(200)
    expect(core.state(eventId)?.status).toBe('REGISTERED')
    expect(core.state(eventId)?.declaration['child.nid']).toBe('9000000042')
    // The later check changes nothing.
    await eventually(
      () => core.log.of('accept').length,
      (n) => n > 0
    )
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Accepted'])
  })

  it('goes on behind when the system is slow', async () => {
    await start({ ...sync, delivery: { syncBudgetMs: 100 } })
    system.script('hang', { outcome: 'accepted', identifier: '1' })
    const { core } = environment
    const { eventId } = await registered()
    expect(answersTo(core, eventId, 'REGISTER')).toEqual([])
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Accepted'])
  })

  it('answers 400 when the system refuses', async () => {
    await start(sync)
    system.script({ outcome: 'refused', code: 'NO', reason: 'no' })
    const { core } = environment
    const { eventId } = await registered()
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Rejected'])
    await eventually(
      () => core.log.of('reject').length,
      (n) => n > 0
    )
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Rejected'])
  })

  it('repairs a record whose number core refused, although we had answered 200', async () => {
    const numbers = ['TAKEN', 'TAKEN', 'FREE']
    await start({
      ...sync,
      registrationNumber: () => numbers.shift() ?? 'NONE'
    })
    system.script({ outcome: 'accepted', identifier: '1' })
    const { core } = environment
    await registered()
    const { eventId, answer } = await registered()
    expect(answer.status).toBe(500)
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(core.state(eventId)?.status).toBe('REGISTERED')
  })
})

describe('a notification', () => {
  it('registers a death at once and tells the system behind', async () => {
    await start()
    system.script({ outcome: 'accepted' })
    const { core } = environment
    const { eventId, answer } = await registered(DECEASED, 'death')
    expect(answer.status).toBe(200)
    expect(core.state(eventId)?.status).toBe('REGISTERED')
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    expect(system.requests[0]).toMatchObject({
      operation: 'notifyDeath',
      identifier: '8000000017',
      registrationNumber: 'RN-1'
    })
  })

  it('is not sent for a death whose record holds no identifier', async () => {
    await start()
    const { 'deceased.nid': _nid, ...unidentified } = DECEASED
    const { eventId } = await registered(unidentified, 'death')
    expect(environment.core.state(eventId)?.status).toBe('REGISTERED')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(system.requests).toEqual([])
  })
})

describe('an action about which the rules say nothing', () => {
  it("is left to the country's own handler", async () => {
    await start({
      otherwise: (_request, h) =>
        h.response({ registrationNumber: 'OWN-1' }).code(200)
    })
    const { eventId } = await registered({
      ...NEWBORN,
      'child.dob': '1990-01-01'
    })
    expect(
      environment.core.event(eventId)?.actions.at(-1)?.registrationNumber
    ).toBe('OWN-1')
  })

  it('is accepted with a number of ours where there is no such handler', async () => {
    await start()
    const { eventId } = await registered({
      ...NEWBORN,
      'child.dob': '1990-01-01'
    })
    expect(
      environment.core.event(eventId)?.actions.at(-1)?.registrationNumber
    ).toBe('RN-1')
  })

  it('does not strand the record when that handler fails', async () => {
    await start({
      otherwise: () => {
        throw new Error('a bug of the country')
      }
    })
    const { eventId } = await registered({
      ...NEWBORN,
      'child.dob': '1990-01-01'
    })
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([
      'Rejected'
    ])
  })
})

describe('corrections', () => {
  const corrections = rulesFor('birth', {
    REGISTER: [{ name: 'all', then: when.registerOnly() }],
    APPROVE_CORRECTION: [
      {
        name: 'changed',
        when: when.changed('child.name'),
        then: when.updateIdentity()
      }
    ]
  })

  async function correct(
    declaration: typeof NEWBORN & { 'child.nid': string }
  ) {
    const { core } = environment
    const { eventId } = await registered(declaration)
    await core.requestCorrection(
      eventId,
      { 'child.name': { firstname: 'Junia', surname: 'Exampleson' } },
      { answeredWith: { status: 200, body: {} } }
    )
    const answer = await core.approveCorrection(eventId)
    return { eventId, answer }
  }

  it("send an infant's corrected values, not the old ones", async () => {
    await start(corrections)
    system.script({ outcome: 'accepted' })
    await correct({ ...NEWBORN, 'child.nid': '7' })
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    expect(system.requests[0]).toMatchObject({
      operation: 'updateIdentity',
      identifier: '7',
      changes: ['name'],
      person: { name: { firstname: 'Junia' } }
    })
  })

  it("do not send an adult's, and say so to the registrar", async () => {
    await start({ ...corrections, reasons: { annotation: 'national-id.note' } })
    const adult = { ...NEWBORN, 'child.dob': '1990-01-01', 'child.nid': '7' }
    const { eventId, answer } = await correct(adult)
    expect(answer.status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(system.requests).toEqual([])
    const approval = environment.core
      .event(eventId)
      ?.actions.find(
        (row) => row.type === 'APPROVE_CORRECTION' && row.status === 'Accepted'
      )
    expect(approval?.annotation?.['national-id.note']).toEqual(
      expect.any(String)
    )
  })

  it('that the system refuses after a 202 are accepted without an identity, since core takes no rejection', async () => {
    await start({
      ...rulesFor('birth', {
        REGISTER: [{ name: 'all', then: when.registerOnly() }],
        APPROVE_CORRECTION: [{ name: 'all', then: when.createIdentity() }]
      }),
      reasons: { annotation: 'national-id.note' }
    })
    system.script({ outcome: 'refused', code: 'NO', reason: 'not eligible' })
    const { core } = environment
    const { eventId } = await correct({ ...NEWBORN, 'child.nid': '' })
    await eventually(
      () => answersTo(core, eventId, 'APPROVE_CORRECTION'),
      accepted
    )
    expect(answersTo(core, eventId, 'APPROVE_CORRECTION')).toEqual(['Accepted'])
    const approval = core
      .event(eventId)
      ?.actions.findLast((row) => row.type === 'APPROVE_CORRECTION')
    expect(approval?.annotation).toEqual({ 'national-id.note': 'not eligible' })
  })
})

describe('a record token', () => {
  it('is renewed before it ends', async () => {
    await start({
      core: { recordTokenSeconds: 50 },
      delivery: { renewTokenBeforeMs: 95_000 }
    })
    const { core } = environment
    await registered()
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    await environment.restart()
    await eventually(
      () => core.log.of('token').length,
      (n) => n > 0
    )
    expect(core.log.of('token')[0]?.status).toBe(200)
  })

  it('that has ended is replaced by way of the system client', async () => {
    const client = {
      clientId: 'national-id',
      clientSecret: 'a secret of the client'
    }
    await start({
      core: { recordTokenSeconds: 3, systemClients: [client] },
      opencrvs: { systemClient: client, acceptPauseMs: 30 },
      delivery: { renewTokenBeforeMs: 1_000 }
    })
    system.script('hang', { outcome: 'accepted', identifier: '1' })
    const { core } = environment
    const { eventId } = await registered()
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    await environment.restart()
    await eventually(() => answersTo(core, eventId, 'REGISTER'), accepted)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Accepted'])
  })
})
