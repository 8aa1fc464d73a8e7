import type { OsiaOptions } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import {
  agreeableCore,
  workbench,
  type Workbench
} from '../../delivery/workbench'
import { callContext } from '../contract'
import { failureOf } from '../http/made'
import { newborn, osiaSystem } from './made'
import { openRegister, type Register } from './register'

const HOUR = 3_600_000
const BY_REFERENCE: Partial<OsiaOptions> = {
  referenceAttribute: { name: 'crvsReference' },
  lookUp: { by: 'reference' }
}

describe('a number whose answer is lost', () => {
  let register: Register
  let system: NationalIdSystem | undefined
  let bench: Workbench | undefined

  beforeEach(async () => {
    register = await openRegister()
  })

  afterEach(async () => {
    await bench?.close()
    bench = undefined
    await system?.stop?.()
    await register.close()
  })

  /** Runs one registration for hours against the real worker, with the first answer lost after the number was made. */
  async function registered(
    options: Partial<OsiaOptions>,
    identifiers: string[] = []
  ): Promise<{ id: string; bench: Workbench }> {
    register.cutAfter = ({ path }) =>
      path.startsWith('/v1/uin') && register.minted.length === 1
    system = osiaSystem(register.url, options)
    bench = await workbench(
      system,
      agreeableCore({
        accept: ({ declaration = {} }) => {
          identifiers.push(JSON.stringify(declaration['child.nid']))
          return Promise.resolve({ storedAs: 'Accepted' })
        }
      })
    )
    const id = await bench.add()
    await bench.workFor(48 * HOUR)
    return { id, bench }
  }

  const lookUps = () =>
    register.received.filter(({ path }) => path.startsWith('/v1/persons?'))

  it('is found by the agreed reference and reaches the record, without a second one', async () => {
    const identifiers: string[] = []
    const { bench, id } = await registered(BY_REFERENCE, identifiers)
    expect(register.minted).toHaveLength(1)
    expect(identifiers).toEqual([`"${register.minted[0]?.uin}"`])
    expect(lookUps()).toHaveLength(1)
    expect(await bench.trail(id)).toContain('delivery.outcomeUnknown')
    expect(register.published).toMatchObject([
      { topic: 'liveBirth', message: { uin: register.minted[0]?.uin } }
    ])
  })

  it('is left to a person when nobody can look it up', async () => {
    const { bench, id } = await registered({})
    expect(register.minted).toHaveLength(1)
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_OUTCOME_UNDETERMINED'
    })
  })

  it('is looked for several times and left to a person when the register shows nothing', async () => {
    register.showsNumbers = false
    const { bench, id } = await registered(BY_REFERENCE)
    expect(register.minted).toHaveLength(1)
    expect(lookUps().length).toBeGreaterThanOrEqual(3)
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_OUTCOME_UNDETERMINED'
    })
  })

  it('is asked for again only after nothing was found at a register that shows numbers at once', async () => {
    register.showsNumbers = false
    const identifiers: string[] = []
    await registered(
      {
        ...BY_REFERENCE,
        lookUp: { by: 'reference', showsAtOnce: true }
      },
      identifiers
    )
    const order = register.received
      .map(({ path }) => path.split('?')[0])
      .filter((path) => path === '/v1/uin' || path === '/v1/persons')
    expect(order).toEqual(['/v1/uin', '/v1/persons', '/v1/uin'])
    expect(identifiers).toEqual([`"${register.minted[1]?.uin}"`])
  })

  it('is not taken from a single person of the same name unless the country says so', async () => {
    const { bench, id } = await registered({ lookUp: { by: 'attributes' } })
    expect(register.minted).toHaveLength(1)
    expect((await bench.find(id)).state).toBe('parked')
  })

  it('is taken from a single person of the same name where the country says so', async () => {
    const identifiers: string[] = []
    await registered(
      { duplicates: {}, lookUp: { by: 'attributes', trustSingleHit: true } },
      identifiers
    )
    expect(register.minted).toHaveLength(1)
    expect(identifiers).toEqual([`"${register.minted[0]?.uin}"`])
  })

  it('is not taken from one of several people of the same reference', async () => {
    register.known = [
      { uin: '1111111111', crvsReference: 'BX4K2P' },
      { uin: '2222222222', crvsReference: 'BX4K2P' }
    ]
    const { bench, id } = await registered(BY_REFERENCE)
    expect(register.minted).toHaveLength(1)
    expect((await bench.find(id)).state).toBe('parked')
  })

  it('is found by its own reference when a person sends it again and it looks like a duplicate', async () => {
    register.showsNumbers = false
    const identifiers: string[] = []
    const { bench, id } = await registered(
      { ...BY_REFERENCE, duplicates: {} },
      identifiers
    )
    register.showsNumbers = true
    await bench.operator.sendAgain(id, 'an operator')
    await bench.workFor(HOUR)
    expect(register.minted).toHaveLength(1)
    expect(identifiers).toEqual([`"${register.minted[0]?.uin}"`])
  })

  it('may be sent again by a person who knows that none was made', async () => {
    const { bench, id } = await registered({})
    await bench.operator.sendAgain(id, 'an operator')
    await bench.workFor(HOUR)
    expect(register.minted).toHaveLength(2)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it.each([
    ['500', 500, true],
    ['502 of a gateway', 502, true],
    ['408', 408, true],
    ['503, which says that nothing was done', 503, false],
    ['429', 429, false],
    ['401', 401, false],
    ['403', 403, false],
    ['400', 400, false],
    ['a redirect', 302, false]
  ])(
    'knows after %s whether a number may have been made',
    async (_, status, outcomeUnknown) => {
      register.instead = (_received, response) => {
        response.writeHead(status).end('{"code":7,"message":"Amara Nkandu"}')
        return true
      }
      system = osiaSystem(register.url)
      const failure = await failureOf(system.submit(newborn(), callContext()))
      expect(failure).toMatchObject({ status, outcomeUnknown })
      expect(String(failure)).not.toMatch(/Amara|Nkandu|127\.0\.0\.1/)
    }
  )

  it.each([
    ['no answer in time', undefined],
    ['an answer that is cut', '"12355'],
    ['an empty answer', ''],
    ['an object', '{"uin":"1235567890"}'],
    ['a number that is no text', '1235567890'],
    ['a text that is no number', '"please wait"'],
    ['a number with a path in it', '"../persons/1"']
  ])('never takes %s for a number, nor asks again', async (_, text) => {
    register.instead = (_received, response) => {
      if (text !== undefined) response.writeHead(200).end(text)
      return true
    }
    system = osiaSystem(register.url, { timeoutMs: 200 })
    const failure = await failureOf(system.submit(newborn(), callContext()))
    expect(failure).toMatchObject({ outcomeUnknown: true })
    expect(register.received).toHaveLength(1)
  })

  it('knows that nothing was made when nobody listens', async () => {
    const gone = await openRegister()
    await gone.close()
    system = osiaSystem(gone.url)
    const failure = await failureOf(system.submit(newborn(), callContext()))
    expect(failure).toMatchObject({ retryable: true, outcomeUnknown: false })
  })
})
