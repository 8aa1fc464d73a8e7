import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const EXECUTABLE = '/usr/bin/chromium'

/** `describe` where there is a browser; otherwise the tests are skipped, and it is said aloud. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(EXECUTABLE)) {
    describe(name, tests)
    return
  }
  process.stderr.write(
    `\n!!! SKIPPED, for there is no ${EXECUTABLE}: "${name}". Install Debian's chromium to run these tests.\n\n`
  )
  describe.skip(name, tests)
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync'
    ]
  })
}

/** A folder for pictures: the one that NATIONAL_ID_SCREENSHOTS names, or a temporary one. */
export function createAlbum(): (page: Page, name: string) => Promise<void> {
  const named = process.env['NATIONAL_ID_SCREENSHOTS']
  const folder = named ?? mkdtempSync(path.join(tmpdir(), 'screenshots-'))
  mkdirSync(folder, { recursive: true })
  return async (page, name) => {
    await page.screenshot({
      path: path.join(folder, `${name}.png`),
      fullPage: true
    })
  }
}
