import { OptionsError } from '../../domain/errors'
import type { QrFactory } from '../credential-verifier'
import { credentialCheck } from './check-credential'
import { issuesOf, withDefaults } from './option-issues'
import type { QrCredentialOptions } from './options'

const OPTION = 'authentication.qr'

/**
 * QR codes that carry a signed credential, for `authentication.qr`: a compact JWS, or a JSON credential with a proof, by
 * an issuer whose public keys are pinned here; and any other kind for which the country gives a verifier.
 *
 * ```ts
 * qrCredentials({
 *   trustedIssuers: [
 *     { issuer: 'https://id.example.org', keys: [{ id: '2026', key: publicKeyPem }] }
 *   ]
 * })
 * ```
 */
export function qrCredentials(options: QrCredentialOptions): QrFactory {
  return {
    issues: (path) => issuesOf(options, path),
    // There is no option here that makes less be checked.
    weakenings: () => [],
    credentialPath: credentialPathOf(options),
    create({ clock }) {
      const issues = issuesOf(options, OPTION)
      if (issues.length > 0) throw new OptionsError(issues)
      return { check: credentialCheck(withDefaults(options), clock) }
    }
  }
}

/** The form's fields need it even where something else in the options is wrong. */
function credentialPathOf(options: unknown): readonly string[] {
  // Called from JavaScript, it may be without options; `issues` says so.
  const { credentialPath } = (options ?? {}) as QrCredentialOptions
  return credentialPath ?? ['credential']
}
