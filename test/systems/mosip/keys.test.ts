import { createRequire } from 'node:module'
import { readKey, thumbprintOf } from '../../../src/systems/mosip/keys'
import { loadOptional } from '../../../src/systems/mosip/optional-package'
import {
  CERTIFICATE,
  LAB_KEY,
  PRIVATE_KEY,
  everythingIn,
  failureOf,
  fixture,
  fixtureBytes
} from './made'

describe('a key in PEM', () => {
  it('comes with its certificate', async () => {
    const { certificate } = await readKey(LAB_KEY, 'websub.keys[0]')
    // As the recording has it, in base64url.
    expect(thumbprintOf(certificate).toString('base64url')).toBe(
      fixture('ida-auth-decrypted.json').thumbprintCheck.certSha256Base64url
    )
  })

  it.each([
    ['a damaged key', { certificate: CERTIFICATE, privateKey: 'secret text' }],
    ['a damaged certificate', { certificate: 'x', privateKey: PRIVATE_KEY }]
  ])('that is %s is named and not shown', async (_what, key) => {
    const failure = await failureOf(readKey(key, 'websub.keys[0]'))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_KEY', retryable: true })
    expect(everythingIn(failure)).toMatch(/websub\.keys\[0\]/)
    expect(everythingIn(failure)).not.toMatch(/secret text|BEGIN/)
  })
})

it('says which package to install where one is missing', () => {
  expect(() => loadOptional('no-such-package-at-all', 'An option')).toThrow(
    'An option needs the package no-such-package-at-all, which cannot be loaded. Install it beside this one: npm install no-such-package-at-all'
  )
})

/** Whether a package that only some countries install is there. */
function isInstalled(name: string): boolean {
  try {
    createRequire(__filename).resolve(name)
    return true
  } catch {
    return false
  }
}

const ifForge = isInstalled('node-forge') ? describe : describe.skip

ifForge('a key store in PKCS#12 (needs the package node-forge)', () => {
  const bytes = fixtureBytes('keys/mock-partner-keystore.p12')

  it.each([
    ['base64', bytes.toString('base64')],
    ['a function that gives bytes', () => bytes],
    ['a function that gives base64', async () => bytes.toString('base64')]
  ])(
    'gives the same key and certificate as PEM, from %s',
    async (_how, pkcs12) => {
      const pem = await readKey(LAB_KEY, 'pem')
      const store = await readKey({ pkcs12, passphrase: 'lab-pass' }, 'p12')
      expect(store.privateKey.equals(pem.privateKey)).toBe(true)
      expect(store.certificate.raw).toEqual(pem.certificate.raw)
    }
  )

  it('does not open with another password, and says so', async () => {
    const key = { pkcs12: () => bytes, passphrase: 'wrong' }
    expect(await failureOf(readKey(key, 'ida.signingKey'))).toMatchObject({
      code: 'ERR_SYSTEM_KEY',
      message: expect.stringContaining('passphrase')
    })
  })
})
