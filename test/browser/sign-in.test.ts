import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createAlbum, describeInBrowser, launchChromium } from './chromium'
import { formOn, type Form } from './form'
import { startBrowserEnvironment, type BrowserEnvironment } from './environment'

const AMARA = 'Amara Nkemelu'
const LEOPOLD = 'Léopold Ngoma Mukendi'
const REDEEM = '/api/countryconfig/national-id/authentication/redeem'

jest.setTimeout(60_000)

/** Runs in the browser: the form's call, with the token of the same user. */
async function redeem(call: { path: string; ticket: string }): Promise<string> {
  const setup = await fetch('/playground/token')
  const { token } = JSON.parse(await setup.text())
  const query = new URLSearchParams({ ticket: call.ticket, person: 'mother' })
  const answer = await fetch(`${call.path}?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` }
  })
  return answer.text()
}

describeInBrowser('sign-in from the form, in a browser', () => {
  const photograph = createAlbum()
  let environment: BrowserEnvironment
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let form: Form

  beforeAll(async () => {
    ;[environment, browser] = await Promise.all([
      startBrowserEnvironment(),
      launchChromium()
    ])
  })

  beforeEach(async () => {
    context = await browser.newContext({
      viewport: { width: 1100, height: 900 }
    })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    form = formOn(page)
  })

  afterEach(async () => {
    await environment.provider.clearFaults()
    await environment.provider.forge()
    await context.close()
  })

  afterAll(async () => {
    await browser.close()
    await environment.stop()
  })

  async function openRecord(person = 'mother') {
    const record = environment.newRecord()
    await page.goto(record.page(person))
    await form.field(`${person}.id-reader`).waitFor()
    return record
  }

  it('fills in and locks what the provider vouched for, and declares it with evidence', async () => {
    const { eventId, page: address } = await openRecord()
    await photograph(page, '01-empty-form')
    await form.type('mother.occupation', 'Ferry pilot')
    await form.signIn('mother', AMARA)
    await photograph(page, '02-authenticated')

    expect(await form.statusWord('mother')).toBe('authenticated')
    expect(page.url()).toBe(address('mother'))
    expect(await form.input('mother.dob').inputValue()).toBe('1991-04-12')
    expect(await form.input('mother.gender').inputValue()).toBe('female')
    expect(await form.input('mother.nid').inputValue()).toBe('2047381956')
    expect(await form.nameParts('mother')).toEqual(['Amara', '', 'Nkemelu'])
    for (const id of ['mother.dob', 'mother.gender', 'mother.nid']) {
      expect(await form.input(id).isDisabled()).toBe(true)
    }
    expect(await form.input('mother.occupation').inputValue()).toBe(
      'Ferry pilot'
    )
    expect(await form.field('mother.id-reader').count()).toBe(0)

    const declaration = await declare()
    await photograph(page, '03-declared')
    expect(declaration).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.name': { firstname: 'Amara', surname: 'Nkemelu' },
      'mother.dob': '1991-04-12',
      'mother.occupation': 'Ferry pilot'
    })
    const evidence = declaration['mother.identity-evidence']
    expect(evidence).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    // Nothing in it was given out by the provider or lets anybody in: the evidence is the only thing that is signed. The
    // ticket stays (forms CLIENT, leftovers (f)), and is good for nobody else and not for long.
    const others = JSON.stringify({
      ...declaration,
      'mother.identity-evidence': ''
    })
    expect(others).not.toMatch(/eyJ|access_token|id_token|Bearer/)
    expect(environment.core.state(eventId)?.declaration).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.identity-evidence': evidence
    })
  })

  it('stays authenticated when the page is loaded again, without a second call', async () => {
    const calls = redeemCalls()
    await openRecord()
    await form.signIn('mother', AMARA)
    await page.reload()
    await form.status('mother').waitFor()
    expect(await form.statusWord('mother')).toBe('authenticated')
    expect(await form.input('mother.dob').inputValue()).toBe('1991-04-12')
    expect(calls).toHaveLength(1)
  })

  it('loses nothing that was typed when the person cancels, and says so', async () => {
    const calls = redeemCalls()
    const { page: address } = await openRecord()
    await form.type('mother.name', 'Typed')
    await form.type('mother.dob', '1990-02-03')
    await form.type('mother.occupation', 'Ferry pilot')
    await form.pressSignIn('mother')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await form.notice('mother', 'cancelled').waitFor()
    await photograph(page, '04-cancelled')

    expect(page.url()).toBe(address('mother'))
    expect((await form.nameParts('mother'))[0]).toBe('Typed')
    expect(await form.input('mother.dob').inputValue()).toBe('1990-02-03')
    expect(await form.input('mother.dob').isDisabled()).toBe(false)
    expect(await form.input('mother.occupation').inputValue()).toBe(
      'Ferry pilot'
    )
    expect(await form.status('mother').count()).toBe(0)
    expect(calls).toEqual([])

    // And the way is open to try again.
    await form.signIn('mother', AMARA)
    expect(await form.statusWord('mother')).toBe('authenticated')
    expect(await form.notice('mother', 'cancelled').count()).toBe(0)
  })

  it('says why when the provider is down, with a reference that our log knows', async () => {
    await openRecord()
    await form.type('mother.occupation', 'Ferry pilot')
    await environment.provider.disappear()
    await form.pressSignIn('mother')
    await form.status('mother').waitFor()
    await form.notice('mother', 'unavailable').waitFor()
    await photograph(page, '05-provider-down')

    expect(await form.statusWord('mother')).toBe('failed')
    expect(await form.input('mother.occupation').inputValue()).toBe(
      'Ferry pilot'
    )
    const reference = await form.input('mother.identity-reference').inputValue()
    expect(reference).not.toBe('')
    expect(environment.lines.some((line) => line.includes(reference))).toBe(
      true
    )

    await environment.provider.comeBack()
    await form.revoke('mother')
    await form.signIn('mother', AMARA)
    expect(await form.statusWord('mother')).toBe('authenticated')
  })

  it('says why when the person used a weaker way than is asked for', async () => {
    await openRecord()
    await form.pressSignIn('mother')
    await page.getByLabel('Individual ID').fill('2047381956')
    await page.getByRole('button', { name: 'Use my static code' }).click()
    await page.getByLabel('Static code').fill('545411')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await form.notice('mother', 'assurance').waitFor()
    await photograph(page, '06-weaker')
    expect(await form.statusWord('mother')).toBe('failed')
    expect(await form.input('mother.dob').inputValue()).toBe('')
  })

  it('says that it cannot be trusted when the provider lies', async () => {
    await environment.provider.forge('idToken.nonce')
    await openRecord()
    await form.pressSignIn('mother')
    await form.proveToBe(AMARA)
    await form.notice('mother', 'unexpected').waitFor()
    expect(await form.statusWord('mother')).toBe('failed')
    expect(await form.input('mother.dob').inputValue()).toBe('')
  })

  it('takes two people on one declaration, one after the other', async () => {
    const { eventId } = await openRecord()
    await form.signIn('mother', AMARA)
    await page.getByRole('button', { name: 'Continue' }).click()
    await form.field('father.id-reader').waitFor()
    await form.signIn('father', LEOPOLD)
    await photograph(page, '07-father')
    expect(await form.statusWord('father')).toBe('authenticated')
    expect(await form.nameParts('father')).toEqual([
      'Léopold',
      'Ngoma',
      'Mukendi'
    ])
    await page.getByRole('button', { name: 'Go to review' }).click()
    await page.locator('#declare').waitFor()
    await photograph(page, '08-review')

    const declaration = await declare()
    expect(declaration).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.nid': '2047381956',
      'father.verified': 'authenticated',
      'father.nid': '3185069274'
    })
    expect(declaration['mother.identity-evidence']).not.toBe(
      declaration['father.identity-evidence']
    )
    expect(environment.core.state(eventId)?.declaration).toMatchObject({
      'mother.verified': 'authenticated',
      'father.verified': 'authenticated'
    })
  })

  it('forgets the first person when the status is revoked, and takes another', async () => {
    await openRecord()
    await form.type('mother.occupation', 'Ferry pilot')
    await form.signIn('mother', AMARA)
    await form.revoke('mother')
    await photograph(page, '09-revoked')
    expect(await form.status('mother').count()).toBe(0)
    expect(await form.input('mother.dob').inputValue()).toBe('')
    expect(await form.input('mother.dob').isDisabled()).toBe(false)
    expect(await form.nameParts('mother')).toEqual(['', '', ''])

    await form.signIn('mother', 'Rahima Akter Khatun')
    expect(await form.nameParts('mother')).toEqual([
      'Rahima',
      'Akter',
      'Khatun'
    ])
    expect(await form.input('mother.occupation').inputValue()).toBe(
      'Ferry pilot'
    )
    expect(await declare()).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.nid': '6418203957'
    })
  })

  it('gives the result to no other browser, and still to the one that it is for', async () => {
    await openRecord()
    await form.pressSignIn('mother')
    // The page comes back without its script, so that the ticket stays in the address.
    const script = '**/playground.js'
    await context.route(script, (route) => route.abort())
    await form.proveToBe(AMARA)
    await page.waitForURL(/[?&]ticket-mother=/)
    const address = page.url()
    await context.unroute(script)

    const other = await browser.newContext()
    const elsewhere = await other.newPage()
    // Cookies of the same names, and secrets of its own in them.
    const redeemUrl = environment.playground.url + REDEEM
    const sessions = await context.cookies(redeemUrl)
    expect(sessions).not.toEqual([])
    await other.addCookies(
      sessions.map((cookie) => ({
        ...cookie,
        value: 'A'.repeat(cookie.value.length)
      }))
    )
    await elsewhere.goto(environment.playground.url)
    const ticket = new URL(address).searchParams.get('ticket-mother')!
    const refused = await elsewhere.evaluate(redeem, { path: REDEEM, ticket })
    expect(JSON.parse(refused)).toMatchObject({
      verificationStatus: 'failed',
      problem: 'session'
    })
    expect(refused).not.toMatch(/Amara|evidence|attributes/)
    await other.close()

    await page.goto(address)
    await form.status('mother').waitFor()
    expect(await form.statusWord('mother')).toBe('authenticated')
  })

  it('leaves nothing about the person in the log', async () => {
    await openRecord()
    await form.signIn('mother', AMARA)
    const log = environment.lines.join('\n')
    expect(log).not.toMatch(/Amara|Nkemelu|1991-04-12|2047381956|ticket-/)
  })

  /** Sends the declaration. Gives what the page sent. */
  async function declare(): Promise<Record<string, unknown>> {
    await form.declare()
    return environment.playground.declared.at(-1)!.declaration
  }

  /** Grows with each call of the form to the server. */
  function redeemCalls(): string[] {
    const calls: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === REDEEM) calls.push(request.url())
    })
    return calls
  }
})
