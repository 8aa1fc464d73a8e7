import jwt from 'jsonwebtoken'
import { createCoreSimulator } from '../../../src/sandbox'
import { startCountryConfig, type CountryConfig } from '../country-config'
import {
  recordedDeclaration,
  recordedRows,
  recording,
  recordings,
  type Recorded,
  shortIndex,
  shortRows
} from '../recording'

const ANNOTATED = { annotation: { 'review.comment': 'Checked' } }
const CLIENT = { clientId: 'country-client', clientSecret: 'secret' }
const core = createCoreSimulator({ systemClients: [CLIENT] })
let country: CountryConfig
let url: string

beforeAll(async () => {
  url = await core.start()
  country = await startCountryConfig()
  core.connectTo(country.url)
})
beforeEach(() => {
  country.triggers = []
  delete country.onTrigger
})
afterAll(async () => {
  await core.stop()
  await country.close()
})

function post(procedure: string, token: string, json: object) {
  return fetch(`${url}/events/event.actions.${procedure}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`
    },
    body: JSON.stringify({ json })
  })
}

function read(eventId: string, token: string) {
  return fetch(`${url}/events/events/${eventId}`, {
    headers: { authorization: `Bearer ${token}` }
  })
}

describe('the trigger', () => {
  test('has the recorded path, headers, order of headers and claims', async () => {
    const recorded = recording('trigger-birth-REGISTER.headers')
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())
    await core.register(id)
    const [trigger] = country.triggers
    expect(trigger!.path).toBe(recorded.request.path)
    expect(trigger!.rawHeaders.filter((_, at) => at % 2 === 0)).toEqual(
      recorded.rawHeaderOrder
    )
    const {
      authorization,
      'content-length': length,
      host: _,
      ...same
    } = trigger!.headers
    expect(recorded.headers).toMatchObject(same)
    expect(Number(length)).toBe(Buffer.byteLength(trigger!.text))
    const decoded = jwt.decode(authorization!.replace('Bearer ', ''), {
      complete: true
    })!
    const { claims } = recorded.jwt
    expect(decoded.header).toEqual(recorded.jwt.header)
    expect(decoded.payload).toEqual({
      ...claims,
      eventId: id,
      actionId: trigger!.body.actions.at(-1).id,
      iat: expect.any(Number),
      exp: (decoded.payload as jwt.JwtPayload).iat! + claims.exp - claims.iat
    })
  })

  test('carries the bare event document with the keys of the recording', async () => {
    const recorded = recording('trigger-birth-REGISTER')
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())
    await core.register(id, ANNOTATED)
    const { body } = country.triggers[0]!
    expect(Object.keys(body)).toEqual(Object.keys(recorded))
    expect(shortRows(body)).toEqual(shortRows(recorded))
    expect(
      body.actions.map((row: object) => Object.keys(row).toSorted())
    ).toEqual(
      recorded.actions.map((row: object) => Object.keys(row).toSorted())
    )
    expect(body.actions[2].declaration).toEqual(recordedDeclaration())
  })

  test('of a system client has its claims, and its rows have no role', async () => {
    const actor = {
      userType: 'system' as const,
      id: CLIENT.clientId,
      scopes: ['type=record.read']
    }
    const id = core.createEvent('birth', actor)
    await core.notify(id, {}, { actor })
    const { headers, body } = country.triggers[0]!
    const claims = jwt.decode(headers.authorization!.replace('Bearer ', ''))
    expect(claims).toMatchObject({ userType: 'system', sub: CLIENT.clientId })
    expect(body.actions.at(-1)).toMatchObject({ createdByUserType: 'system' })
    expect(body.actions.at(-1)).not.toHaveProperty('createdByRole')
  })

  test.each(
    recordings('trigger-').filter((name) => !name.endsWith('.headers'))
  )('%s holds no field that the built-in configurations lack', (name) => {
    const { type, actions } = recording(name)
    const id = core.createEvent(type)
    const declaration = Object.assign(
      {},
      ...actions.map((row: Recorded) => row.declaration)
    )
    return expect(
      core.declare(id, declaration, { answeredWith: { status: 200 } })
    ).resolves.toMatchObject({ status: 200 })
  })

  test('goes to each action type under its own path', async () => {
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())
    await core.edit(id, { 'child.dob': '2026-11-04' })
    await core.register(id)
    await core.printCertificate(id)
    await core.requestCorrection(id, { 'child.dob': '2026-11-05' })
    await core.approveCorrection(id)
    await core.requestCorrection(id, { 'child.dob': '2026-11-06' })
    await core.rejectCorrection(id, 'no')
    await core.custom(id, 'REVOKE_REGISTRATION')
    expect(country.triggers.map(({ path }) => path.split('/').at(-1))).toEqual([
      'EDIT',
      'REGISTER',
      'PRINT_CERTIFICATE',
      'REQUEST_CORRECTION',
      'APPROVE_CORRECTION',
      'REQUEST_CORRECTION',
      'REJECT_CORRECTION',
      'CUSTOM'
    ])
    expect(core.index(id)).toMatchObject({
      status: 'REGISTERED',
      flags: ['revoked'],
      declaration: { 'child.dob': '2026-11-05' }
    })
    expect(country.triggers.at(-1)!.body.actions.at(-1).customActionType).toBe(
      'REVOKE_REGISTRATION'
    )
  })

  test('is not sent for a value of a field that is not configured', async () => {
    const id = core.createEvent('birth')
    const answer = await core.declare(id, { 'child.shoeSize': 3 })
    expect(answer.status).toBe(400)
    expect(country.triggers).toEqual([])
  })
})

