/** The values of a form by field id. Anything may come out of a country's answer. */
export type FormValues = Readonly<Record<string, unknown>>

/**
 * What stands at a path inside a value, read as the client reads it: a text's
 * own methods are found too, so that `data.sub` of a text answer is a function
 * (forms CLIENT 2).
 */
export function readPath(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const name of path) {
    if (current === null || current === undefined) return undefined
    // Object() wraps a text or number and leaves an object as it is.
    current = (Object(current) as Record<string, unknown>)[name]
  }
  return current
}

/** Undefined values are not kept between two changes, null is (forms FACTS 6). */
export function withoutUndefined(values: FormValues): FormValues {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined)
  )
}

/** The values of these fields alone; those that are not set are left out. */
export function pickValues(
  values: FormValues,
  ids: readonly string[]
): Record<string, unknown> {
  return Object.fromEntries(
    ids.filter((id) => id in values).map((id) => [id, values[id]])
  )
}
