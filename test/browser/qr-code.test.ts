import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createAlbum, describeInBrowser, launchChromium } from './chromium'
import { startBrowserEnvironment, type BrowserEnvironment } from './environment'
import { formOn, type Form } from './form'

const AMARA = 'Amara Nkemelu'
const LEOPOLD = 'Léopold Ngoma Mukendi'

jest.setTimeout(60_000)

describeInBrowser('the QR code of a card, in a browser', () => {
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

  afterEach(() => context.close())

  afterAll(async () => {
    await browser.close()
    await environment.stop()
  })

  async function openRecord(): Promise<string> {
    const record = environment.newRecord()
    await page.goto(record.page('mother'))
    await form.field('mother.id-reader').waitFor()
    return record.eventId
  }

  function recorded(eventId: string): unknown {
    return environment.core.state(eventId)?.declaration
  }

  it('is verified at once when it is signed, and stays so in the record', async () => {
    const eventId = await openRecord()
    await form.scan('mother', AMARA, 'signed')
    await form.status('mother').waitFor()
    await photograph(page, '21-signed')
    expect(await form.statusWord('mother')).toBe('verified')
    expect(await form.nameParts('mother')).toEqual(['Amara', '', 'Nkemelu'])
    expect(await form.input('mother.dob').inputValue()).toBe('1991-04-12')
    expect(await form.input('mother.dob').isDisabled()).toBe(true)
    await form.declare()
    expect(recorded(eventId)).toMatchObject({
      'mother.verified': 'verified',
      'mother.nid': '2047381956'
    })
  })

  it('says why it is not trusted when it is forged, and proves nothing', async () => {
    const eventId = await openRecord()
    await form.scan('mother', LEOPOLD, 'forged')
    await form.notice('mother', 'untrusted').waitFor()
    await photograph(page, '22-forged')
    expect(await form.statusWord('mother')).toBe('pending')
    await form.declare()
    expect(recorded(eventId)).toMatchObject({ 'mother.verified': 'pending' })
  })

  it('is pending when nobody signed it', async () => {
    const eventId = await openRecord()
    await form.scan('mother', LEOPOLD, 'unsigned')
    await form.status('mother').waitFor()
    expect(await form.statusWord('mother')).toBe('pending')
    expect(await form.nameParts('mother')).toEqual([
      'Léopold',
      'Ngoma',
      'Mukendi'
    ])
    await form.declare()
    expect(recorded(eventId)).toMatchObject({ 'mother.verified': 'pending' })
  })

  it('is pending when it is scanned offline, and verified by the server afterwards', async () => {
    const eventId = await openRecord()
    await page.getByRole('switch').click()
    await form.scan('mother', AMARA, 'signed')
    await form.status('mother').waitFor()
    await photograph(page, '23-offline')
    expect(await form.statusWord('mother')).toBe('pending')
    await page.getByRole('switch').click()
    await form.declare()
    expect(recorded(eventId)).toMatchObject({
      'mother.verified': 'verified',
      'mother.nid': '2047381956'
    })
  })

  it('can be followed by another card after revoking', async () => {
    await openRecord()
    await form.scan('mother', LEOPOLD, 'forged')
    await form.status('mother').waitFor()
    await form.revoke('mother')
    await form.scan('mother', AMARA, 'signed')
    await form.status('mother').waitFor()
    expect(await form.statusWord('mother')).toBe('verified')
    expect(await form.nameParts('mother')).toEqual(['Amara', '', 'Nkemelu'])
  })
})
