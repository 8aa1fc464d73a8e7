import * as path from 'node:path'
import Database from 'better-sqlite3'
import { sqlite } from 'opencrvs-national-id'
import type { JsonValue, NationalIdOptions } from 'opencrvs-national-id'
import type {
  CredentialVerdict,
  QrFactory
} from '../../src/authentication/credential-verifier'
import type { EvidenceBook } from '../../src/authentication/evidence-book'
import { createEvidenceBook } from '../../src/authentication/evidence'
import {
  SignInError,
  type SignInFactory,
  type SignInResult
} from '../../src/authentication/relying-party'
import type { FormAnswer, IdentityProblem } from '../../src/domain/identity'
import { systemClock } from '../../src/internal/clock'
import { createCipher } from '../../src/internal/encryption'
import { newId, newToken } from '../../src/internal/ids'
import {
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment
} from './environment'

// The hosts of a deployment: OpenCRVS's pages at one, the country configuration at the other, and calls of the form to
// the first are passed on to the second.
export const CLIENT = 'http://register.land.test'
export const PUBLIC = 'http://countryconfig.land.test'
export const PROXIED = `${CLIENT}/api/countryconfig`
export const START = `${PUBLIC}/national-id/authentication/start`
export const CALLBACK = `${PUBLIC}/national-id/authentication/callback`
const REDEEM = `${PROXIED}/national-id/authentication/redeem`
export const CHECK = `${PROXIED}/national-id/identity-check`

const KEY = 'for tests only, and long enough: 0123456789'

/** Whom the provider vouches for, unless a test says otherwise. */
export const AMARA: SignInResult = {
  issuer: 'https://id.example.org',
  subject: 'pairwise-subject-5081',
  assurance: 'mosip:idp:acr:generated-code',
  data: {
    name: { firstname: 'Amara', surname: 'Oyelaran-Nakamura' },
    dateOfBirth: '1991-04-17',
    sex: 'female',
    identifier: '4837265910283746',
    attributes: { phone: '+999 555 0142' }
  }
}

/** A provider, and a relying party that knows it, without the protocol between them. */
export type FakeProvider = SignInFactory & {
  /** A person signs in: the code that the provider sends back. */
  codeFor(result?: SignInResult): string
  /** Thrown instead of beginning, or of finishing. */
  fault: { begin?: Error; complete?: Error; hang?: boolean }
  readonly begun: Array<{ redirectUri: string }>
  /** Codes that were exchanged. */
  readonly exchanged: string[]
  /** Everything about a sign-in that must stay between the server and the browser's cookie. */
  readonly secrets: string[]
}

export function fakeProvider(): FakeProvider {
  const codes = new Map<string, SignInResult>()
  const provider: FakeProvider = {
    name: 'fake',
    fault: {},
    begun: [],
    exchanged: [],
    secrets: [],
    issues: () => [],
    weakenings: () => [],
    codeFor(result = AMARA) {
      const code = newToken()
      codes.set(code, result)
      provider.secrets.push(code)
      return code
    },
    create: () => ({
      begin: async ({ redirectUri }) => {
        if (provider.fault.begin !== undefined) throw provider.fault.begin
        provider.begun.push({ redirectUri })
        const transaction = {
          state: newToken(),
          nonce: newToken(),
          codeVerifier: newToken()
        }
        provider.secrets.push(transaction.nonce, transaction.codeVerifier)
        const query = new URLSearchParams({
          state: transaction.state,
          redirect_uri: redirectUri
        })
        const url = `https://id.example.org/authorize?${query.toString()}`
        return { url, transaction }
      },
      complete: async ({ parameters, transaction }) => {
        if (provider.fault.hang === true) await new Promise(() => {})
        if (provider.fault.complete !== undefined) throw provider.fault.complete
        if (parameters.get('error') === 'access_denied')
          throw problem('cancelled')
        if (parameters.has('error')) throw problem('refused')
        expect(parameters.get('state')).toBe(transaction.state)
        const code = parameters.get('code') ?? ''
        const result = codes.get(code)
        provider.exchanged.push(code)
        codes.delete(code)
        if (result === undefined) throw problem('unexpected')
        return result
      }
    })
  }
  return provider
}

