import {
  callbackUrl,
  formPage,
  later,
  PROXIED,
  redeemUrl,
  signIn,
  startUrl,
  stateIn,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()

/** Another user of OpenCRVS. */
function otherUser(): string {
  const sub = '66666666-6666-4666-8666-666666666666'
  return world.environment.core.userToken({ claims: { sub } })
}

describe('a ticket', () => {
  it('gives the same answer, to the byte, to the same user for a minute, and then nothing', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    const first = await world.redeem(ticket)
    const again = await Promise.all(
      Array.from({ length: 8 }, () => world.redeem(ticket))
    )
    later(55_000)
    const late = await world.redeem(ticket)
    for (const { text } of [...again, late]) expect(text).toBe(first.text)
    later(61_000)
    await world.expectFailed(ticket, 'expired')
  })

  it('goes to one user alone', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    await world.redeem(ticket)
    const { answer } = await world.redeem(ticket, { token: otherUser() })
    expect(answer).toMatchObject({
      verificationStatus: 'failed',
      problem: 'session'
    })
    expect(answer).not.toHaveProperty('evidence')
    expect(answer).not.toHaveProperty('attributes')
  })

  it('is worth nothing in another world.registrar, even with the stolen cookie of the sign-in', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const thief = world.browser()
    thief.cookies = world.registrar.cookies.filter(({ path }) =>
      path.endsWith('/callback')
    )
    const back = await thief.get(
      callbackUrl({ code: world.provider.codeFor(), state: stateIn(start) }),
      true
    )
    const ticket =
      new URL(back.location).searchParams.get('ticket-mother') ?? ''
    await world.expectFailed(ticket, 'session', thief)
    // Not with the cookie of a sign-in of one's own either.
    await signIn(thief, world)
    const own = thief.cookies.find(({ name }) => name.includes('session'))!
    thief.cookies.push({
      ...own,
      name: `national-id-session-${ticket.slice(0, 16)}`
    })
    await world.expectFailed(ticket, 'session', thief)
    expect((await world.redeem(ticket)).answer.verificationStatus).toBe(
      'authenticated'
    )
  })

  it('is worth nothing once its time is over', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    later(300_000)
    await world.expectFailed(ticket, 'expired')
  })

  it('is worth nothing for another person of the form', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    const { answer } = await world.registrar.post(redeemUrl(ticket, 'father'), {
      token: world.token
    })
    expect(answer).toMatchObject({
      verificationStatus: 'failed',
      problem: 'expired'
    })
    expect((await world.redeem(ticket)).answer.verificationStatus).toBe(
      'authenticated'
    )
  })

  it("is worth nothing in another record's form", async () => {
    await world.begin()
    const { ticket, page } = await signIn(world.registrar, world)
    const foreign = await world.registrar.post(redeemUrl(ticket), {
      token: world.token,
      referer: formPage().url
    })
    expect(foreign.answer).toMatchObject({
      verificationStatus: 'failed',
      problem: 'session'
    })
    expect(foreign.text).not.toContain('Amara')
    const own = await world.registrar.post(redeemUrl(ticket), {
      token: world.token,
      referer: page.url
    })
    expect(own.answer.verificationStatus).toBe('authenticated')
  })

  it('is for users of OpenCRVS: no token, a broken, anonymous, system or record token gets nothing', async () => {
    await world.begin()
    const { ticket, page } = await signIn(world.registrar, world)
    const { core } = world.environment
    const tokens = [
      undefined,
      'garbage',
      core.anonymousToken(),
      core.userToken({ signedWith: 'foreign' }),
      core.userToken({ signedWith: 'none' }),
      core.userToken({ claims: { userType: 'system' } }),
      core.userToken({ claims: { userType: undefined } }),
      core.recordToken({ eventId: page.eventId, actionId: page.eventId })
    ]
    for (const token of tokens) {
      const { answer } = await world.registrar.post(redeemUrl(ticket), {
        ...(token === undefined ? {} : { token })
      })
      expect(answer).toEqual({
        verificationStatus: 'failed',
        problem: 'session',
        reference: expect.any(String)
      })
    }
    expect((await world.redeem(ticket)).answer.verificationStatus).toBe(
      'authenticated'
    )
  })

  it.each([
    ['', ''],
    ['?ticket=x&person=mother', ''],
    ['?person=mother', ''],
    [`?ticket=${'a'.repeat(8000)}&person=mother`, ''],
    ['', '{"ticket":{},"person":"mother"}'],
    ['', '{"__proto__":{"ticket":"x"}}'],
    ['', '{not json'],
    ['', `"${'x'.repeat(20_000)}"`],
    ['', `"${'x'.repeat(1_200_000)}"`]
  ])(
    'that is none (%#) is answered as the form can take it',
    async (query, body) => {
      await world.begin()
      const url = `${PROXIED}/national-id/authentication/redeem${query}`
      const { answer } = await world.registrar.post(url, {
        token: world.token,
        ...(body === '' ? {} : { body })
      })
      expect(answer).toEqual({
        verificationStatus: 'failed',
        problem: 'unexpected',
        reference: expect.any(String)
      })
    }
  )

  it('may come in the body as well', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    const url = `${PROXIED}/national-id/authentication/redeem`
    const body = JSON.stringify({ ticket, person: 'mother' })
    const { answer } = await world.registrar.post(url, {
      token: world.token,
      body
    })
    expect(answer.verificationStatus).toBe('authenticated')
  })

  it('is nowhere in the store, and what it stood for is erased from the file soon after', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    await world.redeem(ticket)
    const rows = world.query('select * from national_id_ticket')
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(ticket.slice(17))
    later(61_000)
    await world.environment.restart()
    for (let tries = 0; tries < 100; tries += 1) {
      if (world.query('select * from national_id_ticket').length === 0) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(world.query('select * from national_id_ticket')).toEqual([])
  })

  it('leaves who redeemed it in the audit trail, once', async () => {
    await world.begin()
    const { ticket } = await signIn(world.registrar, world)
    await world.redeem(ticket)
    await world.redeem(ticket)
    const kinds = world.audit().map(({ kind, actor }) => `${kind} ${actor}`)
    expect(kinds).toEqual([
      'authentication.succeeded browser',
      'authentication.redeemed user:55555555-5555-4555-8555-555555555555'
    ])
  })
})
