/** What is wrong with an address of the provider, or undefined. */
export function addressProblem(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return 'must be a whole address that begins with https://.'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a user name or password: addresses are written to logs.'
  }
  return url.hash === '' ? undefined : 'must end before any `#`.'
}

/** What is wrong with an issuer (OIDC Discovery 3), or undefined. */
export function issuerProblem(value: string): string | undefined {
  const problem = addressProblem(value)
  if (problem !== undefined) return problem
  return value.includes('?') ? 'must end before any `?` or `#`.' : undefined
}