export function problem(
  kind: SignInError['problem'],
  code = `ERR_TEST_${kind.toUpperCase()}`
): SignInError {
  return new SignInError('The provider did not vouch for anybody.', {
    code,
    problem: kind
  })
}

/** QR credentials: whatever a test says of a content; anything else cannot be read. */
export type FakeQr = QrFactory & {
  verdicts: Map<string, CredentialVerdict>
  readonly asked: JsonValue[]
  fault?: Error
}

export function fakeQr(): FakeQr {
  const qr: FakeQr = {
    credentialPath: ['credential'],
    verdicts: new Map(),
    asked: [],
    issues: () => [],
    weakenings: () => [],
    create: () => ({
      check: async (content) => {
        if (qr.fault !== undefined) throw qr.fault
        qr.asked.push(content)
        return (
          qr.verdicts.get(JSON.stringify(content)) ?? {
            proven: false,
            problem: 'unreadable',
            code: 'ERR_TEST'
          }
        )
      }
    })
  }
  return qr
}

export type SignInEnvironment = {
  environment: Environment
  provider: FakeProvider
  qr: FakeQr
  evidence: EvidenceBook
  /** Addresses as the country's own server saw them, and whatever its logging takes down. */
  seen: string[]
  browser(): Browser
  /** Rows of the audit trail. */
  audit(): Array<{ kind: string; actor: string; details: string | null }>
  query(statement: string): Array<Record<string, unknown>>
  metrics(): Promise<string>
}

/** A country configuration with sign-in and QR codes, behind OpenCRVS's proxy. */
export async function startSignIn(
  changes: Changes & { databasePath?: string; without?: 'proofs' } = {}
): Promise<SignInEnvironment> {
  const [provider, qr] = [fakeProvider(), fakeQr()]
  const seen: string[] = []
  const { databasePath, authentication, prepare, without, ...rest } = changes
  const environment = await startEnvironment(scriptedSystem(), {
    publicUrl: PUBLIC,
    authentication:
      without === 'proofs' ? {} : { oidc: provider, qr, ...authentication },
    metrics: { token: 'for the scraper' },
    ...(databasePath === undefined
      ? {}
      : { store: sqlite({ path: databasePath }) }),
    ...rest,
    events: { ...events(), ...rest.events },
    opencrvs: { clientUrl: CLIENT, ...rest.opencrvs },
    prepare: async (server) => {
      const take = (what: object) => void seen.push(JSON.stringify(what))
      // Registered before the plugin, as a country's request log is.
      server.ext('onRequest', (request, h) => {
        take({ url: request.url.href, raw: request.raw.req.url })
        return h.continue
      })
      server.events.on('response', (request) => {
        const { url, path: page, query, raw, params } = request
        take({ url: url.href, raw: raw.req.url, page, query, params })
      })
      server.events.on('request', (_request, event) => take(event))
      await prepare?.(server)
    }
  })
  const file = databasePath ?? path.join(environment.folder, 'national-id.db')
  function query(statement: string): Array<Record<string, unknown>> {
    const database = new Database(file, { readonly: true })
    try {
      return database.prepare<[], Record<string, unknown>>(statement).all()
    } finally {
      database.close()
    }
  }
  const cipher = await createCipher(KEY)
  return {
    environment,
    provider,
    qr,
    evidence: createEvidenceBook({ cipher, clock: systemClock }),
    seen,
    browser: () => new Browser(environment),
    audit: () =>
      query('select kind, actor, details from national_id_audit').map(
        ({ kind, actor, details }) => ({
          kind: String(kind),
          actor: String(actor),
          details: typeof details === 'string' ? details : null
        })
      ),
    query,
    async metrics() {
      const response = await fetch(`${environment.url}/national-id/metrics`, {
        headers: { authorization: 'Bearer for the scraper' }
      })
      return response.text()
    }
  }
}

