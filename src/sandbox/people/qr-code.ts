import { NationalIdError } from '../../domain/errors'
import type { CredentialFlaw, CredentialIssuer } from './credential-issuer'
import type { SandboxPerson } from './sandbox-people'

/** The QR code of an imaginary ID card. */
export type QrCode = {
  /** What a scanner reads: JSON. */
  readonly content: string
  /** @throws NationalIdError `ERR_SANDBOX_DEPENDENCY` when the package `qrcode` is not installed */
  png(): Promise<Buffer>
  /** As `png`. */
  svg(): Promise<string>
}

/**
 * Makes the QR code of a person's card. It says the person's data, for the form
 * to fill in, and repeats them in a signed credential below `credential`, for
 * the server to check.
 *
 * @param options.signer who signs; without one the card has no credential
 * @param options.flaw what is wrong with the credential; default nothing
 *
 * @example
 * const signer = createCredentialIssuer()
 * const { content, png } = await qrCodeOf(sandboxPeople[0], { signer })
 */
export async function qrCodeOf(
  person: SandboxPerson,
  options: { signer?: CredentialIssuer; flaw?: CredentialFlaw } = {}
): Promise<QrCode> {
  const credential = await options.signer?.sign(person, options.flaw)
  const { givenName, middleName, familyName } = person
  const content = JSON.stringify({
    // The parts of OpenCRVS's NAME field.
    name: { firstname: givenName, middlename: middleName, surname: familyName },
    dateOfBirth: person.dateOfBirth,
    // In the words of OpenCRVS's standard forms.
    sex: person.sex === 'other' ? 'unknown' : person.sex,
    identifier: person.individualId,
    credential
  })
  return {
    content,
    png: async () => (await loadQrLibrary()).toBuffer(content, APPEARANCE),
    svg: async () =>
      (await loadQrLibrary()).toString(content, { ...APPEARANCE, type: 'svg' })
  }
}

// The lowest error correction gives the largest modules: it is read from a
// screen or a clean print, and scanners of laptops have little resolution.
const APPEARANCE = { errorCorrectionLevel: 'L', margin: 4, scale: 6 } as const

/** What we use of the package `qrcode`. */
type QrLibrary = {
  toBuffer(content: string, options: object): Promise<Buffer>
  toString(content: string, options: object): Promise<string>
}

async function loadQrLibrary(): Promise<QrLibrary> {
  try {
    return (await import('qrcode')).default
  } catch (cause) {
    throw new NationalIdError(
      'The QR code was not drawn: the package `qrcode` could not be loaded. Install it as a development dependency (`npm install --save-dev qrcode@1`).',
      { code: 'ERR_SANDBOX_DEPENDENCY', cause }
    )
  }
}
