import * as path from 'node:path'
import Database from 'better-sqlite3'
import { sqlite } from 'opencrvs-national-id'
import {
  answersTo,
  eventually,
  type Environment
} from '../../integration/environment'
import { startIssuer, type Issuer } from './data-access-issuer'
import {
  ask,
  BIRTH,
  CHILD_UIN,
  FATHER_UIN,
  MOTHER_UIN,
  readingSystem,
  startReading
} from './data-access-world'

let issuer: Issuer
const started: Environment[] = []

beforeAll(async () => {
  issuer = await startIssuer()
})

afterEach(async () => {
  for (const environment of started.splice(0).reverse())
    await environment.stop()
})

afterAll(() => issuer.stop())

async function start(
  ...given: Parameters<typeof startReading>
): Promise<Environment> {
  const environment = await startReading(...given)
  started.push(environment)
  return environment
}

const PATH = '/national-id/osia/v1/persons'
const NAMES =
  '?attributeNames=firstName&attributeNames=lastName&attributeNames=dateOfBirth'

function rowsOf({ folder }: Environment, statement: string): unknown[] {
  const database = new Database(path.join(folder, 'national-id.db'), {
    readonly: true
  })
  try {
    return database.prepare(statement).all()
  } finally {
    database.close()
  }
}

async function register({ core }: Environment): Promise<string> {
  const eventId = await core.createDeclaredEvent('birth', BIRTH)
  await core.register(eventId)
  return eventId
}