function events(): NationalIdOptions['events'] {
  return {
    birth: { subject: 'child', people: ['mother', 'father'], rules: {} },
    death: { subject: 'deceased', people: ['informant'], rules: {} }
  }
}

/** A form page of the client. */
export function formPage(
  eventId: string = newId(),
  page = 'mother'
): { eventId: string; url: string } {
  return { eventId, url: `${CLIENT}/events/declare/${eventId}/pages/${page}` }
}

export function startUrl(page: string, person = 'mother', event = 'birth') {
  const query = new URLSearchParams({ person, event, redirect_uri: page })
  return `${START}?${query.toString()}`
}

export type Page = {
  status: number
  headers: Headers
  location: string
  text: string
  setCookies: string[]
}

type Cookie = {
  name: string
  value: string
  /** Where it is shown: this host, or any below it when it was set with a domain. */
  host: string
  isDomain: boolean
  path: string
  sameSite: string
  attributes: string
}

/** As much of a browser as sign-in needs: cookies with their paths, and OpenCRVS's proxy in front of the server. */
export class Browser {
  cookies: Cookie[] = []

  constructor(readonly environment: Pick<Environment, 'url'>) {}

  /** The same browser, seen by another server of the country. */
  at(environment: Pick<Environment, 'url'>): Browser {
    const other = new Browser(environment)
    other.cookies = this.cookies
    return other
  }

  /** Goes to a page; `fromElsewhere` when another site sends it there. */
  get(url: string, fromElsewhere = false): Promise<Page> {
    return this.send(url, { method: 'GET' }, fromElsewhere)
  }

  async post(
    url: string,
    options: { token?: string; referer?: string; body?: string } = {}
  ): Promise<Page & { answer: FormAnswer }> {
    const { token, referer, body } = options
    const page = await this.send(url, {
      method: 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(referer === undefined ? {} : { referer }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      ...(body === undefined ? {} : { body })
    })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^application\/json/)
    expect(page.headers.get('cache-control')).toBe('no-store')
    return { ...page, answer: JSON.parse(page.text) as FormAnswer }
  }

  async send(
    url: string,
    request: Omit<RequestInit, 'headers'> & {
      headers?: Record<string, string>
    },
    fromElsewhere = false
  ): Promise<Page> {
    const { hostname, pathname, search, origin } = new URL(url)
    const isProxied = pathname.startsWith('/api/countryconfig/')
    if (origin !== PUBLIC && !(origin === CLIENT && isProxied)) {
      throw new Error(`sent elsewhere: ${url}`)
    }
    const cookie = this.cookies
      .filter(({ host, isDomain }) =>
        isDomain ? hostname.endsWith(`.${host}`) : hostname === host
      )
      .filter((one) => pathname.startsWith(one.path))
      .filter((one) => !fromElsewhere || one.sameSite === 'Lax')
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    // The proxy takes this off (client's nginx.conf).
    const inside = pathname.replace(/^\/api\/countryconfig/, '')
    const response = await fetch(`${this.environment.url}${inside}${search}`, {
      redirect: 'manual',
      ...request,
      headers: { ...(cookie === '' ? {} : { cookie }), ...request.headers }
    })
    const setCookies = response.headers.getSetCookie()
    for (const line of setCookies) this.#take(line, hostname)
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
      setCookies
    }
  }

  #take(line: string, hostname: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const at = pair.indexOf('=')
    const find = (name: string) =>
      attributes
        .find((one) => one.startsWith(`${name}=`))
        ?.slice(name.length + 1) ?? ''
    const domain = find('Domain')
    // A browser takes no cookie for a domain that the host is not in.
    if (domain !== '' && !hostname.endsWith(`.${domain}`)) return
    const cookie: Cookie = {
      host: domain === '' ? hostname : domain,
      isDomain: domain !== '',
      name: pair.slice(0, at),
      value: pair.slice(at + 1),
      path: find('Path'),
      sameSite: find('SameSite'),
      attributes: attributes.join('; ')
    }
    this.cookies.splice(
      0,
      this.cookies.length,
      ...this.cookies.filter(
        ({ name, path: where }) => name !== cookie.name || where !== cookie.path
      ),
      ...(find('Max-Age') === '0' ? [] : [cookie])
    )
  }
}

