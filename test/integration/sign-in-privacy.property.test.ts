import fc from '../fast-check'
import { signedUserInfoOf, type NationalIdOptions } from 'opencrvs-national-id'
import type { SignInResult } from '../../src/authentication/relying-party'
import {
  AMARA,
  callbackUrl,
  CHECK,
  formPage,
  redeemUrl,
  startUrl,
  stateIn,
  useSignIn,
  type Browser
} from './sign-in-environment'

const world = useSignIn()

/** An event that tells the ID system the most of a parent. */
const PASSED_ON: NationalIdOptions['events'][string] = {
  subject: 'child',
  people: ['mother', 'father'],
  attributes: {
    more: { token: { from: signedUserInfoOf('mother'), purpose: 'p' } }
  },
  rules: {}
}

/** Texts long enough not to be found by chance. */
const word = fc.stringMatching(/^[A-Za-zÀ-ÿ'-]{9,20}$/)

const person: fc.Arbitrary<SignInResult> = fc
  .record({
    firstname: word,
    surname: word,
    identifier: fc.stringMatching(/^[0-9]{14}$/),
    phone: fc.stringMatching(/^\+999 [0-9]{10}$/),
    subject: fc.stringMatching(/^[A-Za-z0-9_-]{32}$/),
    userInfo: fc.stringMatching(/^eyJ[A-Za-z0-9_-]{32}\.[A-Za-z0-9_-]{32}$/)
  })
  .map(({ firstname, surname, identifier, phone, subject, userInfo }) => ({
    ...AMARA,
    subject,
    userInfo,
    data: {
      name: { firstname, surname },
      identifier,
      attributes: { phone }
    }
  }))

function textsOf({ subject, data, userInfo = '' }: SignInResult): string[] {
  const { name = {}, identifier = '', attributes } = data
  return [
    subject,
    userInfo,
    identifier,
    ...Object.values(name),
    ...Object.values(attributes).map(String)
  ]
}

/** Whatever is written down anywhere but in the answer to the form. */
async function writtenDown(): Promise<string> {
  const { environment, seen } = world
  return [
    JSON.stringify(environment.lines),
    JSON.stringify(seen),
    JSON.stringify(world.query('select * from national_id_audit')),
    JSON.stringify(world.query('select * from national_id_ticket')),
    JSON.stringify(world.query('select * from national_id_proof')),
    await world.metrics()
  ].join('\n')
}

/** One person's way through every entry, good and bad. Gives all that must stay secret. */
async function goThrough(
  browser: Browser,
  result: SignInResult
): Promise<string[]> {
  const page = formPage()
  const start = await browser.get(startUrl(page.url))
  const state = stateIn(start)
  const code = world.provider.codeFor(result)
  const back = await browser.get(callbackUrl({ code, state }), true)
  const ticket = new URL(back.location).searchParams.get('ticket-mother') ?? ''
  const [, secret = ''] = ticket.split('.')
  expect(secret).toHaveLength(43)
  const { token } = world
  const referer = page.url
  const first = await browser.post(redeemUrl(ticket), { token, referer })
  expect(first.answer.verificationStatus).toBe('authenticated')
  // The form learns the rest, not this.
  expect(first.text).not.toContain(result.userInfo)
  await browser.post(redeemUrl(ticket), { token: 'wrong', referer })
  await browser.post(redeemUrl(`${ticket}x`), { token, referer })
  await browser.get(callbackUrl({ code, state }), true)
  const credential = `eyJ${result.subject}.${result.subject}`
  const { issuer, data } = result
  const scanned = JSON.stringify({ credential, ...data })
  world.qr.verdicts.set(JSON.stringify(credential), {
    proven: true,
    issuer,
    data
  })
  for (const content of [credential, scanned])
    await browser.post(
      `${CHECK}?${new URLSearchParams({ credential: content, person: 'mother' }).toString()}`,
      { token, referer }
    )
  await browser.post(CHECK, {
    token,
    body: JSON.stringify({ content: scanned, person: 'mother' })
  })
  // What a provider's failure may carry along.
  world.provider.fault.complete = Object.assign(new Error(scanned), {
    cause: result
  })
  const again = await browser.get(startUrl(page.url))
  await browser.get(callbackUrl({ code: 'y', state: stateIn(again) }), true)
  delete world.provider.fault.complete
  return [
    ...textsOf(result),
    secret,
    code,
    credential,
    token,
    first.answer.evidence ?? 'evidence',
    ...browser.cookies.map(({ value }) => value)
  ]
}

describe('what is written down about sign-ins', () => {
  it('holds nothing personal and nothing secret: no log, no address, no audit entry, no metric, no row', async () => {
    await world.begin({ keepsUserInfo: true, events: { birth: PASSED_ON } })
    await fc.assert(
      fc.asyncProperty(person, async (result) => {
        const secrets = await goThrough(world.browser(), result)
        const written = await writtenDown()
        // It looks in the right place.
        expect(written).toContain('a person has signed in')
        expect(written).toContain('/national-id/authentication/redeem')
        expect(written).toContain('sealed_content')
        expect(world.query('select 1 from national_id_proof')).not.toEqual([])
        const found = [...secrets, ...world.provider.secrets].filter(
          (secret) => secret.length > 8 && written.includes(secret)
        )
        expect(found).toEqual([])
      }),
      { numRuns: 12 }
    )
  })

  it('holds no query either where no listener sees the request', async () => {
    await world.begin()
    const query = 'ticket=secret-ticket&credential=secret-card&code=secret-code'
    for (const [method, path] of [
      ['POST', 'authentication/redeem'],
      ['POST', 'authentication/redeem/'],
      ['GET', 'authentication/callback'],
      ['POST', 'identity-check'],
      ['POST', '%69dentity-check']
    ] as const)
      await world.environment.server.inject({
        method,
        url: `/national-id/${path}?${query}`
      })
    const after = world.seen.filter((line) => line.includes('"page"'))
    expect(after).toHaveLength(5)
    expect(after.join()).not.toContain('secret')
  })

  it('holds no query in another spelling of the address', async () => {
    await world.begin()
    const { url } = world.environment
    for (const path of [
      'national-id/identity-check',
      'national-id/identity-check/',
      'national-id/Identity-Check',
      'national-id/%69dentity%2Dcheck',
      'national-id//identity-check'
    ])
      await fetch(`${url}/${path}?credential=secret-card`, { method: 'POST' })
    expect(world.seen.length).toBeGreaterThanOrEqual(10)
    const leaks = world.seen.filter((line) => line.includes('secret'))
    expect(leaks).toEqual([])
  })
})
