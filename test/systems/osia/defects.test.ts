import type { OsiaOptions } from '../../../src/systems/osia'
import { osia } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import { failureOf } from '../http/made'
import { MOTHER, newborn, osiaOptions, osiaSystem } from './made'
import { openRegister, type Register } from './register'

const UIN = '1235567890'

// Numbers as in docs/systems/osia.md, "Where the standard is not clear".
describe('defects of the OSIA 7.1 interface files', () => {
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

  function answering(status: number, text: string): void {
    register.instead = (_, response) => {
      response.writeHead(status).end(text)
      return true
    }
  }

  const issues = (options: Partial<OsiaOptions>) =>
    osia(osiaOptions(register.url, options)).issues('system')

  it.each([
    ['"1235567890"', UIN],
    ['"\\"1235567890\\""', UIN],
    ['"\\"\\"1235567890\\"\\""', undefined]
  ])('D1: reads the number out of %s once', async (text, identifier) => {
    answering(200, text)
    const call = made().submit(newborn(), callContext())
    if (identifier === undefined) {
      expect(await failureOf(call)).toMatchObject({ outcomeUnknown: true })
    } else {
      expect(await call).toEqual({ outcome: 'accepted', identifier })
    }
  })

  it('D1: takes only what is a number by the whole pattern of the country', async () => {
    answering(200, '"x1235567890"')
    const failure = await failureOf(
      made({ uinPattern: /\d{10}/ }).submit(newborn(), callContext())
    )
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_ANSWER' })
  })

  it.each([
    [undefined, { birthOrder: '2', weightKg: 3.2, isTwin: true, gender: '2' }],
    ['number', { birthOrder: 2, weightKg: 3.2, isTwin: true, gender: '2' }]
  ] as const)(
    'D2: sends whole numbers as text unless the country says otherwise (%s)',
    async (wholeNumbersAs, expected) => {
      const more = {
        birthOrder: 'birthOrder',
        weightKg: 'weightKg',
        isTwin: 'isTwin'
      }
      await made({
        attributes: { more },
        ...(wholeNumbersAs === undefined ? {} : { wholeNumbersAs })
      }).submit(
        newborn({
          person: {
            sex: 'female',
            attributes: { birthOrder: 2, weightKg: 3.2, isTwin: true }
          }
        }),
        callContext()
      )
      expect(register.minted[0]?.attributes).toEqual(expected)
    }
  )

  it.each([[['a', 'b']], [{ city: 'Ibombo' }]])(
    'D2: sends nothing that is nested: %j',
    async (value) => {
      const person = { sex: 'female', attributes: { more: value } }
      const failure = await failureOf(
        made({ attributes: { more: { more: 'more' } } }).submit(
          newborn({ person }),
          callContext()
        )
      )
      expect(failure).toMatchObject({ code: 'ERR_SYSTEM_REQUEST' })
      expect(register.received).toEqual([])
    }
  )

  it('D3: has other codes for the sex at one interface', async () => {
    const here = made({
      mode: 'both',
      interfaceSexCodes: { populationRegistry: { female: 'F', male: 'M' } }
    })
    await here.submit(newborn(), callContext())
    await here.announce?.(newborn(), { identifier: UIN }, callContext())
    expect(register.minted[0]?.attributes.gender).toBe('2')
    expect(register.identities.get(UIN)).toMatchObject([
      { biographicData: { gender: 'F' } }
    ])
  })

  it('D3: asks a person rather than to leave out a sex that has no code', async () => {
    const request = newborn({ person: { sex: 'other', attributes: {} } })
    const failure = await failureOf(made().submit(request, callContext()))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_REQUEST' })
    expect(String(failure)).toContain('`sexCodes`')
  })

  it.each([undefined, 'application/json'])(
    'D4: publishes as plain/text, or as the country says (%s)',
    async (publishMediaType) => {
      await made(
        publishMediaType === undefined ? {} : { publishMediaType }
      ).submit(
        newborn({ operation: 'notifyDeath', identifier: UIN }),
        callContext()
      )
      expect(register.received.at(-1)?.headers['content-type']).toBe(
        publishMediaType ?? 'plain/text'
      )
    }
  )

  it('D6: sends status and type with every PATCH', async () => {
    register.identities.set(UIN, [
      { identityId: 'crvs-2026B7K2QXM9', status: 'CLAIMED' }
    ])
    await made({ mode: 'push' }).submit(
      newborn({ operation: 'updateIdentity', identifier: UIN }),
      callContext()
    )
    const { body = '', method } = register.received.at(-1) ?? {}
    expect(method).toBe('PATCH')
    expect(JSON.parse(body)).toMatchObject({
      identityType: 'CIVIL_REGISTRATION',
      status: 'CLAIMED'
    })
  })

  it('D7: publishes to the uuid of a topic that it makes by name', async () => {
    await made().submit(
      newborn({ operation: 'notifyDeath', identifier: UIN }),
      callContext()
    )
    expect(register.received.map(({ path }) => path)).toEqual([
      '/v1/topics?name=death',
      '/v1/topics/uuid-death/publish?subject=death'
    ])
  })

  it('D8: keeps interfaces apart that have the same paths', async () => {
    const other = await openRegister()
    register.persons.set(UIN, { status: 'ACTIVE', physicalStatus: 'ALIVE' })
    const here = made({
      mode: 'push',
      urls: {
        uin: other.url,
        populationRegistry: register.url,
        dataAccess: `${other.url}/`
      },
      duplicates: {}
    })
    await here.submit(newborn(), callContext())
    await here.submit(
      newborn({ operation: 'notifyDeath', identifier: UIN }),
      callContext()
    )
    expect(other.received.map(({ path }) => path.split('?')[0])).toEqual([
      '/v1/persons',
      '/v1/uin'
    ])
    expect(register.persons.get(UIN)?.physicalStatus).toBe('DEAD')
    await other.close()
  })

  it('D10: sets only statuses that the standard has', async () => {
    register.identities.set(UIN, [{ identityId: 'a', status: 'VALID' }])
    await made({ mode: 'push', push: { revoke: true } }).submit(
      newborn({ operation: 'deactivateIdentity', identifier: UIN }),
      callContext()
    )
    expect(register.received.at(-1)?.path).toContain('status=REVOKED')
  })

  it('D11: never sends an empty body for a number', async () => {
    const request = newborn({ person: { attributes: {} } })
    const failure = await failureOf(made().submit(request, callContext()))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_REQUEST',
      outcomeUnknown: false
    })
    expect(register.received).toEqual([])
  })

  it('D12: renews the token once at any 401, also of an interface that declares none', async () => {
    const tokens = ['old', 'new', 'newer']
    register.instead = ({ headers }, response) => {
      if (headers.authorization === 'Bearer new') return false
      response.writeHead(401).end('{"type":"about:blank"}')
      return true
    }
    await made({
      authentication: { type: 'bearer', token: () => tokens.shift() ?? 'none' }
    })
      .submit(
        newborn({ operation: 'notifyDeath', identifier: UIN }),
        callContext()
      )
      .catch(() => undefined)
    expect(register.topics.has('death')).toBe(true)
    expect(register.received[1]?.headers.authorization).toBe('Bearer new')
  })

  it('D14: refuses attribute names that the query itself uses', () => {
    const found = issues({
      attributes: { firstName: 'names', more: { a: 'limit' } },
      referenceAttribute: { name: 'offset' }
    })
    expect(found.map(({ option }) => option)).toEqual([
      'system.attributes.firstName',
      'system.attributes.more.a',
      'system.referenceAttribute.name'
    ])
  })

  it.each([
    '{}',
    '[{"firstName":"A"}]',
    '[1235567890]',
    '"1235567890"',
    '[null]'
  ])('D14: takes no list of people from %s', async (text) => {
    answering(200, text)
    const failure = await failureOf(
      made({ duplicates: {} }).submit(newborn(), callContext())
    )
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_ANSWER',
      outcomeUnknown: false
    })
    expect(register.received).toHaveLength(1)
  })

  it('D14: asks nothing when the record has none of the attributes', async () => {
    const person = { sex: 'female', attributes: {} }
    const failure = await failureOf(
      made({ duplicates: {} }).submit(newborn({ person }), callContext())
    )
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_REQUEST' })
    expect(register.received).toEqual([])
  })

  it('sends attributes in a query so that they arrive as they are', async () => {
    const person = {
      name: { firstname: 'Ana & Zoë', middlename: 'M/J', surname: 'O’Neil +1' },
      attributes: {}
    }
    await made({ duplicates: {} }).submit(newborn({ person }), callContext())
    const query = new URL(register.received[0]?.path ?? '', 'http://x')
    expect(query.searchParams.get('firstName')).toBe('Ana & Zoë M/J')
    expect(query.searchParams.get('lastName')).toBe('O’Neil +1')
    expect(register.received[0]?.path).not.toContain('+')
  })

  it('names attributes as the country does, and leaves out what it does not want', async () => {
    await made({
      attributes: {
        firstName: 'given',
        middleName: 'middle',
        lastName: 'family',
        gender: false,
        dateOfBirth: 'dob'
      }
    }).submit(
      newborn({
        person: {
          name: { firstname: 'A', middlename: 'B', surname: 'C' },
          dateOfBirth: '2026-10-30',
          sex: 'another',
          attributes: { secret: 'x' }
        }
      }),
      callContext()
    )
    expect(register.minted[0]?.attributes).toEqual({
      given: 'A',
      middle: 'B',
      family: 'C',
      dob: '2026-10-30'
    })
  })

  it('uses one transactionId for every attempt at one delivery', async () => {
    const here = made()
    await here.submit(newborn(), callContext())
    await here.submit(newborn(), { ...callContext(), attempt: 2 })
    const ids = register.minted.map(({ transactionId }) => transactionId)
    expect(ids).toEqual(['opencrvs-B7K2QXM9', 'opencrvs-B7K2QXM9'])
  })

  it('says nothing of a person in any error', async () => {
    answering(400, '{"code":1023,"message":"Thandiwe Nkandu 2345678901"}')
    const failure = await failureOf(
      made({ verify: { by: 'match' } }).verify?.(MOTHER, callContext()) ??
        Promise.resolve()
    )
    expect(failure).toMatchObject({ systemCode: '1023' })
    expect(String(failure)).not.toMatch(/Thandiwe|Nkandu|2345678901|127\.0/)
  })
})
