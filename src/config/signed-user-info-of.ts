import type { SignedUserInfo } from './options'

/**
 * A source for `attributes.more`: the UserInfo of a person's sign-in as the provider signed it, a compact JWS, for an ID
 * system that checks itself who introduced or informed. It takes `keepUserInfo: true` at `authentication.oidc`, is given
 * only behind evidence that was checked against the declaration, and is forgotten after
 * `authentication.keptUserInfoDays`; without it the attribute is left out.
 *
 * MOSIP's guide for civil registration wants it as `introducerInfoToken` and `deceasedInformer`; where a MOSIP takes the
 * pairwise subject there, use `subjectOf`.
 *
 * @param person prefix of the person: `mother`
 *
 * @example
 * more: {
 *   introducerInfoToken: {
 *     from: signedUserInfoOf('mother'),
 *     purpose: 'MOSIP checks the parent who introduces the child'
 *   }
 * }
 */
export function signedUserInfoOf(person: string): SignedUserInfo {
  return { signedUserInfoOf: person }
}
