import type { IdentityProblem } from '../domain/identity'
import { formFieldsError } from './form-fields-error'

/**
 * What stands after the person's prefix and a dot in the ids of our fields. Records keep these ids: one that disappears
 * from a form breaks the certificates of the records that have it (forms FACTS 8), so they do not change.
 */
export const FIELD_SUFFIXES = {
  /** The status, one of four words. */
  status: 'verified',
  /** Reads what the sign-in hands back in the page's address. */
  queryParams: 'query-params',
  /** Reads that a sign-in was cancelled; OpenCRVS 1.9 only. */
  queryProblem: 'query-problem',
  /** Fetches the result of a sign-in. */
  fetch: 'verify-nid-http-fetch',
  fetchLoader: 'fetch-loader',
  /** Has a scanned credential checked. */
  qrCheck: 'qr-check',
  qrLoader: 'qr-loader',
  /** Holds the buttons, and what was scanned. */
  reader: 'id-reader',
  /** Button inside the reader. */
  signIn: 'sign-in',
  /** Button inside the reader. */
  qrCode: 'qr',
  /** What backs the status: evidence, or the credential that has not been checked yet. */
  evidence: 'identity-evidence',
  /** Why there is no proof: a word of `IdentityProblem`. */
  problem: 'identity-problem',
  /** By which our log can be searched. */
  reference: 'identity-reference',
  /** Followed by a hyphen and a word of `IdentityProblem`. */
  notice: 'identity-notice'
} as const

/** What our fields are called in code. */
export type IdentityFieldName = keyof typeof FIELD_SUFFIXES

/** Full ids of a person's fields, so that nobody types them twice: `mother.verified`, ... */
export type IdentityFieldIds = Readonly<
  Record<Exclude<IdentityFieldName, 'notice'>, string>
> & {
  /** The id of the notice about a problem. */
  notice(problem: IdentityProblem): string
}

/**
 * The ids of a person's fields.
 * @param suffixes a country's own, where a field must be called otherwise
 */
export function fieldIds(
  person: string,
  suffixes: Partial<Record<IdentityFieldName, string>> = {}
): IdentityFieldIds {
  const chosen = { ...FIELD_SUFFIXES, ...suffixes }
  check(chosen)
  const { notice, ...others } = chosen
  // Object.fromEntries loses the names; these are the ones of `others`.
  const ids = Object.fromEntries(
    Object.entries(others).map(([name, suffix]) => [
      name,
      `${person}.${suffix}`
    ])
  ) as Record<keyof typeof others, string>
  return { ...ids, notice: (problem) => `${person}.${notice}-${problem}` }
}

function check(suffixes: Readonly<Record<string, string>>): void {
  const seen = new Map<string, string>()
  for (const [name, suffix] of Object.entries(suffixes)) {
    if (!(name in FIELD_SUFFIXES)) {
      throw formFieldsError(
        `ids has "${name}", and there is no such field. Its fields are: ${Object.keys(FIELD_SUFFIXES).join(', ')}.`
      )
    }
    if (!/^[^_\s.]+(\.[^_\s.]+)*$/.test(suffix)) {
      throw formFieldsError(
        `ids.${name} is "${suffix}". OpenCRVS takes no underscore in the id of a field; use letters, digits and hyphens.`
      )
    }
    const other = seen.get(suffix)
    if (other !== undefined) {
      throw formFieldsError(
        `ids.${other} and ids.${name} are both "${suffix}"; each field needs an id of its own.`
      )
    }
    seen.set(suffix, name)
  }
}
