import {
  callbackUrl,
  formPage,
  signIn,
  startUrl,
  stateIn,
  ticketIn,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()

describe('a replayed or foreign redirect', () => {
  it('is refused when it comes again: the code is exchanged once', async () => {
    await world.begin()
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const kept = [...world.registrar.cookies]
    const url = callbackUrl({
      code: world.provider.codeFor(),
      state: stateIn(start)
    })
    const first = await world.registrar.get(url, true)
    world.registrar.cookies = kept
    const second = await world.registrar.get(url, true)
    expect(world.provider.exchanged).toHaveLength(1)
    await world.expectFailed(ticketIn(second, page.url), 'expired')
    const { answer } = await world.redeem(ticketIn(first, page.url))
    expect(answer.verificationStatus).toBe('authenticated')
  })

  it('is taken once, also when it comes many times at the same moment', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const url = callbackUrl({
      code: world.provider.codeFor(),
      state: stateIn(start)
    })
    await Promise.all(
      Array.from({ length: 8 }, () => {
        const copy = world.browser()
        copy.cookies = [...world.registrar.cookies]
        return copy.get(url, true)
      })
    )
    expect(world.provider.exchanged).toHaveLength(1)
  })

  it('leaves the browser without the cookie of the sign-in', async () => {
    await world.begin()
    await signIn(world.registrar, world)
    expect(
      world.registrar.cookies.filter(({ path }) => path.endsWith('/callback'))
    ).toEqual([])
  })

  it.each<[string, (state: string) => string]>([
    ['no state', () => 'code=x'],
    ['an empty state', () => 'code=x&state='],
    ['two states', (state) => `code=x&state=${state}&state=${state}`],
    ['another state', () => `code=x&state=${'A'.repeat(43)}`],
    ['a state with an end', (state) => `code=x&state=${state}x`],
    ['a huge state', () => `code=x&state=${'A'.repeat(8_000)}`]
  ])('with %s reaches nobody', async (_, query) => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const page = await world.registrar.get(
      `${callbackUrl({})}${query(stateIn(start))}`,
      true
    )
    expect(page.status).toBe(400)
    expect(page.location).toBe('')
    expect(world.provider.exchanged).toEqual([])
    expect(page.headers.get('content-security-policy')).toContain(
      "default-src 'none'"
    )
  })

  it('that belongs to another browser goes nowhere, and shows nothing of what was asked', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const state = stateIn(start)
    const page = await world
      .browser()
      .get(callbackUrl({ code: 'x', state, error: '<script>' }), true)
    expect(page.status).toBe(400)
    expect(page.text).not.toContain(state)
    expect(page.text).not.toContain('script')
    const [line] = world.environment.lines.filter(
      ({ code }) => code === 'ERR_SIGN_IN_UNKNOWN'
    )
    expect(page.text).toContain(String(line?.reference))
  })

  it('does not take the cookie of one sign-in for another', async () => {
    await world.begin()
    const one = await world.registrar.get(startUrl(formPage().url))
    const other = await world.registrar.get(startUrl(formPage().url))
    const cookies = world.registrar.cookies.filter(({ path }) =>
      path.endsWith('/callback')
    )
    const [first, second] = cookies
    // Under the name of the other.
    first!.value = second!.value
    const page = await world.registrar.get(
      callbackUrl({ code: world.provider.codeFor(), state: stateIn(one) }),
      true
    )
    expect(page.status).toBe(400)
    expect(stateIn(other)).not.toBe(stateIn(one))
  })

  it('does not take a cookie that comes twice, since one of them may have been planted', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const cookie = world.registrar.cookies.find(({ path }) =>
      path.endsWith('/callback')
    )!
    world.registrar.cookies.push({ ...cookie, path: '/' })
    const url = callbackUrl({
      code: world.provider.codeFor(),
      state: stateIn(start)
    })
    expect((await world.registrar.get(url, true)).status).toBe(400)
  })

  it('does not take a cookie that was changed anywhere', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const url = callbackUrl({
      code: world.provider.codeFor(),
      state: stateIn(start)
    })
    const cookie = world.registrar.cookies.find(({ path }) =>
      path.endsWith('/callback')
    )!
    const { value } = cookie
    for (let at = 0; at < value.length; at += 37) {
      const other = value[at] === 'A' ? 'B' : 'A'
      cookie.value = `${value.slice(0, at)}${other}${value.slice(at + 1)}`
      expect((await world.registrar.get(url, true)).status).toBe(400)
    }
    cookie.value = value
    expect((await world.registrar.get(url, true)).status).toBe(302)
  })
})
