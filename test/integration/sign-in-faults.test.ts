import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { sqlite, StoreError } from 'opencrvs-national-id'
import type { Store, StoreFactory } from '../../src/store/store'
import {
  callbackUrl,
  CHECK,
  formPage,
  problem,
  redeemUrl,
  signIn,
  startSignIn,
  startUrl,
  stateIn,
  ticketIn,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()

type Step = 'takeSignIn' | 'addTicket' | 'redeemTicket' | 'audit'

/** SQLite that fails at the steps that are named, for as long as they are. */
function failingStore(failing: Set<Step>): StoreFactory {
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-failing-'))
  const inner = sqlite({ path: path.join(folder, 'store.db') })
  return {
    ...inner,
    create(dependencies) {
      const store = inner.create(dependencies)
      const fail = () =>
        Promise.reject(
          new StoreError('The store is full.', {
            code: 'ERR_STORE_FULL',
            retryable: true
          })
        )
      const proxied: Store = {
        ...store,
        takeSignIn: (...given) =>
          failing.has('takeSignIn') ? fail() : store.takeSignIn(...given),
        addTicket: (...given) =>
          failing.has('addTicket') ? fail() : store.addTicket(...given),
        redeemTicket: (...given) =>
          failing.has('redeemTicket') ? fail() : store.redeemTicket(...given),
        audit: (...given) =>
          failing.has('audit') ? fail() : store.audit(...given),
        async close() {
          await store.close()
          rmSync(folder, { recursive: true, force: true })
        }
      }
      return proxied
    }
  }
}

describe('two servers on one store', () => {
  it('finish what the other one began, and refuse what the other one has given', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'national-id-two-'))
    const databasePath = path.join(folder, 'shared.db')
    await world.begin({ databasePath })
    const other = await startSignIn({ databasePath })
    try {
      const page = formPage()
      const start = await world.registrar.get(startUrl(page.url))
      const kept = [...world.registrar.cookies]
      const url = callbackUrl({
        code: other.provider.codeFor(),
        state: stateIn(start)
      })
      const there = world.registrar.at(other.environment)
      const back = await there.get(url, true)
      const ticket = ticketIn(back, page.url)
      // The redirect again, at the server that has not seen it.
      world.registrar.cookies = kept
      const again = await world.registrar.get(url, true)
      await world.expectFailed(ticketIn(again, page.url), 'expired')
      const sub = '66666666-6666-4666-8666-666666666666'
      const given = await Promise.all(
        Array.from({ length: 10 }, (_, at) => {
          const { environment } = at % 2 === 0 ? world : other
          const token = world.environment.core.userToken(
            at % 4 < 2 ? {} : { claims: { sub } }
          )
          return world.registrar
            .at(environment)
            .post(redeemUrl(ticket), { token })
            .then(({ answer, text }) => ({ answer, text, user: at % 4 < 2 }))
        })
      )
      const good = given.filter(
        ({ answer }) => answer.verificationStatus === 'authenticated'
      )
      expect(new Set(good.map(({ text }) => text)).size).toBe(1)
      expect(new Set(good.map(({ user }) => user)).size).toBe(1)
      expect(good.length).toBeGreaterThanOrEqual(4)
      const problems = given
        .filter((one) => !good.includes(one))
        .map(({ answer }) => answer.problem)
      expect(new Set(problems)).toEqual(new Set(['session']))
    } finally {
      await other.environment.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('take one redirect once, when it reaches both at the same moment', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'national-id-two-'))
    const databasePath = path.join(folder, 'shared.db')
    await world.begin({ databasePath })
    const other = await startSignIn({ databasePath })
    try {
      const start = await world.registrar.get(startUrl(formPage().url))
      const query = { code: 'x', state: stateIn(start) }
      await Promise.all(
        Array.from({ length: 6 }, (_, at) => {
          const { environment } = at % 2 === 0 ? world : other
          const copy = world.browser()
          copy.cookies = [...world.registrar.cookies]
          return copy.at(environment).get(callbackUrl(query), true)
        })
      )
      const exchanged = [
        ...world.provider.exchanged,
        ...other.provider.exchanged
      ]
      expect(exchanged).toEqual(['x'])
    } finally {
      await other.environment.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('a store that fails', () => {
  it('before the code is exchanged: it is not, and the form says so without a ticket', async () => {
    await world.begin({
      store: failingStore(new Set<Step>(['takeSignIn', 'addTicket']))
    })
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const code = world.provider.codeFor()
    const back = await world.registrar.get(
      callbackUrl({ code, state: stateIn(start) }),
      true
    )
    expect(world.provider.exchanged).toEqual([])
    expect(back.location).toBe(`${page.url}?problem-mother=unavailable`)
  })

  it('when the outcome is kept: the form says so without a ticket, and nothing counts as a success', async () => {
    await world.begin({ store: failingStore(new Set<Step>(['addTicket'])) })
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await world.registrar.get(
      callbackUrl({
        code: world.provider.codeFor(),
        state: stateIn(start)
      }),
      true
    )
    expect(back.location).toBe(`${page.url}?problem-mother=unavailable`)
    const metrics = await world.metrics()
    expect(metrics).toContain(
      'national_id_sign_ins_total{outcome="failed",problem="unavailable"} 1'
    )
    expect(metrics).not.toContain('outcome="succeeded"')
  })

  it('when the form collects: it says so, and the same ticket works once it is mended', async () => {
    const failing = new Set<Step>(['redeemTicket'])
    await world.begin({ store: failingStore(failing) })
    const { ticket } = await signIn(world.registrar, world)
    await world.expectFailed(ticket, 'unavailable')
    failing.clear()
    const { answer } = await world.redeem(ticket)
    expect(answer.verificationStatus).toBe('authenticated')
  })

  it('when a check of a credential is taken down: there is no evidence', async () => {
    await world.begin({ store: failingStore(new Set<Step>(['audit'])) })
    world.qr.verdicts.set('"card"', {
      proven: true,
      issuer: 'i',
      data: { attributes: {} }
    })
    const { answer } = await world.registrar.post(
      `${CHECK}?credential=card&person=mother`,
      { token: world.token, referer: formPage().url }
    )
    expect(answer).toEqual({
      verificationStatus: 'pending',
      problem: 'unavailable',
      reference: expect.any(String)
    })
  })

  it('when a cancelled sign-in is taken down: the person still comes back', async () => {
    await world.begin({ store: failingStore(new Set<Step>(['audit'])) })
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await world.registrar.get(
      callbackUrl({ error: 'access_denied', state: stateIn(start) }),
      true
    )
    expect(back.location).toBe(`${page.url}?problem-mother=cancelled`)
  })
})

describe('a provider that fails', () => {
  it('is asked again for the next person', async () => {
    await world.begin()
    world.provider.fault.begin = problem('unavailable')
    const page = formPage()
    const down = await world.registrar.get(startUrl(page.url))
    await world.expectFailed(ticketIn(down, page.url), 'unavailable')
    delete world.provider.fault.begin
    const { ticket } = await signIn(world.registrar, world, { page })
    const { answer } = await world.redeem(ticket)
    expect(answer.verificationStatus).toBe('authenticated')
  })

  it('by never answering holds up a bounded number of people, and the server stops', async () => {
    await world.begin()
    world.provider.fault.hang = true
    const page = formPage()
    const starts = await Promise.all(
      Array.from({ length: 70 }, async () => {
        const browser = world.browser()
        const start = await browser.get(startUrl(page.url))
        return { browser, state: stateIn(start) }
      })
    )
    const back: string[] = []
    for (const { browser, state } of starts) {
      const url = callbackUrl({ code: 'x', state })
      void browser.get(url, true).then(
        ({ location }) => back.push(location),
        // The server is stopped at the end, and hangs up.
        () => undefined
      )
    }
    for (let tries = 0; back.length < 6 && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(back).toHaveLength(6)
    for (const location of back) expect(location).toContain('ticket-mother=')
    await world.expectFailed(
      new URL(back[0]!).searchParams.get('ticket-mother') ?? '',
      'session'
    )
  })
})
