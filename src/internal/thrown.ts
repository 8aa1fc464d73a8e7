/**
 * What was thrown, by its kind and its place in the code: enough to find it, and without its text, which may quote
 * personal data.
 *
 * @example `a TypeError at makeNumber (/app/src/number.ts:12:5)`
 */
export function kindAndPlace(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'something that is no error'
  const place = placesOf(thrown)[0]
  const kind = `a ${thrown.constructor.name}`
  return place === undefined ? kind : `${kind} ${place}`
}

/** The places of an error's stack, innermost first. Its text comes before them and may have any number of lines. */
export function placesOf(error: Error): string[] {
  const stack = error.stack ?? ''
  const end = stack.indexOf(error.message) + error.message.length
  return stack
    .slice(end)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
}
