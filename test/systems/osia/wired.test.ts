import { generateKeyPairSync } from 'node:crypto'
import { sleep } from '../../../src/internal/clock'
import type { ReadablePeople } from '../../../src/systems/system'
import { osia } from '../../../src/systems/osia'
import { TestClock } from '../http/made'
import { osiaOptions } from './made'
import { openRegister, type Register } from './register'

const PEOPLE: ReadablePeople = { find: () => Promise.resolve(undefined) }

describe('the routes that osia() brings', () => {
  let register: Register

  beforeEach(async () => {
    register = await openRegister()
  })

  afterEach(() => register.close())

  function factory() {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = publicKey.export({ format: 'jwk' })
    return osia(
      osiaOptions(register.url, {
        uin: 'newPerson',
        referenceAttribute: { name: 'trackingNumber' },
        lateUin: { topic: 'birthDeclared' },
        subscription: { secrets: 's'.repeat(32) },
        readBack: {
          issuer: 'https://login.example.org',
          audience: 'crvs',
          keys: [{ ...jwk, kty: 'RSA', kid: '1' }]
        }
      })
    )
  }

  const dependencies = {
    clock: new TestClock(),
    routesUrl: 'https://register.example.org/national-id',
    people: PEOPLE
  }

  it('let the register read back and call', () => {
    expect(factory().issues('system')).toEqual([])
    const { callbackRoutes = [], routes = [] } = factory().create(dependencies)
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /osia/v1/persons/{uin}',
      'POST /osia/v1/persons/{uin}/match',
      'POST /osia/v1/persons/{uin}/verify',
      'GET /osia/v1/persons'
    ])
    expect(callbackRoutes.map(({ path }) => path)).toEqual([
      '/osia/notify/{secret}'
    ])
  })

  it('are closed to whoever shows no token', async () => {
    const [read] = factory().create(dependencies).routes ?? []
    const answer = await read?.handle({
      method: 'GET',
      headers: {},
      query: {},
      params: { uin: '1235567890' },
      rawBody: Buffer.from('')
    })
    expect(answer?.status).toBe(401)
  })

  it('are none where nobody can be read or nothing is configured', () => {
    const { clock, routesUrl } = dependencies
    expect(factory().create({ clock, routesUrl }).routes).toBeUndefined()
    const plain = osia(osiaOptions(register.url)).create(dependencies)
    expect(plain.routes).toBeUndefined()
    expect(plain.callbackRoutes).toBeUndefined()
  })

  it('have their subscription asked for at the start, and told to the doctor', async () => {
    const system = factory().create(dependencies)
    await system.start?.()
    const { signal } = new AbortController()
    const found = (await system.check?.({ signal })) ?? []
    expect(found.map(({ check }) => check)).toContain(
      'subscription to newPerson'
    )
    // In the background, so that a register which is down stops nothing.
    for (let tries = 0; tries < 100 && register.topics.size === 0; tries += 1) {
      await sleep(20)
    }
    await system.stop?.()
    expect(register.topics.has('newPerson')).toBe(true)
  })
})
