import type { IdentityProblem } from '../../src/domain/identity'
import {
  AMARA,
  callbackUrl,
  formPage,
  later,
  PUBLIC,
  problem,
  redeemUrl,
  signIn,
  startUrl,
  stateIn,
  ticketIn,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()

describe('a sign-in', () => {
  it('ends on the very form page, with evidence and the mapped attributes for the user', async () => {
    await world.begin()
    const page = formPage()
    const { ticket } = await signIn(world.registrar, world, { page })
    const { answer } = await world.redeem(ticket)
    expect(answer).toEqual({
      verificationStatus: 'authenticated',
      evidence: expect.any(String),
      attributes: {
        name: AMARA.data.name,
        dateOfBirth: AMARA.data.dateOfBirth,
        sex: 'female',
        identifier: AMARA.data.identifier,
        phone: '+999 555 0142'
      },
      reference: expect.any(String)
    })
    const expected = { person: 'mother', eventId: page.eventId }
    const verdict = world.evidence.check(answer.evidence, {
      ...expected,
      data: AMARA.data
    })
    expect(verdict).toMatchObject({
      proven: true,
      status: 'authenticated',
      method: 'signIn',
      user: '55555555-5555-4555-8555-555555555555',
      issuer: AMARA.issuer,
      subject: AMARA.subject,
      assurance: AMARA.assurance
    })
    const elsewhere = world.evidence.check(answer.evidence, {
      ...expected,
      eventId: formPage().eventId,
      data: AMARA.data
    })
    expect(elsewhere).toMatchObject({ proven: false, problem: 'otherRecord' })
  })

  it('drops the query and the fragment of the form page', async () => {
    await world.begin()
    const page = formPage()
    const start = await world.registrar.get(
      startUrl(`${page.url}?backTo=%2Fworkqueue&ticket-mother=old#child.name`)
    )
    const code = world.provider.codeFor()
    const back = await world.registrar.get(
      callbackUrl({ code, state: stateIn(start) }),
      true
    )
    ticketIn(back, page.url)
  })

  it('has one redirect URI, made of the options and not of the headers', async () => {
    await world.begin()
    const page = formPage()
    const start = await world.registrar.send(startUrl(page.url), {
      headers: {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        forwarded: 'host=evil.example'
      }
    })
    const { searchParams } = new URL(start.location)
    const uri = `${PUBLIC}/national-id/authentication/callback`
    expect(searchParams.get('redirect_uri')).toBe(uri)
    const injected = await world.environment.server.inject({
      url: startUrl(page.url).replace(PUBLIC, ''),
      headers: { host: 'evil.example' }
    })
    expect(String(injected.headers.location)).not.toContain('evil')
    expect(String(injected.headers['set-cookie'])).not.toContain('evil')
    expect(world.provider.begun).toEqual([
      { redirectUri: uri },
      { redirectUri: uri }
    ])
  })

  it('of two people on one declaration, one after the other, gives each their own', async () => {
    await world.begin()
    const page = formPage()
    const father = { ...AMARA, subject: 'father', data: { attributes: {} } }
    const first = await signIn(world.registrar, world, { page })
    const { answer } = await world.redeem(first.ticket)
    const second = await signIn(world.registrar, world, {
      page,
      person: 'father',
      result: father
    })
    const { answer: other } = await world.registrar.post(
      redeemUrl(second.ticket, 'father'),
      { token: world.token }
    )
    expect(answer.attributes?.name).toEqual(AMARA.data.name)
    expect(other).toMatchObject({
      verificationStatus: 'authenticated',
      attributes: {}
    })
  })

  it('in two tabs at once does not disturb the other one', async () => {
    await world.begin()
    const pages = [formPage(), formPage()]
    const starts = []
    for (const { url } of pages)
      starts.push(await world.registrar.get(startUrl(url)))
    const tickets = []
    for (const at of [1, 0]) {
      const code = world.provider.codeFor()
      const state = stateIn(starts[at]!)
      const back = await world.registrar.get(callbackUrl({ code, state }), true)
      tickets.push(ticketIn(back, pages[at]!.url))
    }
    for (const ticket of tickets)
      expect((await world.redeem(ticket)).answer.verificationStatus).toBe(
        'authenticated'
      )
  })

  it('that is begun again and again leaves a bounded number of cookies, and the latest works', async () => {
    await world.begin()
    for (let count = 0; count < 12; count += 1)
      await world.registrar.get(startUrl(formPage().url))
    const { ticket } = await signIn(world.registrar, world)
    expect((await world.redeem(ticket)).answer.verificationStatus).toBe(
      'authenticated'
    )
    expect(world.registrar.cookies.length).toBeLessThanOrEqual(11)
    const total = world.registrar.cookies
      .filter(({ path }) => path.endsWith('/callback'))
      .reduce((sum, { name, value }) => sum + name.length + value.length, 0)
    expect(total).toBeLessThan(8_000)
  })

  it('keeps its cookies to its own routes, away from scripts and from other sites', async () => {
    await world.begin()
    await signIn(world.registrar, world)
    const start = await world.registrar.get(startUrl(formPage().url))
    const kinds = start.setCookies.map((line) =>
      line.replace(/=[^;]*;/, '=;').replace(/[0-9a-f]{16}/, '<id>')
    )
    const own = '/national-id/authentication'
    const common = (maxAge: number, sameSite: string, where: string) =>
      expect.stringMatching(
        new RegExp(
          `Max-Age=${maxAge}; Expires=[^;]+; HttpOnly; SameSite=${sameSite}; ${where}$`
        )
      )
    expect(kinds).toEqual([
      common(4560, 'Lax', `Path=${own}/start`),
      // The form shows this one, at its own host.
      common(
        4560,
        'Strict',
        `Domain=land.test; Path=/api/countryconfig${own}/redeem`
      ),
      common(4200, 'Lax', `Path=${own}/callback`)
    ])
  })

  it('behind TLS has cookies for TLS alone', async () => {
    await world.begin({
      publicUrl: PUBLIC.replace('http:', 'https:'),
      opencrvs: { clientUrl: 'https://register.land.test' }
    })
    const page = formPage().url.replace('http:', 'https:')
    const start = await world.registrar.get(startUrl(page))
    expect(start.setCookies).toHaveLength(3)
    for (const line of start.setCookies) {
      expect(line).toMatch(/^__Secure-national-id-/)
      expect(line).toContain('; Secure;')
    }
  })

  it('tells neither the provider nor a cache which page it came from', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const code = world.provider.codeFor()
    const back = await world.registrar.get(
      callbackUrl({ code, state: stateIn(start) }),
      true
    )
    for (const { headers } of [start, back]) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
    expect(start.location).not.toContain('events')
  })
})

