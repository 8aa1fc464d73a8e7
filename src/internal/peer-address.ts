const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** What is wrong with the address of a peer in the options, or undefined. */
export function addressProblem(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return 'must be a whole address that begins with https://'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a user name or password: addresses are written to logs.'
  }
  return url.search === '' && url.hash === ''
    ? undefined
    : 'must end before any `?` or `#`.'
}

/** Whether what is sent to an address can be read on the way. */
export function isInsecure(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && !LOOPBACK.test(hostname)
}

/** An address without the slashes at its end. */
export function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '')
}
