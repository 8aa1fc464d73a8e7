import { readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'
import { runInNewContext } from 'node:vm'
import * as nodeCrypto from 'node:crypto'
import * as ts from 'typescript'
import {
  createNationalId,
  OptionsError,
  SystemError,
  type NationalIdSystem,
  type ReadablePeople,
  type SystemCapabilities,
  type SystemRoute
} from 'opencrvs-national-id'
import '../../examples/own-system/contract'
import { ownRegisterFactory } from '../../examples/own-system/factory'
import { createOwnNationalId } from '../../examples/own-system/national-id'
import {
  ownRegister,
  type OwnRegisterOptions
} from '../../examples/own-system/own-register'
import {
  openRegisterSimulator,
  type RegisterSimulator
} from '../../examples/own-system/simulator'
import {
  answersTo,
  DECEASED,
  eventually,
  NEWBORN,
  startEnvironment,
  type Environment
} from '../integration/environment'
import { callContext, systemRequest } from '../systems/contract'

// What the page runs with Node's own runner is run by this one.
jest.mock('node:test', () => ({
  test: (name: string, run: () => Promise<void>) => {
    it(`runs the contract: the system ${name}`, run)
  }
}))

const ROOT = path.join(__dirname, '../..')
const FOLDER = 'examples/own-system'
const PAGE = readFileSync(path.join(ROOT, 'docs/writing-a-system.md'), 'utf8')

/** The page's pieces of each file, in their order. */
function piecesByFile(): Map<string, string[]> {
  const pieces = new Map<string, string[]>()
  for (const [, file = '', code = ''] of PAGE.matchAll(
    /^```ts (\S+)\n([\s\S]*?)\n```$/gm
  )) {
    pieces.set(file, [...(pieces.get(file) ?? []), code])
  }
  return pieces
}

describe('the page about writing a system', () => {
  it.each([...piecesByFile()])('shows the whole of %s', (file, pieces) => {
    const shown = pieces.join('\n\n')
    expect(`${shown}\n`).toBe(readFileSync(path.join(ROOT, file), 'utf8'))
  })

  it('shows every file of the example but its simulator, which it links to', () => {
    const files = readdirSync(path.join(ROOT, FOLDER))
      .map((file) => `${FOLDER}/${file}`)
      .filter((file) => !PAGE.includes(`](../${file})`))
    expect([...piecesByFile().keys()].sort()).toEqual(files.sort())
    expect(PAGE).toContain(`](../${FOLDER}/simulator.ts)`)
  })

  it('names every capability that the port has', () => {
    const port = readFileSync(path.join(ROOT, 'src/systems/system.ts'), 'utf8')
    const [, type = ''] =
      /export type SystemCapabilities = \{\n([\s\S]*?)\n\}/.exec(port) ?? []
    const names = [...type.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(6)
    const missing = names.filter((name) => !PAGE.includes('`' + name))
    expect(missing.filter((name) => !PAGE.includes(`.${name}`))).toEqual([])
  })
})

let register: RegisterSimulator

beforeEach(async () => {
  register = await openRegisterSimulator()
})

afterEach(() => register.close())

function optionsAt(
  { client, publicKey, secret, url }: RegisterSimulator,
  changes: Partial<OwnRegisterOptions> = {}
): OwnRegisterOptions {
  return {
    baseUrl: url,
    client,
    secret: async () => secret,
    callbackKey: publicKey,
    ...changes
  }
}

function systemAt(changes?: Partial<OwnRegisterOptions>): NationalIdSystem {
  return ownRegister(optionsAt(register, changes))
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'no failure',
    (error: unknown) => error
  )
}

describe('the system of the page', () => {
  const request = systemRequest()
  const { operation, reference } = request

  it('logs in again when its session ends, and does the work once', async () => {
    const system = systemAt()
    await system.status?.({ operation, reference }, callContext())
    register.be('endSession')
    await expect(system.submit(request, callContext())).resolves.toEqual({
      outcome: 'pending',
      systemReference: 'C-1'
    })
    expect(register.cases).toHaveLength(1)
  })

  it('waits for a secret that is wrong or cannot be read, without saying it', async () => {
    const wrong = await failureOf(
      systemAt({ secret: async () => 'hunter2' }).submit(request, callContext())
    )
    expect(wrong).toMatchObject({
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      retryable: true,
      outcomeUnknown: false
    })
    expect(String(wrong)).not.toContain('hunter2')
    const missing = () => Promise.reject(new Error('no /run/hunter2'))
    const unread = await failureOf(
      systemAt({ secret: missing }).submit(request, callContext())
    )
    expect(unread).toMatchObject({
      code: 'ERR_SYSTEM_SECRET',
      retryable: true,
      outcomeUnknown: false
    })
    expect(String(unread)).not.toContain('hunter2')
  })

  it('does not know whether a call that was cut was done, and can ask', async () => {
    const system = systemAt()
    register.be('cutAfter')
    expect(
      await failureOf(system.submit(request, callContext()))
    ).toMatchObject({ retryable: true, outcomeUnknown: true })
    await expect(
      system.status?.({ operation, reference }, callContext())
    ).resolves.toEqual({ outcome: 'pending', systemReference: 'C-1' })
  })

  it('leaves two cases under one reference to a person', async () => {
    const system = systemAt()
    await system.submit(request, callContext())
    await system.submit(request, callContext())
    await expect(
      system.status?.({ operation, reference }, callContext())
    ).resolves.toEqual({ outcome: 'undetermined' })
  })

  it('says whether a person’s data match', async () => {
    const { person } = request
    const verify = (surname: string) =>
      systemAt().verify?.(
        { person: { ...person, name: { surname } }, reference },
        callContext()
      )
    await expect(verify('Okonjo')).resolves.toEqual({ outcome: 'match' })
    await expect(verify('Nkemelu')).resolves.toEqual({ outcome: 'noMatch' })
  })

  it('tells no death of a person without a number', async () => {
    const failure = await failureOf(
      systemAt().submit({ ...request, operation: 'notifyDeath' }, callContext())
    )
    expect(failure).toBeInstanceOf(SystemError)
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_NO_NUMBER',
      retryable: false
    })
    expect(register.cases).toEqual([])
  })

  it.each([
    ['ERR_CALLBACK_HEADERS', { 'x-register-time': 'now' }],
    ['ERR_CALLBACK_SIGNATURE', { 'x-register-time': '1' }],
    ['ERR_CALLBACK_SIGNATURE', { 'x-register-signature': 'c2lnbmVk' }]
  ])('refuses a callback with %s', async (code, headers) => {
    const callback = register.callback(reference)
    const forged = { ...callback, headers: { ...callback.headers, ...headers } }
    await expect(systemAt().readCallback?.(forged)).rejects.toMatchObject({
      code,
      status: 401
    })
  })

  it.each([-301, 301])(
    'refuses a genuine callback that is %i seconds away',
    async (seconds) => {
      const now = () => Date.now() + seconds * 1000
      await expect(
        systemAt({ now }).readCallback?.(register.callback(reference))
      ).rejects.toMatchObject({ code: 'ERR_CALLBACK_TIMESTAMP' })
    }
  )

  it('tells a wrong address with the other mistakes, and http as unwise', () => {
    const settings = {
      publicUrl: 'https://country.example.org',
      clientUrl: 'https://register.example.org',
      gatewayUrl: 'http://gateway:7070',
      authUrl: 'http://auth:4040',
      encryptionKey: 'for tests only, and long enough: 0123456789',
      databasePath: ':memory:',
      register: optionsAt(register)
    }
    expect(createOwnNationalId(settings).plugin).toBeDefined()
    const wrong = optionsAt(register, { baseUrl: 'https://id.example.org/' })
    const create = () => createOwnNationalId({ ...settings, register: wrong })
    expect(create).toThrow(OptionsError)
    expect(create).toThrow(/system\.baseUrl/)
    const { weakenings } = ownRegisterFactory(optionsAt(register))
    expect(weakenings('system')).toEqual([
      expect.objectContaining({ option: 'system.baseUrl' })
    ])
  })

  it('is also taken as a plain object', () => {
    const options = {
      publicUrl: 'https://country.example.org',
      opencrvs: { gatewayUrl: 'http://g:7070', authUrl: 'http://a:4040' },
      secrets: { encryption: 'for tests only, and long enough: 0123456789' },
      store: { name: 'none' },
      system: systemAt(),
      events: {}
    }
    const problems = (system: unknown) => {
      try {
        // Other options are wrong on purpose: only what is said of the system counts.
        createNationalId({ ...options, system } as never)
      } catch (error) {
        return String(error)
      }
      return ''
    }
    expect(problems(systemAt())).not.toMatch(/- system/)
    const { status: _status, ...unable } = systemAt()
    expect(problems(unable)).toMatch(/- system\.capabilities\.status/)
  })
})

