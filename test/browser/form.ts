import type { Locator, Page } from 'playwright-core'

/** What a registrar does on the form's page, and sees there. */
export type Form = {
  field(id: string): Locator
  /** The input of a field that has one. */
  input(id: string): Locator
  status(person: string): Locator
  /** Which of the four statuses is shown. */
  statusWord(person: string): Promise<string>
  notice(person: string, problem: string): Locator
  /** First, middle and last name. */
  nameParts(person: string): Promise<string[]>
  type(id: string, value: string): Promise<void>
  pressSignIn(person: string): Promise<void>
  /** Signs in on the provider's pages. */
  proveToBe(name: string): Promise<void>
  signIn(person: string, name: string): Promise<void>
  /** Holds a card in front of the camera. */
  scan(person: string, label: string, remark: string): Promise<void>
  revoke(person: string): Promise<void>
  /** Goes to the review page and sends the declaration. */
  declare(): Promise<void>
}

export function formOn(page: Page): Form {
  const field = (id: string) => page.locator(`[data-field="${id}"]`)
  const input = (id: string) => field(id).locator('input, select')
  const status = (person: string) => field(`${person}.verified`)
  const form: Form = {
    field,
    input,
    status,
    async statusWord(person) {
      // The class says it, as the last of its words.
      const classes = (await status(person).getAttribute('class')) ?? ''
      return classes.split(' ').pop() ?? ''
    },
    notice: (person, problem) => field(`${person}.identity-notice-${problem}`),
    async nameParts(person) {
      const parts = await field(`${person}.name`).locator('input').all()
      return Promise.all(parts.map((part) => part.inputValue()))
    },
    async type(id, value) {
      await input(id).first().fill(value)
      await input(id).first().blur()
    },
    pressSignIn: (person) =>
      page.locator(`[data-method="${person}.sign-in"]`).click(),
    async proveToBe(name) {
      await page.getByRole('button', { name }).click()
      await page.getByLabel('One-time code').fill('111111')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
    },
    async signIn(person, name) {
      await form.pressSignIn(person)
      await form.proveToBe(name)
      await status(person).waitFor()
    },
    async scan(person, label, remark) {
      await page.locator(`[data-method="${person}.qr"]`).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: `${label} ${remark}` })
        .click()
    },
    async revoke(person) {
      await status(person).getByRole('button', { name: 'Revoke' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Revoke' }).click()
      await field(`${person}.id-reader`).waitFor()
    },
    async declare() {
      const review = page.getByRole('button', { name: 'Go to review' })
      if (await review.isVisible()) await review.click()
      await page.locator('#declare').click()
      await page.locator('#declared').waitFor()
    }
  }
  return form
}
