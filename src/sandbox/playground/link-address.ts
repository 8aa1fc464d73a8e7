/**
 * Where a LINK_BUTTON leads: its URL, and in `redirect_uri` (unless it has one)
 * the address of the page without query and hash.
 *
 * @throws Error when the URL is not absolute: it takes the whole page down
 *   (forms FACTS 4)
 */
export function linkAddress(url: string, page: URL): string {
  if (!URL.canParse(url)) throw new Error('its url is not an absolute address')
  const address = new URL(url)
  if (!address.searchParams.has('redirect_uri')) {
    const here = `${page.origin}${page.pathname}`
    address.searchParams.set('redirect_uri', here)
  }
  return address.href
}