describe('a country with the system of the page', () => {
  let environment: Environment

  beforeEach(async () => {
    environment = await startEnvironment(
      ownRegisterFactory(optionsAt(register))
    )
  })

  afterEach(() => environment.stop())

  /** The register's own post. */
  async function callBack(reference: string): Promise<number> {
    const { headers, rawBody } = register.callback(reference)
    const { status } = await fetch(
      `${environment.url}/national-id/confirmation`,
      {
        method: 'POST',
        headers: Object.entries(headers).map(([name, value]) => [
          name,
          value ?? ''
        ]),
        body: new Uint8Array(rawBody)
      }
    )
    return status
  }

  async function firstCase() {
    const [opened] = await eventually(
      () => register.cases,
      (cases) => cases.length > 0
    )
    return opened?.reference ?? ''
  }

  it('brings the number of a birth into the record when the register calls', async () => {
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', NEWBORN)
    await core.register(eventId)
    const reference = await firstCase()
    expect(register.cases[0]).toMatchObject({ certificate: 'RN-1' })
    register.issue(reference)
    expect(await callBack(reference)).toBe(200)
    await eventually(
      () => answersTo(core, eventId, 'REGISTER'),
      (rows) => rows.includes('Accepted')
    )
    expect(core.state(eventId)?.declaration['child.nid']).toBe('N-C-1')
  })

  it('refuses what somebody else sends, and tells of what is not ours', async () => {
    const other = await openRegisterSimulator()
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', NEWBORN)
    await core.register(eventId)
    const reference = await firstCase()
    const { headers, rawBody } = other.callback(reference)
    await other.close()
    const forged = await environment.server.inject({
      method: 'POST',
      url: '/national-id/confirmation',
      headers,
      payload: rawBody
    })
    expect(forged.statusCode).toBe(401)
    expect(await callBack('00000000-0000-4000-8000-000000000000')).toBe(404)
    expect(answersTo(core, eventId, 'REGISTER')).toEqual([])
  })

  it('tells a death once', async () => {
    const { core } = environment
    const eventId = await core.createDeclaredEvent('death', DECEASED)
    await core.register(eventId)
    await firstCase()
    expect(register.cases).toEqual([
      expect.objectContaining({ state: 'RECORDED' })
    ])
  })
})