describe('a sign-in that does not succeed', () => {
  it('returns without a ticket when the person cancels, so that the form makes no call', async () => {
    await world.begin()
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await world.registrar.get(
      callbackUrl({ error: 'access_denied', state: stateIn(start) }),
      true
    )
    expect(back.location).toBe(`${page.url}?problem-mother=cancelled`)
    expect(world.query('select * from national_id_ticket')).toEqual([])
    expect(world.audit().map(({ kind }) => kind)).toEqual([
      'authentication.cancelled'
    ])
  })

  it.each<[IdentityProblem]>([
    ['unavailable'],
    ['refused'],
    ['assurance'],
    ['unexpected'],
    ['expired']
  ])(
    'says %s in the form, with a reference that is in the log and the trail',
    async (kind) => {
      await world.begin()
      world.provider.fault.complete = problem(kind)
      const { ticket } = await signIn(world.registrar, world)
      const { answer } = await world.redeem(ticket)
      expect(answer).toEqual({
        verificationStatus: 'failed',
        problem: kind,
        reference: expect.any(String)
      })
      const line = world.environment.lines.find(
        ({ reference }) => reference === answer.reference
      )
      expect(line).toMatchObject({ problem: kind, person: 'mother' })
      const [entry] = world.audit()
      expect(entry?.kind).toBe('authentication.failed')
      expect(entry?.details).toContain(answer.reference)
    }
  )

  it('returns to the form when the provider cannot be reached at the start', async () => {
    await world.begin()
    world.provider.fault.begin = problem('unavailable')
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    await world.expectFailed(ticketIn(start, page.url), 'unavailable')
  })

  it('returns to the form when something breaks, and logs no text of it', async () => {
    await world.begin()
    world.provider.fault.complete = new TypeError('Amara Oyelaran-Nakamura')
    const { ticket } = await signIn(world.registrar, world)
    await world.expectFailed(ticket, 'unexpected')
    expect(JSON.stringify(world.environment.lines)).not.toContain('Amara')
    expect(JSON.stringify(world.environment.lines)).toContain('a TypeError at')
  })

  it('is not begun for a record that was never saved', async () => {
    await world.begin()
    const page = `http://register.land.test/events/declare/tmp-${formPage().eventId}/pages/mother`
    const start = await world.registrar.get(startUrl(page))
    expect(world.provider.begun).toEqual([])
    await world.expectFailed(ticketIn(start, page), 'unsaved')
  })

  it('is told so when the person comes back too late; the code is not exchanged', async () => {
    await world.begin()
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    later(600_000)
    const code = world.provider.codeFor()
    const back = await world.registrar.get(
      callbackUrl({ code, state: stateIn(start) }),
      true
    )
    expect(world.provider.exchanged).toEqual([])
    await world.expectFailed(ticketIn(back, page.url), 'expired')
  })

  it('does not fill the store when many of them fail', async () => {
    await world.begin()
    world.provider.fault.begin = problem('unavailable')
    const page = formPage()
    const locations = []
    for (let count = 0; count < 130; count += 1)
      locations.push((await world.browser().get(startUrl(page.url))).location)
    expect(locations.at(-1)).toBe(`${page.url}?problem-mother=unavailable`)
    const tickets = world.query('select * from national_id_ticket')
    expect(tickets.length).toBeLessThanOrEqual(121)
    expect(world.audit().length).toBeLessThanOrEqual(121)
  })
})

describe('a country without sign-in', () => {
  it('has none of its routes', async () => {
    await world.begin({ without: 'proofs' })
    const { url } = world.environment
    const routes = ['start', 'callback', 'redeem'].map(
      (name) => `authentication/${name}`
    )
    for (const route of [...routes, 'identity-check'])
      for (const method of ['GET', 'POST']) {
        const response = await fetch(`${url}/national-id/${route}`, { method })
        expect(response.status).toBe(404)
      }
  })
})
