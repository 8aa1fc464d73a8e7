import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { chromium, type Browser, type Page } from 'playwright-core'
import {
  createPlayground,
  type Playground
} from '../../../src/sandbox/playground/create-playground'
import {
  proxiedFields,
  startCountryConfig,
  type CountryConfigDouble
} from './country-config-double'
import { AUTHENTICATED, CARD_A, CARD_B, textField } from './recommended-form'

const CHROMIUM = '/usr/bin/chromium'
const withBrowser = existsSync(CHROMIUM) ? describe : describe.skip
if (!existsSync(CHROMIUM)) {
  process.stderr.write(`Skipped: there is no ${CHROMIUM}.\n`)
}

const TOKEN = 'header.e30.signature'

withBrowser('the playground in a browser', () => {
  let browser: Browser
  let countryConfig: CountryConfigDouble
  let playground: Playground
  let page: Page
  const mistakes: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox']
    })
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    mistakes.length = 0
    // Stands for our server and the provider at once: starts, returns with a code, and redeems it.
    countryConfig = await startCountryConfig((call, h) => {
      const url = new URL(call.url, 'http://x')
      if (url.pathname === '/start') {
        return h
          .redirect(
            `${url.searchParams.get('redirect_uri')}?code=c-1&state=mother`
          )
          .header('set-cookie', 'sealed=1; Path=/; HttpOnly; SameSite=Lax')
      }
      const isSignIn = url.pathname === '/userinfo'
      return isSignIn
        ? AUTHENTICATED
        : {
            verificationStatus:
              url.searchParams.get('credential') === 'card-a'
                ? 'verified'
                : 'failed'
          }
    })
    const later = { signIn: '' }
    playground = createPlayground({
      title: 'Birth declaration',
      pages: [
        {
          id: 'mother',
          title: 'Mother’s details',
          // The address of the button is known once the playground listens.
          get fields() {
            return proxiedFields(later.signIn || 'http://127.0.0.1/')
          }
        },
        {
          id: 'child',
          title: 'Child’s details',
          fields: [textField('child.note')]
        }
      ],
      registrarToken: TOKEN,
      countryConfigUrl: countryConfig.url,
      qrCodes: [
        { label: 'Amina Odhiambo', content: JSON.stringify(CARD_A) },
        { label: 'Beatrice Wanjiru', content: JSON.stringify(CARD_B) }
      ],
      declare: async () => ({ status: 'DECLARED' })
    })
    await playground.start()
    later.signIn = `${countryConfig.url}/start?person=mother`
    page = await browser.newPage()
    page.on('pageerror', (error) => mistakes.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') mistakes.push(message.text())
    })
    await page.goto(playground.url)
    await page.getByRole('link', { name: 'Start a declaration' }).click()
    await page.getByRole('heading', { name: 'Mother’s details' }).waitFor()
  })

  afterEach(async () => {
    await page.close()
    await playground.stop()
    await countryConfig.stop()
    expect(mistakes).toEqual([])
  })

  async function scan(person: string): Promise<void> {
    await page.getByRole('button', { name: 'Scan QR code' }).click()
    await page.getByRole('button', { name: person }).click()
  }

  const status = () => page.getByRole('region', { name: 'Identity status' })

  it('scans a card, locks what came from it, and frees it when revoked', async () => {
    await page.getByLabel('mother note (not connected)').fill('kept')
    await scan('Amina Odhiambo')
    await status().getByText('ID verified').waitFor()
    const firstName = page.getByLabel('First name(s)')
    expect(await firstName.inputValue()).toBe('Amina')
    expect(await firstName.isDisabled()).toBe(true)
    expect(await page.getByLabel('mother dob').inputValue()).toBe('1990-04-01')
    expect(await page.locator('#announcer').textContent()).toBe(
      'Identity status: ID verified'
    )
    // What our server needs of the browser: the user's token, and the record in the Referer.
    expect(countryConfig.received).toMatchObject([
      {
        method: 'POST',
        url: '/qr?credential=card-a',
        headers: { authorization: `Bearer ${TOKEN}`, referer: page.url() }
      }
    ])

    await status().getByRole('button', { name: 'Revoke' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Cancel' })
      .click()
    expect(await status().count()).toBe(1)
    await status().getByRole('button', { name: 'Revoke' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Revoke' })
      .click()
    await page.getByRole('button', { name: 'Scan QR code' }).waitFor()
    expect(await status().count()).toBe(0)
    expect(await firstName.inputValue()).toBe('')
    expect(await firstName.isEnabled()).toBe(true)
    expect(
      await page.getByLabel('mother note (not connected)').inputValue()
    ).toBe('kept')
  })

  it('signs in, comes back to the same page with what was typed, and declares', async () => {
    const address = page.url()
    // The engine has not heard yet of what was typed last: the page must not be left before.
    let hear = () => {}
    const heard = new Promise<void>((resolve) => (hear = resolve))
    await page.route('**/act', async (route) => {
      await heard
      await route.continue()
    })
    await page.getByLabel('mother note (not connected)').fill('just typed')
    await page
      .getByRole('button', { name: 'Authenticate with national ID' })
      .click()
    await setTimeout(500)
    expect(countryConfig.received).toEqual([])
    hear()
    await status().getByText('ID authenticated').waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    expect(page.url()).toBe(address)
    expect(await page.getByLabel('Last name').inputValue()).toBe('Otieno')
    const [start, redeem, ...others] = countryConfig.received
    expect(others).toEqual([])
    expect(start?.url).toBe(
      `/start?person=mother&redirect_uri=${encodeURIComponent(address)}`
    )
    expect(redeem).toMatchObject({
      url: '/userinfo?code=c-1&state=mother',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        cookie: 'sealed=1',
        referer: address
      }
    })

    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Child’s details' }).waitFor()
    expect(page.url()).toMatch(/\/pages\/child$/)
    await page.goBack()
    await page.getByRole('heading', { name: 'Mother’s details' }).waitFor()
    await page.getByRole('button', { name: 'Go to review' }).click()
    await page.getByRole('heading', { name: 'Review' }).waitFor()
    expect(
      await page.locator('[data-row="mother.verified"] dd').textContent()
    ).toBe('ID authenticated')
    expect(
      await page.locator('[data-row="mother.note"] dd').textContent()
    ).toBe('just typed')
    await page.getByRole('button', { name: 'Declare' }).click()
    await page.getByRole('heading', { name: 'Declared' }).waitFor()
    expect(playground.declared).toMatchObject([
      {
        eventId: address.split('/')[5],
        declaration: {
          'mother.verified': 'authenticated',
          'mother.name': AUTHENTICATED.name,
          'mother.note': 'just typed',
          'mother.fetch': null
        }
      }
    ])
  })

  it('works offline: no sign-in, a scan is pending, and nothing goes out', async () => {
    await page.getByRole('switch', { name: 'Online' }).click()
    await page.getByRole('switch', { name: 'Offline' }).waitFor()
    const signIn = page.getByRole('button', {
      name: 'Authenticate with national ID'
    })
    expect(await signIn.getAttribute('aria-disabled')).toBe('true')
    expect(await signIn.getAttribute('href')).toBeNull()
    await scan('Beatrice Wanjiru')
    await status().getByText('To be verified').waitFor()
    expect(await page.getByLabel('First name(s)').inputValue()).toBe('Beatrice')
    await page.getByRole('switch', { name: 'Offline' }).click()
    await page.getByRole('switch', { name: 'Online' }).waitFor()
    expect(countryConfig.received).toEqual([])
    await page.getByRole('button', { name: 'Behind the form' }).click()
    expect(
      await page.getByRole('complementary').getByText('"card-b"').count()
    ).toBe(1)
  })

  it('says what is wrong with a pasted code, and takes a good one', async () => {
    await page.getByRole('button', { name: 'Scan QR code' }).click()
    const content = page.getByLabel('or paste the content of a code')
    await content.fill('HC1:not json')
    await page.getByRole('button', { name: 'Use this content' }).click()
    await page.getByText('This is not JSON').waitFor()
    await content.fill(JSON.stringify(CARD_A))
    await page.getByRole('button', { name: 'Use this content' }).click()
    await status().getByText('ID verified').waitFor()
  })

  it("answers visits on its own origin itself, as OpenCRVS's service worker does", async () => {
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await page.goto(`${playground.proxiedUrl}/authentication/start?person=x`)
    await page.getByRole('link', { name: 'Start a declaration' }).waitFor()
    expect(countryConfig.received).toEqual([])
    // Only visits: calls of the form go through.
    await page.evaluate(
      (url) => fetch(url).then(() => true),
      `${playground.proxiedUrl}/qr`
    )
    expect(countryConfig.received).toMatchObject([{ url: '/qr' }])
  })

  it('keeps up with fast typing', async () => {
    const note = page.getByLabel('mother note (not connected)')
    const text = 'a rather long remark, typed without a pause'
    await note.pressSequentially(text)
    expect(await note.inputValue()).toBe(text)
    await page.getByRole('button', { name: 'Go to review' }).click()
    await page.getByRole('heading', { name: 'Review' }).waitFor()
    expect(
      await page.locator('[data-row="mother.note"] dd').textContent()
    ).toBe(text)
  })
})