describe('a confirmation that overtakes the answer', () => {
  test.each([
    'accept-race-accept-before-200-with-rn',
    'accept-race-accept-before-202',
    'accept-race-accept-before-400',
    'accept-race-accept-before-500',
    'accept-race-reject-before-200-with-rn',
    'accept-race-reject-before-202',
    'accept-recover-after-500-accept',
    'accept-recover-after-500-reject'
  ])('%s', async (name) => {
    const recorded = recording(name)
    const isRecovery = name.includes('recover')
    const procedure = name.includes('reject') ? 'reject' : 'accept'
    const { request } = recorded.callbackBeforeAnswer ?? recorded.callback
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())

    async function confirm() {
      const { headers, body } = country.triggers.at(-1)!
      const actionId = body.actions.at(-1).id
      const token = headers.authorization!.replace('Bearer ', '')
      const answer = await post(`register.${procedure}`, token, {
        ...request.body.json,
        eventId: id,
        actionId
      })
      expect(answer.status).toBe(200)
      return { token }
    }

    if (!isRecovery) country.onTrigger = async () => void (await confirm())
    country.next(isRecovery ? { status: 500 } : recorded.ccAnswer)
    const answer = await core.register(id, ANNOTATED)
    if (isRecovery) {
      expect(answer.status).toBe(500)
      await confirm()
    } else {
      expect(answer.status).toBe(recorded.clientOfCore.http ?? 200)
    }
    const rows = shortRows(core.event(id))
    const expected = recorded.actions as string[]
    expect(rows.slice(-recordedRows(expected).length)).toEqual(
      recordedRows(expected)
    )
    const index = recorded.indexed ?? recorded.idx
    expect(shortIndex(core.index(id), index)).toEqual(index)
  })

  test('leaves a stale index that a second accept does not heal, and a read does', async () => {
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())
    let token = ''
    let json = {}
    country.onTrigger = async ({ headers, body }) => {
      token = headers.authorization!.replace('Bearer ', '')
      json = {
        eventId: id,
        actionId: body.actions.at(-1).id,
        transactionId: `heal-${id}`,
        registrationNumber: `HEAL-${id}`
      }
      await post('register.accept', token, json)
    }
    country.next({ status: 202 })
    await core.register(id)
    await post('register.accept', token, json)
    expect(core.index(id)).toMatchObject({
      status: 'DECLARED',
      flags: ['register:requested', 'validated']
    })

    const answer = await read(id, token)

    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(core.event(id))
    expect(core.index(id)).toMatchObject({
      status: 'REGISTERED',
      registrationNumber: `HEAL-${id}`
    })
  })
})

describe('reading', () => {
  test('needs the scope, and a record token reads its own record alone', async () => {
    const id = await core.createDeclaredEvent('birth', recordedDeclaration())
    const other = await core.createDeclaredEvent('birth', recordedDeclaration())
    const own = core.recordToken({ eventId: id, actionId: 'a' })
    const without = core.recordToken(
      { eventId: id, actionId: 'a' },
      { claims: { scope: ['type=record.confirm-registration'] } }
    )
    expect((await read(id, own)).status).toBe(200)
    expect((await read(other, own)).status).toBe(403)
    expect((await read(id, without)).status).toBe(403)
    expect((await read(id, core.userToken())).status).toBe(200)
    expect((await read(id, core.anonymousToken())).status).toBe(401)
  })

  test('gives the event configurations with the fields of each page', async () => {
    const response = await fetch(`${url}/events/event.config.get`, {
      headers: { authorization: `Bearer ${core.userToken()}` }
    })
    const answer: Recorded = await response.json()
    const [birth] = answer.result.data.json
    expect(birth.id).toBe('birth')
    expect(
      birth.declaration.pages.flatMap((page: Recorded) =>
        page.fields.map((field: Recorded) => field.id)
      )
    ).toEqual(expect.arrayContaining(['child.nid', 'mother.verified']))
  })
})

test('the log has what came and what went, and no token', async () => {
  const id = await core.createDeclaredEvent('birth', recordedDeclaration())
  core.log.clear()
  country.next({ status: 202 })
  await core.register(id)
  const { headers, body } = country.triggers[0]!
  const token = headers.authorization!.replace('Bearer ', '')
  await post('register.accept', token, {
    eventId: id,
    actionId: body.actions.at(-1).id,
    transactionId: `log-${id}`,
    registrationNumber: `LOG-${id}`
  })
  expect(
    core.log.entries.map(({ direction, kind, status }) => [
      direction,
      kind,
      status
    ])
  ).toEqual([
    ['sent', 'trigger', 202],
    ['received', 'accept', 200]
  ])
  expect(JSON.stringify(core.log.entries)).not.toContain(token)
})