describe('a register that is told of a birth', () => {
  it('reads the newborn and the parents back during the announcement, after core has the record, and nobody else', async () => {
    let seen: Awaited<ReturnType<typeof readAll>> | undefined
    let status: string | undefined
    let eventId = ''
    async function readAll() {
      const token = await issuer.token()
      const all = [CHILD_UIN, MOTHER_UIN, FATHER_UIN, '7000000033', '1']
      return Promise.all(
        all.map((uin) => ask(environment.url, `${PATH}/${uin}${NAMES}`, token))
      )
    }
    const environment: Environment = await start(
      readingSystem(issuer, {
        async announce({ relatives }, { identifier, registrationNumber }) {
          expect(identifier).toBe(CHILD_UIN)
          expect(registrationNumber).toBe('RN-1')
          expect(relatives?.mother?.identifier).toBe(MOTHER_UIN)
          expect(Object.keys(relatives ?? {})).toEqual(['mother', 'father'])
          status = environment.core.state(eventId)?.status
          seen = await readAll()
        }
      })
    )
    eventId = await register(environment)
    const answers = await eventually(
      () => seen ?? [],
      ({ length }) => length > 0
    )
    expect(status).toBe('REGISTERED')
    expect(answers.map((answer) => answer.status)).toEqual([
      200, 200, 200, 404, 404
    ])
    const [child, mother, father] = answers.map(({ body }) =>
      body === '' ? undefined : (JSON.parse(body) as unknown)
    )
    expect(child).toEqual({
      firstName: 'Juno',
      lastName: 'Exampleson',
      dateOfBirth: BIRTH['child.dob']
    })
    expect(mother).toMatchObject({
      firstName: 'Ana',
      dateOfBirth: '1996-03-04'
    })
    expect(father).toMatchObject({
      firstName: 'Tom',
      dateOfBirth: { code: 1023 }
    })
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([
      'Accepted'
    ])
  })

  it('reads nobody before core has accepted, and nobody once the time is over', async () => {
    const early: number[] = []
    const system = readingSystem(issuer, { forMs: 600 })
    const environment: Environment = await start({
      ...system,
      create(dependencies) {
        const made = system.create(dependencies)
        return {
          ...made,
          async submit(...given) {
            for (const uin of [CHILD_UIN, MOTHER_UIN])
              early.push((await read(uin)).status)
            return made.submit(...given)
          }
        }
      }
    })
    async function read(uin: string) {
      return ask(
        environment.url,
        `${PATH}/${uin}${NAMES}`,
        await issuer.token()
      )
    }
    await register(environment)
    await eventually(
      () => read(CHILD_UIN),
      ({ status }) => status === 200
    )
    expect(early).toEqual([404, 404])
    await eventually(
      () => read(CHILD_UIN),
      ({ status }) => status === 404
    )
    expect((await read(MOTHER_UIN)).status).toBe(404)
  })

  it('cannot read without a good token and the scope of the call', async () => {
    const environment = await start(readingSystem(issuer))
    await register(environment)
    const child = `${PATH}/${CHILD_UIN}`
    const good = await issuer.token()
    await eventually(
      () => ask(environment.url, `${child}${NAMES}`, good),
      ({ status }) => status === 200
    )
    const now = Math.floor(Date.now() / 1000)
    const expired = await issuer.token({ exp: now - 60 })
    const secret = new TextEncoder().encode('a secret of thirty-two characters')
    const shared = await issuer.token({}, { alg: 'HS256', key: secret })
    for (const token of [undefined, 'x', `${good}x`, expired, shared]) {
      const answer = await ask(environment.url, `${child}${NAMES}`, token)
      expect(answer).toMatchObject({ status: 401, body: '' })
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    const other = await issuer.token({
      scope: 'cr.person.match pr.person.read'
    })
    expect(await ask(environment.url, `${child}${NAMES}`, other)).toMatchObject(
      {
        status: 403,
        body: ''
      }
    )
    const match = await ask(environment.url, `${child}/match`, other, {
      firstName: 'JUNO'
    })
    expect(match).toMatchObject({ status: 200, body: '[]' })
    const refused = rowsOf(
      environment,
      "select details from national_id_audit where kind like '%refused'"
    ) as Array<{ details: string }>
    expect(
      refused.map(
        ({ details }) => (JSON.parse(details) as { code: string }).code
      )
    ).toEqual([
      'ERR_TOKEN_MISSING',
      'ERR_TOKEN_INVALID',
      'ERR_TOKEN_INVALID',
      'ERR_TOKEN_EXPIRED',
      'ERR_TOKEN_INVALID',
      'ERR_SCOPE'
    ])
  })

  it('leaves every reading in the audit trail, hit or miss, without a number or a value', async () => {
    const environment = await start(readingSystem(issuer))
    await register(environment)
    const token = await issuer.token()
    await eventually(
      () => ask(environment.url, `${PATH}?uin=${CHILD_UIN}`, token),
      ({ status }) => status === 200
    )
    const child = `${PATH}/${CHILD_UIN}`
    await ask(environment.url, `${child}/match`, token, { firstName: 'Juno' })
    await ask(environment.url, `${child}/verify`, token, [
      { attributeName: 'dateOfBirth', operator: '<', value: '2030-01-01' }
    ])
    await ask(environment.url, `${PATH}/4711${NAMES}`, token)
    const rows = rowsOf(
      environment,
      "select kind, actor, details from national_id_audit where kind like 'person.%' order by sequence"
    ) as Array<{ kind: string; actor: string; details: string }>
    expect(rows.filter(({ kind }) => kind === 'person.read').slice(-3)).toEqual(
      [['uin'], ['firstName'], ['dateOfBirth']].map((attributes) => ({
        kind: 'person.read',
        actor: 'reader:population-register',
        details: JSON.stringify({ attributes, role: 'subject' })
      }))
    )
    expect(rows.at(-1)).toEqual({
      kind: 'person.notFound',
      actor: 'reader:population-register',
      details: JSON.stringify({
        attributes: ['firstName', 'lastName', 'dateOfBirth']
      })
    })
    const all = JSON.stringify(
      rowsOf(environment, 'select * from national_id_audit')
    )
    const said = JSON.stringify(environment.lines)
    for (const secret of [
      CHILD_UIN,
      MOTHER_UIN,
      '4711',
      'Juno',
      'Exampleson',
      token
    ]) {
      expect(all).not.toContain(secret)
      expect(said).not.toContain(secret)
    }
  })

  it('reads through any server of the country', async () => {
    const first = await start(readingSystem(issuer))
    await register(first)
    const token = await issuer.token()
    const readFrom = ({ url }: { url: string }) =>
      ask(url, `${PATH}/${CHILD_UIN}${NAMES}`, token)
    await eventually(
      () => readFrom(first),
      ({ status }) => status === 200
    )
    // Only now: its worker would take the work to a core of its own.
    const second = await start(readingSystem(issuer), {
      store: sqlite({ path: path.join(first.folder, 'national-id.db') })
    })
    expect((await readFrom(second)).status).toBe(200)
  })

  it('still reads after the country restarted', async () => {
    const environment = await start(readingSystem(issuer))
    await register(environment)
    const token = await issuer.token()
    const read = () =>
      ask(environment.url, `${PATH}/${CHILD_UIN}${NAMES}`, token)
    await eventually(read, ({ status }) => status === 200)
    await environment.restart()
    expect((await read()).status).toBe(200)
  })
})

describe('two instances in one process', () => {
  it('each have people of their own', async () => {
    const other = await start(readingSystem(issuer, { forMs: 60_000 }), {
      routePrefix: '/second'
    })
    const environment = await start(readingSystem(issuer))
    await register(environment)
    const token = await issuer.token()
    await eventually(
      () => ask(environment.url, `${PATH}/${CHILD_UIN}${NAMES}`, token),
      ({ status }) => status === 200
    )
    const there = `/second/osia/v1/persons/${CHILD_UIN}${NAMES}`
    expect((await ask(other.url, there, token)).status).toBe(404)
  })
})
