import type { ProvenSubject } from './options'

/**
 * A source for `attributes.more`: the person's pairwise subject at the ID system, as their sign-in or credential gave
 * it. It comes out of evidence that was checked against the declaration; without such evidence there is none.
 *
 * @param person prefix of the person: `mother`
 *
 * @example
 * more: {
 *   introducerInfoToken: {
 *     from: subjectOf('mother'),
 *     purpose: 'A parent who proved presence introduces the child'
 *   }
 * }
 */
export function subjectOf(person: string): ProvenSubject {
  return { provenSubjectOf: person }
}
