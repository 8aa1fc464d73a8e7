import {
  checkAttribute,
  checkPath,
  checkScanPath,
  checkStartUrl,
  checkTimeout
} from './checks'
import type { FormVersion } from './field-types'

/** Longer waits lose what is typed meanwhile on other pages (forms CLIENT 2). */
const TIMEOUT_MS = 5000

export type SignInOptions = {
  /** Absolute address of the server's `authentication/start`. */
  startUrl: string
  /** Path of the server's `authentication/redeem`, on the origin that OpenCRVS is opened at. */
  redeemUrl: string
  /** An icon of OpenCRVS's UI kit. Default `Fingerprint`. */
  icon?: string
  /** How long the form waits for the result, in milliseconds. Default 5000. */
  timeoutMs?: number
}

export type QrCodeOptions = {
  /**
   * Path of the server's `identity-check`, on the origin that OpenCRVS is opened at. Without it a credential is checked
   * when the record is sent, as it always is on OpenCRVS 1.9.
   */
  checkUrl?: string
  /** Where the credential stands in the JSON of the QR code: keys, one after the other. Default `['credential']`. */
  credentialPath?: readonly string[]
  /** Where attributes stand in the JSON of the QR code, by attribute: `{ dateOfBirth: ['person', 'birthDate'] }`. */
  read?: Readonly<Record<string, readonly string[]>>
  /** How long the form waits for the check, in milliseconds. Default 5000. */
  timeoutMs?: number
}

export type SignInMethod = Required<SignInOptions> & {
  readonly method: 'signIn'
}

export type QrCodeMethod = {
  readonly method: 'qrCode'
  checkUrl: string | undefined
  credentialPath: readonly string[]
  read: Readonly<Record<string, readonly string[]>>
  timeoutMs: number
}

/** A way of proving who one is, as the form offers it. */
export type FormMethod = SignInMethod | QrCodeMethod

/**
 * What the form must know of the server: where its routes are and which line of OpenCRVS it serves.
 */
export type FormSettings = {
  version: FormVersion
  signIn?: { startUrl: string; redeemUrl: string }
  qrCode?: { checkUrl?: string; credentialPath?: readonly string[] }
}

/**
 * Sign-in with the national ID system: a button that leaves the form and comes back to it.
 * @throws NationalIdError `ERR_FORM_FIELDS`
 */
export function signIn(options: SignInOptions): SignInMethod {
  const { startUrl, redeemUrl, icon, timeoutMs = TIMEOUT_MS } = options
  checkStartUrl(startUrl)
  checkPath('redeemUrl of signIn()', redeemUrl)
  checkTimeout('timeoutMs of signIn()', timeoutMs)
  return {
    method: 'signIn',
    startUrl,
    redeemUrl,
    icon: icon ?? 'Fingerprint',
    timeoutMs
  }
}

/**
 * Scanning the QR code of a card. What it says fills in fields; whether it is true only the server can tell.
 * @throws NationalIdError `ERR_FORM_FIELDS`
 */
export function qrCode(options: QrCodeOptions = {}): QrCodeMethod {
  const { checkUrl, timeoutMs = TIMEOUT_MS, read = {} } = options
  const { credentialPath = ['credential'] } = options
  if (checkUrl !== undefined) checkPath('checkUrl of qrCode()', checkUrl)
  checkTimeout('timeoutMs of qrCode()', timeoutMs)
  checkScanPath('credentialPath of qrCode()', credentialPath)
  for (const [attribute, path] of Object.entries(read)) {
    checkAttribute(attribute)
    checkScanPath(`read.${attribute} of qrCode()`, path)
  }
  return { method: 'qrCode', checkUrl, credentialPath, read, timeoutMs }
}

/** The methods that a server offers, with what a country has to say about each. */
export function methodsFrom(
  settings: FormSettings,
  own: {
    signIn?: Omit<SignInOptions, 'startUrl' | 'redeemUrl'>
    qrCode?: Omit<QrCodeOptions, 'checkUrl' | 'credentialPath'>
  } = {}
): FormMethod[] {
  const methods: FormMethod[] = []
  if (settings.signIn !== undefined) {
    methods.push(signIn({ ...own.signIn, ...settings.signIn }))
  }
  if (settings.qrCode !== undefined) {
    methods.push(qrCode({ ...own.qrCode, ...settings.qrCode }))
  }
  return methods
}
