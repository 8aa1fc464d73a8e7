import { mosip } from 'opencrvs-national-id'
import {
  DECEASED,
  NEWBORN,
  answersTo,
  eventually,
  startEnvironment,
  type Changes,
  type Environment
} from '../../integration/environment'
import { apiOptions } from './via-mosip-api'
import {
  openSmallMosipApi,
  type SmallMosipApi,
  type Told
} from './small-mosip-api'

let api: SmallMosipApi
let environment: Environment

beforeEach(async () => {
  api = await openSmallMosipApi()
})

afterEach(async () => {
  await environment.stop()
  await api.close()
})

async function start(changes: Changes = {}): Promise<void> {
  const mandatory = ['fullName', 'dateOfBirth', 'gender']
  environment = await startEnvironment(
    mosip(apiOptions({ baseUrl: api.url, createIdentity: { mandatory } })),
    {
      ...changes,
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
        },
        ...changes.events
      }
    }
  )
  api.connectTo(environment.url)
}

async function register(type = 'birth', declaration: object = NEWBORN) {
  const { core } = environment
  const eventId = await core.createDeclaredEvent(type, { ...declaration })
  await core.register(eventId)
  return eventId
}

/** A birth that mosip-api has, and MOSIP works on. */
async function waiting(): Promise<string> {
  const eventId = await register()
  await eventually(
    () => api.rows.length,
    (rows) => rows > 0
  )
  return eventId
}

/** Registers are answered once, and the number is in the record. */
async function settled(eventId: string, answer = 'Accepted'): Promise<void> {
  const answers = await eventually(
    () => answersTo(environment.core, eventId, 'REGISTER'),
    (rows) => rows.length > 0
  )
  expect(answers).toEqual([answer])
}

/** How often core was told. */
function acceptances(): number {
  return environment.core.log.of('accept').length
}

function logged(word: string): boolean {
  return JSON.stringify(environment.lines).includes(word)
}

function expectTaken(told: Told): void {
  expect(told.status).toBe(200)
  expect(JSON.parse(told.body)).toEqual([{ result: { data: { json: {} } } }])
}

describe('a birth by way of mosip-api', () => {
  it.each([
    ['1.9', false],
    ['of 2026, which looks the event up first', true]
  ])(
    'gets its number from mosip-api %s into core, confirmed once and by us',
    async (_release, looksUp) => {
      await start()
      api.looksUp = looksUp
      const eventId = await waiting()
      expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([])
      const { number = '' } = api.rows[0] ?? {}
      expectTaken(await api.issue(api.rows[0], '5550001112'))
      await settled(eventId)
      expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
        '5550001112'
      )
      const accepted = environment.core
        .event(eventId)
        ?.actions.find(
          ({ status, type }) => type === 'REGISTER' && status === 'Accepted'
        )
      expect(accepted).toMatchObject({ registrationNumber: number })
      expect(api.registrations).toHaveLength(1)
      expect(acceptances()).toBe(1)
    }
  )

  it("never shows mosip-api core's record token", async () => {
    await start()
    const eventId = await waiting()
    const { token = '' } = api.rows[0] ?? {}
    const answer = await fetch(
      `${environment.core.url}/events/event.actions.register.accept?batch=1`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json'
        },
        body: JSON.stringify({ 0: { json: { eventId } } })
      }
    )
    expect(answer.status).toBe(401)
  })

  it('confirms when core is back, though mosip-api has forgotten it', async () => {
    await start()
    const eventId = await waiting()
    await environment.core.disappear()
    expectTaken(await api.issue(api.rows[0], '5550001112'))
    expect(api.rows).toEqual([])
    await environment.core.start()
    await settled(eventId)
  })

  it('confirms after a restart', async () => {
    await start()
    const eventId = await waiting()
    const [row] = api.rows
    await environment.restart()
    api.connectTo(environment.url)
    expectTaken(await api.issue(row, '5550001112'))
    await settled(eventId)
  })

  it('confirms once, however often mosip-api does', async () => {
    await start()
    const eventId = await waiting()
    const [row] = api.rows
    for (let i = 0; i < 3; i += 1) {
      expectTaken(await api.issue(row, '5550001112'))
    }
    await settled(eventId)
    expectTaken(await api.issue(row, '9999999999'))
    expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
      '5550001112'
    )
    expect(acceptances()).toBe(1)
  })

  it('is parked and never sent again when nobody knows whether mosip-api has it, and ends by its confirmation', async () => {
    await start()
    api.failAfterTaking = true
    const eventId = await register()
    await eventually(
      () => logged('ERR_OUTCOME_UNKNOWN'),
      (found) => found
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(api.registrations).toHaveLength(1)
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([])
    expectTaken(await api.issue(api.rows[0], '5550001112'))
    await settled(eventId)
  })

  it('goes on waiting when the credential had no number, and mosip-api lives on', async () => {
    await start()
    const eventId = await waiting()
    const [row] = api.rows
    expectTaken(await api.issue(row))
    await eventually(
      () => logged('ERR_CALLBACK_WITHOUT_IDENTIFIER'),
      (found) => found
    )
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([])
    expectTaken(await api.issue(row, '5550001112'))
    await settled(eventId)
  })

  it('takes nothing that names another registration number', async () => {
    await start()
    const eventId = await waiting()
    const [row] = api.rows
    if (row === undefined) throw new Error('no row')
    expectTaken(await api.issue({ ...row, number: 'RN-999' }, '1'))
    await eventually(
      () => logged('ERR_CALLBACK_ABOUT_ANOTHER'),
      (found) => found
    )
    expectTaken(await api.issue(row, '5550001112'))
    await settled(eventId)
    expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
      '5550001112'
    )
  })

  it('refuses whoever has another token, and writes nothing personal', async () => {
    await start()
    const eventId = await waiting()
    const [row] = api.rows
    const other = environment.core.recordToken({ eventId, actionId: 'a' })
    const told = await api.issue(
      { id: '', number: row?.number ?? '', token: other },
      '6666666666'
    )
    expect(told.status).toBe(401)
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([])
    for (const personal of ['6666666666', 'Juno', 'eyJ']) {
      expect(logged(personal)).toBe(false)
    }
  })
})

describe('a death by way of mosip-api', () => {
  it('is registered at once, handed over once, and changed by no confirmation', async () => {
    await start()
    const eventId = await register('death', DECEASED)
    await settled(eventId)
    await eventually(
      () => api.rows.length,
      (rows) => rows > 0
    )
    const { requestFields } = api.registrations[0]
    expect(requestFields).toMatchObject({
      VID: '8000000017',
      declaredAsDeceased: 'Y'
    })
    const accepted = environment.core
      .event(eventId)
      ?.actions.find(
        ({ status, type }) => type === 'REGISTER' && status === 'Accepted'
      )
    expect(accepted).toMatchObject({
      registrationNumber: requestFields.deathCertificateNumber
    })
    await eventually(
      () => logged('delivered'),
      (found) => found
    )
    expectTaken(await api.issue(api.rows[0], '5550001112'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await settled(eventId)
    const { declaration } = environment.core.state(eventId) ?? {}
    expect(declaration?.['deceased.nid']).toBe(DECEASED['deceased.nid'])
    expect(Object.values(declaration ?? {})).not.toContain('5550001112')
  })
})
