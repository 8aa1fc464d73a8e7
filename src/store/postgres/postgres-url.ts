/** Where a server is, and who we are there. */
export type Address = {
  host: string
  port: number
  database: string
  user: string
  password: string | undefined
}

/** PostgreSQL's own. */
export const DEFAULT_PORT = 5432

/** The parts of a URL, or what is wrong with it, without any of its text. */
export function readUrl(text: string): Address | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol))
    return 'must be like postgres://user:password@host:5432/database.'
  if (url.search !== '')
    return 'takes no parameters: say in `ssl` how the connection is secured, and in `host` where a socket is.'
  try {
    return addressOf(url)
  } catch {
    return 'has a % that stands for nothing: write the character itself as %25.'
  }
}

/** @throws URIError when something is not encoded as in a URL */
function addressOf(url: URL): Address | string {
  const address = {
    // An IPv6 address stands in brackets.
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password)
  }
  const missing = (['host', 'user', 'database'] as const).find(
    (part) => address[part] === ''
  )
  return missing === undefined ? address : `names no ${missing}.`
}

/** @param host a name, an address, or the folder of a socket */
export function isThisMachine(host: string): boolean {
  return (
    host.startsWith('/') ||
    host === 'localhost' ||
    host === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
  )
}
