import qrcode from 'qrcode'
import { qrCredentials } from '../../../src/authentication/qr'
import { systemClock } from '../../../src/internal/clock'
import {
  createCredentialIssuer,
  type CredentialFlaw
} from '../../../src/sandbox/people/credential-issuer'
import { qrCodeOf } from '../../../src/sandbox/people/qr-code'
import {
  findSandboxPerson,
  languagesOf,
  sandboxPeople
} from '../../../src/sandbox/people/sandbox-people'

const signer = createCredentialIssuer()
const amara = sandboxPeople[0]!
const credentials = qrCredentials({
  trustedIssuers: [signer.trusted]
}).create({ clock: systemClock })

async function scanned(
  person = amara,
  flaw?: CredentialFlaw
): Promise<Record<string, unknown>> {
  const { content } = await qrCodeOf(person, {
    signer,
    ...(flaw === undefined ? {} : { flaw })
  })
  return JSON.parse(content)
}

describe('the sandbox people', () => {
  it('are a dozen, each with a number of their own', () => {
    const ids = new Set(sandboxPeople.map(({ individualId }) => individualId))
    expect(ids.size).toBe(12)
    for (const id of ids) expect(findSandboxPerson(id)).toBeDefined()
    expect(findSandboxPerson('0000000000')).toBeUndefined()
  })

  it('have dates of birth that exist', () => {
    for (const { dateOfBirth } of sandboxPeople) {
      expect(new Date(dateOfBirth).toISOString().slice(0, 10)).toBe(dateOfBirth)
    }
  })

  it('have every kind of name that goes wrong elsewhere', () => {
    const some = (test: (person: (typeof sandboxPeople)[number]) => boolean) =>
      sandboxPeople.some(test)
    expect(some(({ name }) => name.includes("'"))).toBe(true)
    expect(some(({ name }) => name.includes('’'))).toBe(true)
    expect(some(({ name }) => name.includes('-'))).toBe(true)
    expect(some(({ name }) => /\p{M}|[À-ɏ]/u.test(name))).toBe(true)
    expect(some(({ familyName }) => familyName === undefined)).toBe(true)
    expect(some(({ middleName }) => middleName?.includes(' ') === true)).toBe(
      true
    )
    expect(some(({ names }) => /\p{Script=Bengali}/u.test(names['bn']!))).toBe(
      true
    )
    expect(some(({ names }) => /\p{Script=Arabic}/u.test(names['ar']!))).toBe(
      true
    )
    expect(languagesOf(sandboxPeople)).toEqual([
      'ar',
      'bn',
      'en',
      'es',
      'fr',
      'vi'
    ])
  })

  it('have the same name in parts as in one', () => {
    for (const person of sandboxPeople) {
      const parts = [person.givenName, person.middleName, person.familyName]
      const words = parts.join(' ').split(' ').filter(Boolean)
      expect(words.sort()).toEqual(person.name.split(' ').sort())
    }
  })
})

describe("the QR code of a person's card", () => {
  it.each(sandboxPeople.map((person) => [person.name, person] as const))(
    'says the data of %s and proves them',
    async (_name, person) => {
      const content = await scanned(person)
      expect(content).toMatchObject({
        dateOfBirth: person.dateOfBirth,
        identifier: person.individualId
      })
      expect(await credentials.check(JSON.stringify(content))).toMatchObject({
        proven: true,
        issuer: signer.issuer,
        data: {
          name: content['name'],
          dateOfBirth: person.dateOfBirth,
          sex: content['sex'],
          identifier: person.individualId
        }
      })
    }
  )

  it.each<CredentialFlaw>(['forged', 'edited', 'expired', 'foreign'])(
    'is not trusted when it is %s',
    async (flaw) => {
      const content = await scanned(amara, flaw)
      expect(content['credential']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
      expect(await credentials.check(JSON.stringify(content))).toMatchObject({
        proven: false,
        problem: 'untrusted'
      })
    }
  )

  it('is not trusted when it was edited: the date of birth is another one', async () => {
    const { credential } = await scanned(amara, 'edited')
    const payload = String(credential).split('.')[1]!
    expect(
      JSON.parse(Buffer.from(payload, 'base64url').toString())
    ).toMatchObject({ birthdate: '2001-04-12' })
  })

  it('has no credential without a signer', async () => {
    const { content } = await qrCodeOf(amara)
    expect(JSON.parse(content)).not.toHaveProperty('credential')
    expect(await credentials.check(content)).toMatchObject({
      proven: false,
      problem: 'unreadable'
    })
  })

  it('is small enough to be read from a screen, whoever it is about', async () => {
    for (const person of sandboxPeople) {
      const { content } = await qrCodeOf(person, { signer })
      const { version } = qrcode.create(content, { errorCorrectionLevel: 'L' })
      // Version 20 has 97 modules a side.
      expect(version).toBeLessThanOrEqual(20)
    }
  })

  it('is drawn as PNG and as SVG', async () => {
    const code = await qrCodeOf(amara, { signer })
    expect((await code.png()).subarray(1, 4).toString()).toBe('PNG')
    expect(await code.svg()).toMatch(/^<svg[^]*<\/svg>\s*$/)
  })
})