/** The `state` that a redirect to the provider carries. */
export function stateIn(page: Page): string {
  const url = new URL(page.location)
  expect(url.origin).toBe('https://id.example.org')
  return url.searchParams.get('state') ?? ''
}

export function callbackUrl(query: Record<string, string>): string {
  return `${CALLBACK}?${new URLSearchParams(query).toString()}`
}

/** Presses the button, signs in at the provider, and comes back to the form with a ticket. */
export async function signIn(
  browser: Browser,
  { provider }: Pick<SignInEnvironment, 'provider'>,
  options: {
    page?: { eventId: string; url: string }
    person?: string
    result?: SignInResult
  } = {}
): Promise<{ ticket: string; page: { eventId: string; url: string } }> {
  const { page = formPage(), person = 'mother', result } = options
  const start = await browser.get(startUrl(page.url, person))
  const code = provider.codeFor(result)
  const back = await browser.get(
    callbackUrl({ code, state: stateIn(start) }),
    true
  )
  return { ticket: ticketIn(back, page.url, person), page }
}

/** The ticket that a redirect to the form carries; it must lead to this very page. */
export function ticketIn(page: Page, form: string, person = 'mother'): string {
  expect(page.status).toBe(302)
  const url = new URL(page.location)
  expect(`${url.origin}${url.pathname}`).toBe(form)
  expect([...url.searchParams.keys()]).toEqual([`ticket-${person}`])
  return url.searchParams.get(`ticket-${person}`) ?? ''
}

export function redeemUrl(ticket: string, person = 'mother'): string {
  const query = new URLSearchParams({ ticket, person })
  return `${REDEEM}?${query.toString()}`
}

/** A test's world, made by `begin` and gone after each test. */
export type SignInBench = SignInEnvironment & {
  begin(changes?: Parameters<typeof startSignIn>[0]): Promise<void>
  /** The registrar's browser, and session token. */
  registrar: Browser
  token: string
  redeem(
    ticket: string,
    options?: { token?: string; by?: Browser }
  ): ReturnType<Browser['post']>
  /** The form shows this, and nothing else. */
  expectFailed(
    ticket: string,
    expected: IdentityProblem,
    by?: Browser
  ): Promise<void>
}

/** A world for the tests of a file; call it at the top. */
export function useSignIn(): SignInBench {
  // Filled by `begin`, which every test calls first.
  const bench = {} as SignInBench
  const running: Environment[] = []
  afterEach(async () => {
    jest.restoreAllMocks()
    for (const environment of running.splice(0)) await environment.stop()
  })
  return Object.assign(bench, {
    async begin(changes: Parameters<typeof startSignIn>[0] = {}) {
      Object.assign(bench, await startSignIn(changes))
      running.push(bench.environment)
      bench.registrar = bench.browser()
      bench.token = bench.environment.core.userToken()
    },
    redeem(
      ticket: string,
      options: { token?: string; by?: Browser } = {}
    ): ReturnType<Browser['post']> {
      const { token = bench.token, by = bench.registrar } = options
      return by.post(redeemUrl(ticket), { token })
    },
    async expectFailed(
      ticket: string,
      expected: IdentityProblem,
      by?: Browser
    ) {
      const { answer } = await bench.redeem(ticket, by ? { by } : {})
      expect(answer).toEqual({
        verificationStatus: 'failed',
        problem: expected,
        reference: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}$/)
      })
    }
  })
}

const realNow = Date.now.bind(Date)

/** From now on it is so much later. Ends with the test. */
export function later(ms: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms)
}
