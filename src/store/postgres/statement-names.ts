/** A server keeps each of them for each connection. */
const KEPT_NAMES = 150

/** A text that is longer is one of many that differ only in the length of a list. */
const MAX_LENGTH = 4_000

/** Names under which statements are prepared. */
export type StatementNames = {
  /** The name of a statement's text, or undefined when it is not worth one. */
  nameOf(text: string): string | undefined
}

/**
 * Names for prepared statements: each is parsed once for each connection. The name comes with the second time, so that
 * what is asked once only takes none.
 */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  const seen = new Set<string>()
  return {
    nameOf(text) {
      const known = names.get(text)
      if (known !== undefined) return known
      if (names.size >= KEPT_NAMES || text.length > MAX_LENGTH) return undefined
      if (!seen.has(text)) {
        if (seen.size >= KEPT_NAMES * 4) seen.clear()
        seen.add(text)
        return undefined
      }
      seen.delete(text)
      const name = `national_id_${names.size + 1}`
      names.set(text, name)
      return name
    }
  }
}