describe('a route of the register', () => {
  type Snippet = {
    afterwards: Partial<SystemCapabilities>
    personRoute(people: ReadablePeople, token: string): SystemRoute
  }

  function snippet(): Snippet {
    const [, code = ''] = /^```ts\n([\s\S]*?)^```/m.exec(PAGE) ?? []
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022
      }
    })
    const exports: Partial<Snippet> = {}
    runInNewContext(outputText, { exports, require: () => nodeCrypto })
    return exports as Snippet
  }

  async function ask(token: string | undefined, number: string) {
    const asked: object[] = []
    const people: ReadablePeople = {
      async find(reading) {
        asked.push(reading)
        const { person } = systemRequest()
        return reading.identifier === 'N-1'
          ? { identifier: 'N-1', role: 'subject', person }
          : undefined
      }
    }
    const answer = await snippet()
      .personRoute(people, 'a-token')
      .handle({
        method: 'POST',
        headers: { 'x-register-token': token },
        query: {},
        params: {},
        rawBody: Buffer.from(number)
      })
    return { answer, asked }
  }

  it('gives what was asked for to the register alone', async () => {
    const { answer } = await ask('a-token', 'N-1')
    expect(answer).toMatchObject({ status: 200, body: '{"born":"2026-03-02"}' })
    expect((await ask('a-token', 'N-2')).answer.status).toBe(404)
  })

  it.each([undefined, '', 'another'])(
    'asks for nobody when the secret is %j',
    async (token) => {
      const { answer, asked } = await ask(token, 'N-1')
      expect(answer.status).toBe(401)
      expect(answer.refused).toBe('ERR_READER_TOKEN')
      expect(asked).toEqual([])
    }
  )

  it('names capabilities that the options take', () => {
    expect(snippet().afterwards.readsBack?.forMs).toBe(86_400_000)
    expect(snippet().afterwards.announces).toContain('createIdentity')
  })
})
