/** A form page that sign-in may return to. */
export type ReturnAddress = {
  /** Origin and path; without query and fragment. */
  url: string
  /** The record, or undefined where it has no permanent id yet. */
  eventId?: string
}

/** Pages have some hundred characters; the address goes into a cookie, which has 4 096. */
const MOST_CHARACTERS = 1_000

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const UNSAVED = 'tmp-'

/**
 * Reads the address that the client adds to the sign-in button (forms FACTS, LINK_BUTTON). It comes out of a URL that
 * anybody can write, so it must be, letter by letter, what a browser has in its address bar for a page of the client:
 * whatever a parser would mend (backslashes, tabs, dot segments, another spelling of the host) is no such address.
 *
 * @param text as it came
 * @param allowed.clientOrigin the only origin
 * @param allowed.ownPaths our own routes, which are no form
 * @returns undefined when it is not the address of a record's page
 */
export function readReturnAddress(
  text: string | undefined,
  allowed: { clientOrigin: string; ownPaths: readonly string[] }
): ReturnAddress | undefined {
  if (text === undefined || text.length > MOST_CHARACTERS) return undefined
  const page = text.replace(/[?#].*$/s, '')
  if (!URL.canParse(page)) return undefined
  const { origin, pathname } = new URL(page)
  if (origin !== allowed.clientOrigin) return undefined
  // No name and password, no default port, no `blob:` (which borrows an origin), nothing that was mended.
  if (page !== `${origin}${pathname}`) return undefined
  if (allowed.ownPaths.some((path) => isBelow(pathname, path))) {
    return undefined
  }
  const record = recordOf(pathname)
  return record === undefined ? undefined : { url: page, ...record }
}

/**
 * The record whose page this is: the first path segment that is a UUID (client routes: `/events/declare/:eventId/...`).
 * A record that was begun offline has `tmp-<uuid>` there until it is saved (forms FACTS 6): then there is no id.
 *
 * @returns undefined when it is no record's page
 */
export function recordOf(pathname: string): { eventId?: string } | undefined {
  for (const segment of pathname.split('/')) {
    if (UUID.test(segment)) return { eventId: segment }
    if (segment.startsWith(UNSAVED) && UUID.test(segment.slice(UNSAVED.length)))
      return {}
  }
  return undefined
}

/** Whether a text is the id of a record. */
export function isRecordId(text: string): boolean {
  return UUID.test(text)
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`)
}
