import { closest, distance } from 'fastest-levenshtein'

/** The name that was probably meant, or undefined when none is near. */
export function nearest(
  name: string,
  candidates: readonly string[]
): string | undefined {
  if (candidates.length === 0) return undefined
  const lower = new Map(candidates.map((each) => [each.toLowerCase(), each]))
  const best = closest(name.toLowerCase(), [...lower.keys()])
  const limit = Math.max(2, Math.floor(name.length / 3))
  return distance(name.toLowerCase(), best) <= limit
    ? lower.get(best)
    : undefined
}

/** The suggestion as the end of a sentence: `; did you mean \`gatewayUrl\`?`, or a full stop. */
export function didYouMean(
  name: string,
  candidates: readonly string[]
): string {
  const best = nearest(name, candidates)
  return best === undefined ? '.' : `; did you mean \`${best}\`?`
}
