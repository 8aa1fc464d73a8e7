import * as path from 'node:path'
import {
  createOsiaSimulator,
  type OsiaSimulator
} from 'opencrvs-national-id/sandbox'
import type { SystemRequest } from '../../../src/domain/delivery'
import { systemClock } from '../../../src/internal/clock'
import { osia, type OsiaOptions } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { MOTHER, newborn } from './made'
import { openSubscriber } from '../../sandbox/osia/subscriber'
import { SECRET, until } from './notification-world'
import { publishedFiles, startPrism, type Prism } from './prism-process'

const FILES = {
  uin: 'uin.yaml',
  populationRegistry: 'pr.yaml',
  dataAccess: 'dataaccess.yaml',
  thirdParty: '3rdparty.yaml',
  notification: 'notification.yaml'
} as const

const FOLDER = publishedFiles()
const describeWithFiles = FOLDER === undefined ? describe.skip : describe
if (FOLDER === undefined)
  process.stderr.write(
    "SKIPPED: OSIA's published files are not here, so what we send is not held against them.\n"
  )

/** Kinds of calls that each interface's file was asked about. */
const seen = new Set<string>()

describeWithFiles('in front of the published files', () => {
  let register: OsiaSimulator
  let urls: OsiaOptions['urls']
  const prisms: Prism[] = []
  const systems: NationalIdSystem[] = []

  beforeAll(async () => {
    register = createOsiaSimulator({
      people: [
        {
          uin: MOTHER.identifier,
          attributes: {
            firstName: 'Thandiwe',
            lastName: 'Nkandu',
            dateOfBirth: '1996-02-14',
            gender: '2'
          }
        }
      ]
    })
    await register.start()
    const entries = await Promise.all(
      Object.entries(FILES).map(async ([name, file]) => {
        // The keys of the table above.
        const of = name as keyof typeof FILES
        const yaml = path.join(FOLDER ?? '', file)
        const prism = await startPrism(yaml, register.connection.urls[of])
        prisms.push(prism)
        return [of, prism.url] as const
      })
    )
    urls = Object.fromEntries(entries)
  }, 50_000)

  afterEach(async () => {
    for (const { kind } of register.log.entries) seen.add(kind)
    for (const system of systems.splice(0)) await system.stop?.()
  })

  afterAll(async () => {
    await Promise.all(prisms.map((prism) => prism.stop()))
    await register.stop()
  })

  function systemWith(
    changes: Partial<OsiaOptions> = {},
    routesUrl?: string
  ): NationalIdSystem {
    const { authentication } = register.connection
    const options = { urls, authentication, ...changes }
    const factory = osia({ uinPattern: /\d{10}/, ...options })
    expect(factory.issues('system')).toEqual([])
    const system = factory.create({
      clock: systemClock,
      ...(routesUrl === undefined ? {} : { routesUrl })
    })
    systems.push(system)
    return system
  }

  const context = () => ({ signal: new AbortController().signal, attempt: 1 })

  function about(uin: string, changes: Partial<SystemRequest>): SystemRequest {
    return { ...newborn(), identifier: uin, ...changes }
  }

  async function born(system: NationalIdSystem, reference: string) {
    const event = { ...newborn().event, trackingId: reference }
    const request = newborn({
      reference,
      event,
      registrationNumber: `2026${reference}`
    })
    const answer = await system.submit(request, context())
    const identifier =
      answer.outcome === 'accepted' ? (answer.identifier ?? '') : ''
    return { request, uin: identifier }
  }

  it('asks for a number, after looking for duplicates, and tells of the birth', async () => {
    const system = systemWith({
      duplicates: {},
      parents: ['mother'],
      lookUp: { by: 'reference' },
      referenceAttribute: { name: 'trackingId' }
    })
    const { request, uin } = await born(system, 'PULL0001')
    expect(uin).toMatch(/^\d{10}$/)
    const mother = { person: MOTHER.person, identifier: MOTHER.identifier }
    await system.announce?.(
      { ...request, relatives: { mother } },
      { identifier: uin },
      context()
    )
    const status = await system.status?.(
      { operation: 'createIdentity', reference: 'PULL0001', request },
      context()
    )
    expect(status).toEqual({ outcome: 'accepted', identifier: uin })
    const [message] = register.published('liveBirth')
    expect(JSON.parse(message?.text ?? '')).toEqual({
      source: 'opencrvs',
      uin,
      uin1: MOTHER.identifier
    })
  })

  it('tells of changes, a death and a withdrawal', async () => {
    const system = systemWith()
    const uin = MOTHER.identifier
    const changes = ['name', 'sex', 'dateOfBirth']
    const all: Array<Partial<SystemRequest>> = [
      { operation: 'updateIdentity', changes },
      { operation: 'notifyDeath' },
      { operation: 'withdraw', cause: 'revocation' }
    ]
    for (const one of all) {
      const answer = await system.submit(about(uin, one), context())
      expect(answer).toEqual({ outcome: 'accepted' })
    }
    const topics = [
      'changeOfName',
      'changeOfGender',
      'updatePerson',
      'death',
      'birthCancellation'
    ]
    for (const topic of topics) {
      expect(register.published(topic)).toHaveLength(1)
    }
  })

  it.each(['PATCH', 'PUT'] as const)(
    'writes a person and an identity, changes it by %s, flags the death and ends it',
    async (updateMethod) => {
      const system = systemWith({
        mode: 'push',
        push: { updateMethod, revoke: true, onValid: 'replace' }
      })
      const { request, uin } = await born(system, `PUSH${updateMethod}`)
      await system.announce?.(request, { identifier: uin }, context())
      // The same once more: 409, and it is read back.
      await system.announce?.(request, { identifier: uin }, context())
      const person = { ...request.person, name: { firstname: 'Amarachi' } }
      const change = { operation: 'updateIdentity', person, changes: ['name'] }
      await system.submit(
        { ...request, ...change, identifier: uin } as SystemRequest,
        context()
      )
      expect(register.person(uin)?.attributes.firstName).toBe('Amarachi')
      const [identity] = register.person(uin)?.identities.values() ?? []
      if (identity !== undefined) identity.status = 'VALID'
      const again = { ...person, name: { firstname: 'Amaka' } }
      await system.submit(
        {
          ...request,
          ...change,
          person: again,
          reference: `${request.reference}X`,
          identifier: uin
        } as SystemRequest,
        context()
      )
      expect(register.person(uin)?.attributes.firstName).toBe('Amaka')
      for (const identity of register.person(uin)?.identities.values() ?? []) {
        identity.status = 'VALID'
      }
      await system.submit(about(uin, { operation: 'notifyDeath' }), context())
      expect(register.person(uin)?.physicalStatus).toBe('DEAD')
      await system.submit(
        about(uin, { operation: 'deactivateIdentity' }),
        context()
      )
      const left = [...(register.person(uin)?.identities.values() ?? [])]
      expect(left.map(({ status }) => status)).not.toContain('VALID')
    }
  )

  it('lets the register make up the id of an identity', async () => {
    const system = systemWith({
      mode: 'push',
      push: { identityId: 'theirs' }
    })
    const { request, uin } = await born(system, 'THEIRS01')
    await system.announce?.(request, { identifier: uin }, context())
    expect(register.person(uin)?.identities.size).toBe(1)
  })

  it.each([
    { by: 'match' },
    { by: 'verify' },
    { by: 'thirdParty', matchCodes: [0] }
  ] as const)('compares a mother by $by', async (verify) => {
    const system = systemWith({ verify })
    expect(await system.verify?.(MOTHER, context())).toEqual({
      outcome: 'match'
    })
    const person = { ...MOTHER.person, dateOfBirth: '1996-02-15' }
    const other = await system.verify?.({ ...MOTHER, person }, context())
    expect(other?.outcome).toBe('noMatch')
  })

  it('subscribes, confirms, reads a new person back and unsubscribes', async () => {
    const engineSide = await openSubscriber()
    const system = systemWith(
      {
        uin: 'newPerson',
        mode: 'push',
        referenceAttribute: { name: 'crvsReference', holds: 'reference' },
        subscription: { secrets: SECRET, unsubscribeAtStop: true }
      },
      engineSide.url
    )
    const [route] = system.callbackRoutes ?? []
    const pass = async (index: number) => {
      const { body, headers } = engineSide.deliveries[index] ?? {}
      return route?.read({
        method: 'POST',
        query: {},
        params: { secret: SECRET },
        headers: Object.fromEntries(
          Object.entries(headers ?? {}).map(([name, value]) => [
            name,
            String(value)
          ])
        ),
        rawBody: Buffer.from(JSON.stringify(body))
      })
    }
    try {
      await system.start?.()
      await until(() => engineSide.deliveries.length === 1)
      await pass(0)
      expect(register.subscriptions.map(({ active }) => active)).toEqual([true])
      const { personId } = register.addPerson({
        attributes: {
          firstName: 'Amara',
          lastName: 'Nkandu',
          dateOfBirth: '2026-10-30',
          gender: '2',
          crvsReference: 'B7K2QXM9'
        }
      })
      register.publish('newPerson', { source: 'pr', uin: personId })
      await until(() => engineSide.deliveries.length === 2)
      const [message] = (await pass(1)) ?? []
      expect(message).toMatchObject({ reference: 'B7K2QXM9' })
      expect(message?.agrees?.(newborn())).toBe(true)
      await system.stop?.()
      expect(register.subscriptions).toEqual([])
    } finally {
      await engineSide.stop()
    }
  })

  it('looks at its own connection', async () => {
    const system = systemWith()
    const found = await system.check?.({ signal: new AbortController().signal })
    expect(found?.filter(({ state }) => state === 'failed')).toEqual([])
  })

  it('would have been stopped by them: what they do not allow never arrives', async () => {
    register.behave({
      acceptsIntegers: true,
      publishMediaTypes: ['application/json']
    })
    const system = systemWith({
      publishMediaType: 'application/json',
      wholeNumbersAs: 'number',
      attributes: { more: { order: 'birthOrder' } }
    })
    const before = register.ledger.of('issued').length
    const deaths = register.published('death').length
    const person = { ...newborn().person, attributes: { order: 2 } }
    await expect(
      system.submit(newborn({ person }), context())
    ).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL' })
    await expect(
      system.submit(
        about('3100000007', { operation: 'notifyDeath' }),
        context()
      )
    ).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL' })
    expect(register.ledger.of('issued')).toHaveLength(before)
    expect(register.published('death')).toHaveLength(deaths)
  })

  it('has had every operation that civil registration sends before the files', () => {
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'confirm',
        'createIdentity',
        'createPerson',
        'identityStatus',
        'match',
        'publish',
        'query',
        'read',
        'reference',
        'subscribe',
        'thirdParty',
        'topic',
        'uin',
        'unsubscribe',
        'updateIdentity',
        'updatePerson',
        'verify'
      ])
    )
  })
})
