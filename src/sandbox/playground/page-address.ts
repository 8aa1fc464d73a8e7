/** A page of a form, or its review. */
export type PagePlace = { kind: 'page'; pageId: string } | { kind: 'review' }

/** Addresses shaped as the client's routes: everything of one form begins alike. */
const FORM_PATH =
  /^(\/events\/declare\/([^/]+))(?:\/pages\/([^/]+)|(\/review))?\/?$/

/** Where an address leads; undefined when it is that of no form. Without a page it is the form's first, as ''. */
export function placeOf(
  address: URL
): (PagePlace & { eventId: string }) | undefined {
  const match = FORM_PATH.exec(address.pathname)
  if (match === null) return undefined
  const eventId = decodeURIComponent(match[2] ?? '')
  return match[4] === undefined
    ? { kind: 'page', eventId, pageId: decodeURIComponent(match[3] ?? '') }
    : { kind: 'review', eventId }
}

/** The address of another page of the same form; query and hash are left behind. */
export function addressOf(place: PagePlace, address: URL): URL {
  const base = FORM_PATH.exec(address.pathname)?.[1] ?? ''
  const rest =
    place.kind === 'review'
      ? '/review'
      : `/pages/${encodeURIComponent(place.pageId)}`
  return new URL(`${base}${rest}`, address.origin)
}
