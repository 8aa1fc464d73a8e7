import type { SystemRequest } from '../../../src/domain/delivery'
import type { OsiaOptions } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import { failureOf } from '../http/made'
import { MOTHER, newborn, osiaSystem } from './made'
import { openRegister, type Register } from './register'

const UIN = '1235567890'

describe('what osia() publishes', () => {
  let register: Register
  let system: NationalIdSystem | undefined

  beforeEach(async () => {
    register = await openRegister()
  })

  afterEach(async () => {
    await system?.stop?.()
    await register.close()
  })

  function made(options: Partial<OsiaOptions> = {}): NationalIdSystem {
    system = osiaSystem(register.url, options)
    return system
  }

  const announced = (
    changes: Partial<SystemRequest> = {},
    options: Partial<OsiaOptions> = {}
  ) =>
    made(options).announce?.(
      newborn(changes),
      { identifier: UIN, registrationNumber: '2026-17' },
      callContext()
    )

  const submitted = (
    changes: Partial<SystemRequest>,
    options: Partial<OsiaOptions> = {}
  ) =>
    made(options).submit(
      newborn({ identifier: UIN, ...changes }),
      callContext()
    )

  it('is nothing before core has accepted the registration', async () => {
    await made().submit(newborn(), callContext())
    expect(register.minted).toHaveLength(1)
    expect(register.published).toEqual([])
  })

  it('is liveBirth with the numbers of child and parents, and nothing personal', async () => {
    await announced(
      {
        relatives: {
          mother: MOTHER,
          father: { ...MOTHER, identifier: '3456789012' },
          informant: { ...MOTHER, identifier: '4567890123' }
        }
      },
      { parents: ['mother', 'father'] }
    )
    expect(register.published).toEqual([
      {
        topic: 'liveBirth',
        subject: 'liveBirth',
        message: {
          source: 'opencrvs',
          uin: UIN,
          uin1: '2345678901',
          uin2: '3456789012'
        }
      }
    ])
  })

  it('names a father alone as the second parent', async () => {
    await announced(
      { relatives: { father: MOTHER } },
      { parents: ['mother', 'father'] }
    )
    expect(register.published[0]?.message).toEqual({
      source: 'opencrvs',
      uin: UIN,
      uin2: '2345678901'
    })
  })

  it('is foetalDeath for the types of events that the country maps to it', async () => {
    await announced(
      { event: { id: 'e', type: 'foetal-death', trackingId: 'T' } },
      { foetalDeathEvents: ['foetal-death'] }
    )
    expect(register.published).toEqual([
      {
        topic: 'foetalDeath',
        subject: 'foetalDeath',
        message: { source: 'opencrvs', uin: UIN }
      }
    ])
  })

  it('is death, once', async () => {
    await submitted({ operation: 'notifyDeath' })
    expect(register.published).toEqual([
      {
        topic: 'death',
        subject: 'death',
        message: { source: 'opencrvs', uin: UIN }
      }
    ])
  })

  it.each([
    [['name'], ['changeOfName']],
    [['sex'], ['changeOfGender']],
    [['dateOfBirth'], ['updatePerson']],
    [
      ['name', 'sex', 'birthPlace'],
      ['changeOfName', 'changeOfGender', 'updatePerson']
    ],
    [undefined, ['updatePerson']]
  ])('tells of the changes %j by %j', async (changes, topics) => {
    await submitted({
      operation: 'updateIdentity',
      ...(changes === undefined ? {} : { changes })
    })
    expect(register.published.map(({ topic }) => topic)).toEqual(topics)
  })

  it.each([
    ['a birth that is revoked', 'birth', 'revocation', 'birthCancellation'],
    ['a death that is revoked', 'death', 'revocation', 'updatePerson'],
    ['a death that is reversed', 'death', 'reversal', 'updatePerson']
  ] as const)('tells of %s', async (_, type, cause, topic) => {
    const event = { id: 'e', type, trackingId: 'T' }
    await submitted({ operation: 'withdraw', cause, event })
    expect(register.published.map((one) => one.topic)).toEqual([topic])
  })

  it('never says that a withdrawal was done for which nothing is configured', async () => {
    const failure = await failureOf(
      submitted(
        { operation: 'withdraw', cause: 'revocation' },
        { withdraw: { revocation: false } }
      )
    )
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_CAPABILITY' })
    expect(register.received).toEqual([])
  })

  it('goes to the topics and under the source that the country has', async () => {
    await submitted(
      { operation: 'notifyDeath' },
      { topics: { death: 'crvs.death' }, source: 'crvs.example' }
    )
    expect(register.published).toEqual([
      {
        topic: 'crvs.death',
        subject: 'death',
        message: { source: 'crvs.example', uin: UIN }
      }
    ])
  })

  it('is refused for a record without a number', async () => {
    const request = newborn({ operation: 'notifyDeath' })
    const failure = await failureOf(made().submit(request, callContext()))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_REQUEST',
      retryable: false
    })
    expect(register.received).toEqual([])
  })

  it('makes a topic once, and again when the engine has lost it', async () => {
    const death = newborn({ operation: 'notifyDeath', identifier: UIN })
    const made1 = made()
    await made1.submit(death, callContext())
    await made1.submit(death, callContext())
    const creations = () =>
      register.received.filter(({ path }) => path.startsWith('/v1/topics?'))
    expect(creations()).toHaveLength(1)
    register.topics.clear()
    await made1.submit(death, callContext())
    expect(creations()).toHaveLength(2)
    expect(register.published).toHaveLength(3)
  })

  it('tells of a birth without a number on the topic of the country, and waits', async () => {
    const answer = await made({
      uin: 'newPerson',
      referenceAttribute: { name: 'trackingNumber' },
      lateUin: { topic: 'birthDeclared', attributes: ['dateOfBirth'] },
      lookUp: { by: 'reference' }
    }).submit(newborn(), callContext())
    expect(answer).toEqual({
      outcome: 'pending',
      systemReference: 'crvs-2026B7K2QXM9'
    })
    expect(register.minted).toEqual([])
    expect(register.published).toEqual([
      {
        topic: 'birthDeclared',
        subject: 'birthDeclared',
        message: {
          source: 'opencrvs',
          trackingNumber: '2026B7K2QXM9',
          dateOfBirth: '2026-10-30'
        }
      }
    ])
  })

  it('waits for a late number, and takes it when it can be looked up', async () => {
    const late = made({
      uin: 'newPerson',
      referenceAttribute: { name: 'trackingNumber' },
      lateUin: { topic: 'birthDeclared' },
      lookUp: { by: 'reference' }
    })
    const request = newborn()
    const { operation, reference } = request
    const ask = () =>
      late.status?.({ operation, reference, request }, callContext())
    expect(await ask()).toEqual({ outcome: 'pending' })
    const child = {
      uin: UIN,
      trackingNumber: '2026B7K2QXM9',
      firstName: 'Amara',
      lastName: 'Nkandu',
      dateOfBirth: '2026-10-30',
      gender: '2'
    }
    // The register describes somebody else under our reference: that is no answer.
    register.known = [{ ...child, dateOfBirth: '2026-10-29' }]
    expect(await ask()).toEqual({ outcome: 'pending' })
    register.known = [child]
    expect(await ask()).toEqual({ outcome: 'accepted', identifier: UIN })
  })
})

