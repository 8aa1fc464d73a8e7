import fc from '../fast-check'
import {
  callbackUrl,
  CALLBACK,
  CHECK,
  formPage,
  redeemUrl,
  signIn,
  START,
  startUrl,
  stateIn,
  useSignIn,
  type Page
} from './sign-in-environment'

/** In everything that is sent, and nowhere else afterwards. */
const PERSONAL = 'Zebulon Quist'
const RUNS = 150

const world = useSignIn()
const stray: unknown[] = []
const takeStray = (reason: unknown) => void stray.push(reason)

beforeAll(() => {
  process.on('unhandledRejection', takeStray)
  process.on('uncaughtException', takeStray)
})

afterAll(() => {
  process.off('unhandledRejection', takeStray)
  process.off('uncaughtException', takeStray)
})

/** What the entries must leave alone: rows of every table that sign-in writes, but for the audit trail's refusals. */
function rows(): unknown {
  const tables = ['delivery', 'ticket', 'proof', 'sign_in'].map(
    (name) => `national_id_${name}`
  )
  const existing = world
    .query("select name from sqlite_master where type = 'table'")
    .map(({ name }) => String(name))
  const looked = tables.filter((table) => existing.includes(table))
  expect(looked).toContain('national_id_ticket')
  return looked.map((table) => world.query(`select * from ${table}`))
}

/** Changes of a text: cut, doubled, with something in the middle, or another altogether. */
const spoiled = (right: string) =>
  fc.oneof(
    { arbitrary: fc.constant(right), weight: 8 },
    fc.nat(right.length).map((at) => right.slice(0, at)),
    fc.constant(`${right}${right}`),
    fc
      .tuple(fc.nat(right.length), fc.string({ maxLength: 8 }))
      .map(
        ([at, more]) => `${right.slice(0, at)}${more}${right.slice(at + 1)}`
      ),
    fc.string(),
    fc.constantFrom('', '__proto__', '.', '%00', '../..', PERSONAL)
  )

const parameters = (right: Record<string, string>) =>
  fc.record(
    Object.fromEntries(
      Object.entries(right).map(([name, value]) => [name, spoiled(value)])
    ),
    { requiredKeys: [] }
  )

function queryOf(given: Record<string, string | undefined>): string {
  const query = new URLSearchParams({ noise: PERSONAL })
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) query.append(name, value)
  return query.toString()
}

function expectQuiet({ status, text }: Pick<Page, 'status' | 'text'>): void {
  expect(status).toBeLessThan(500)
  expect(text).not.toContain(PERSONAL)
}

function expectNothingSaid(): void {
  expect(stray).toEqual([])
  const { lines } = world.environment
  expect(JSON.stringify(lines)).not.toContain(PERSONAL)
  const trail = world.query('select * from national_id_audit')
  expect(JSON.stringify(trail)).not.toContain(PERSONAL)
}

describe('whatever is thrown at the entries of sign-in', () => {
  it('at the form gives no proof, spends no ticket, and is answered as a form can take it', async () => {
    await world.begin()
    const { page, ticket } = await signIn(world.registrar, world)
    const before = rows()
    const tokens: Record<string, string> = {
      user: world.token,
      anonymous: world.environment.core.anonymousToken(),
      none: ''
    }
    const call = fc.record({
      path: fc.constantFrom('redeem', 'check'),
      // The right browser with the right token, and only the ticket or the person wrong; or anything at all.
      query: fc.oneof(
        fc.constant<Record<string, string>>({ ticket, person: 'mother' }),
        parameters({ ticket, person: 'mother', credential: 'eyJ.x.y' })
      ),
      token: fc.constantFrom(...Object.keys(tokens)),
      isRightBrowser: fc.boolean(),
      type: fc.constantFrom('application/json', 'text/plain', ''),
      body: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
        parameters({ ticket: `${ticket}x`, person: 'mother' }).map((value) =>
          JSON.stringify({ ...value, content: PERSONAL })
        ),
        fc.string()
      )
    })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(call, async (one) => {
        const { query, isRightBrowser } = one
        const isWhole = query['ticket'] === ticket || one.body.includes(ticket)
        // What is right gives a proof; that is tested elsewhere.
        if (isWhole && isRightBrowser && one.token === 'user') return
        const browser = isRightBrowser ? world.registrar : world.browser()
        const url = one.path === 'redeem' ? redeemUrl('').split('?')[0]! : CHECK
        const answer = await browser.send(`${url}?${queryOf(query)}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${tokens[one.token]}`,
            referer: page.url,
            'content-type': one.type
          },
          body: one.body
        })
        expectQuiet(answer)
        expect(answer.status).toBe(200)
        const { verificationStatus, problem } = JSON.parse(answer.text) as {
          verificationStatus: string
          problem: string
        }
        expect(['failed', 'pending']).toContain(verificationStatus)
        seen.add(problem)
      }),
      { numRuns: RUNS }
    )
    expect(seen.size).toBeGreaterThan(2)
    expectNothingSaid()
    expect(rows()).toEqual(before)
    // It was the right ticket all along, and is worth as much as before.
    const { answer } = await world.redeem(ticket)
    expect(answer.verificationStatus).toBe('authenticated')
  })

  it('at the start sends nobody to a page that is not the client’s', async () => {
    await world.begin()
    const before = rows()
    const page = formPage()
    await fc.assert(
      fc.asyncProperty(
        parameters({
          person: 'mother',
          event: 'birth',
          redirect_uri: page.url
        }),
        async (query) => {
          const answer = await world
            .browser()
            .get(`${START}?${queryOf(query)}`, true)
          expectQuiet(answer)
          if (answer.status !== 302) return
          const { origin } = new URL(answer.location)
          expect([
            'https://id.example.org',
            new URL(page.url).origin
          ]).toContain(origin)
        }
      ),
      { numRuns: RUNS }
    )
    expectNothingSaid()
    expect(rows()).toEqual(before)
  })

  it('at the callback exchanges no code and ends no sign-in but its own', async () => {
    await world.begin()
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const state = stateIn(start)
    const code = world.provider.codeFor()
    const before = rows()
    await fc.assert(
      fc.asyncProperty(
        parameters({ code, state, error: 'access_denied', iss: 'x' }),
        fc.boolean(),
        async (query, isRightBrowser) => {
          // In the right browser its own state ends the sign-in, for better or worse; that is tested elsewhere.
          if (isRightBrowser && query['state'] === state) return
          const browser = isRightBrowser ? world.registrar : world.browser()
          const kept = [...browser.cookies]
          const answer = await browser.get(
            `${CALLBACK}?${queryOf(query)}`,
            true
          )
          expectQuiet(answer)
          expect(answer.location).not.toContain('ticket')
          browser.cookies = kept
        }
      ),
      { numRuns: RUNS }
    )
    expect(world.provider.exchanged).toEqual([])
    expectNothingSaid()
    expect(rows()).toEqual(before)
    const back = await world.registrar.get(callbackUrl({ code, state }), true)
    expect(back.location).toContain('ticket-mother')
  })
})
