/** Values that may stand in a path. Neither says anything about a person. */
export type PathValues = { reference: string; systemReference?: string }

/**
 * What is wrong with a path, or undefined. Only `allowed` names may stand in
 * braces, since whatever is in a URL ends in access logs on the way.
 */
export function pathProblem(
  path: string,
  allowed: ReadonlyArray<keyof PathValues>
): string | undefined {
  const names: readonly string[] = allowed
  const held = [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1])
  if (held.some((name) => name === undefined || !names.includes(name))) {
    return `may hold only {${allowed.join('} and {')}}: anything else in a URL ends in access logs.`
  }
  const rest = path.replace(/\{[^{}]*\}/g, 'x')
  return isPath(rest)
    ? undefined
    : 'must begin with one slash and hold no blanks, braces, `#` or `..`.'
}

function isPath(path: string): boolean {
  const [steps = ''] = path.split('?')
  return (
    /^\/(?![/\\])[^\s#{}\\]*$/.test(path) &&
    // A dot in disguise takes the same step up.
    !/(^|\/)(\.|%2e){2}($|\/)/i.test(steps)
  )
}

/**
 * The address of a call, or undefined when a value that the path needs is not
 * known, or would change which path it is.
 */
export function callAddress(
  baseUrl: string,
  path: string,
  values: PathValues
): string | undefined {
  const known = new Map<string, string | undefined>(Object.entries(values))
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1])
  if (!names.every((name) => isSegment(known.get(name ?? '')))) return undefined
  const filled = path.replace(/\{([^{}]*)\}/g, (_, name: string) =>
    encodeURIComponent(known.get(name) ?? '')
  )
  return `${baseUrl.replace(/\/+$/, '')}${filled}`
}

/** Whether a value stays one step of a path once it is encoded. */
function isSegment(value: string | undefined): boolean {
  return (
    value !== undefined && /^[\x20-\x7e]+$/.test(value) && !/^\.+$/.test(value)
  )
}