describe('the duplicate check before a number', () => {
  let register: Register
  let system: NationalIdSystem | undefined
  const KNOWN = {
    uin: '1111111111',
    firstName: 'Amara',
    lastName: 'Nkandu',
    dateOfBirth: '2026-10-30'
  }

  beforeEach(async () => {
    register = await openRegister()
    register.known = [KNOWN]
  })

  afterEach(async () => {
    await system?.stop?.()
    await register.close()
  })

  it('refuses a newborn whom the register has already', async () => {
    system = osiaSystem(register.url, { duplicates: {} })
    const answer = await system.submit(newborn(), callContext())
    expect(answer).toMatchObject({ outcome: 'refused', code: 'DUPLICATE' })
    expect(JSON.stringify(answer)).not.toMatch(/Amara|1111111111/)
    expect(register.minted).toEqual([])
  })

  it('leaves it to a person where the country says so', async () => {
    system = osiaSystem(register.url, { duplicates: { onHit: 'park' } })
    const failure = await failureOf(system.submit(newborn(), callContext()))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_DUPLICATE',
      retryable: false,
      outcomeUnknown: false
    })
    expect(register.minted).toEqual([])
  })

  it('lets a newborn pass who differs in what is asked by', async () => {
    register.known = [{ ...KNOWN, dateOfBirth: '2026-10-29' }]
    system = osiaSystem(register.url, { duplicates: {} })
    const answer = await system.submit(newborn(), callContext())
    expect(answer).toMatchObject({ outcome: 'accepted' })
  })

  it('asks for no number while the register cannot be asked', async () => {
    register.instead = ({ path }, response) => {
      if (!path.startsWith('/v1/persons')) return false
      response.writeHead(500).end()
      return true
    }
    system = osiaSystem(register.url, { duplicates: {} })
    const failure = await failureOf(system.submit(newborn(), callContext()))
    expect(failure).toMatchObject({ retryable: true, outcomeUnknown: false })
    expect(register.minted).toEqual([])
  })
})
