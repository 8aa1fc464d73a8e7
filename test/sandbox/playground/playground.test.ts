import { request as httpRequest } from 'node:http'
import { Script } from 'node:vm'
import { sign } from 'jsonwebtoken'
import {
  createPlayground,
  type Playground,
  type PlaygroundOptions
} from '../../../src/sandbox/playground/create-playground'
import { PLAYGROUND_SCRIPT } from '../../../src/sandbox/playground/browser/script'
import type { PendingRequest } from '../../../src/sandbox/playground/http-runs'
import type { FormView } from '../../../src/sandbox/playground/session-view'
import { startCountryConfig } from './country-config-double'
import {
  CARD_A,
  RECORD,
  recommendedFields,
  textField
} from './recommended-form'

const TOKEN = sign({ role: 'REGISTRAR' }, 'key of nobody')
const running: Array<{ stop(): Promise<void> }> = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((part) => part.stop()))
})

async function start(
  options: Partial<PlaygroundOptions> = {}
): Promise<Playground> {
  const playground = createPlayground({
    pages: [
      { id: 'mother', title: 'Mother’s details', fields: recommendedFields() }
    ],
    registrarToken: TOKEN,
    ...options
  })
  running.push(playground)
  await playground.start()
  return playground
}

async function startBoth(...[answer]: Parameters<typeof startCountryConfig>) {
  const countryConfig = await startCountryConfig(answer)
  running.push(countryConfig)
  const playground = await start({ countryConfigUrl: countryConfig.url })
  return { playground, countryConfig }
}

type Shown = { load: string; view: FormView; requests: PendingRequest[] }

async function shown(answer: Response): Promise<Shown> {
  // What the route answers; each test looks at what it needs.
  return (await answer.json()) as Shown
}

/** The script's calls. */
function browserAt({ url }: Playground, eventId = RECORD) {
  const post = (path: string, body: unknown, headers = {}) =>
    fetch(`${url}/playground/records/${eventId}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body)
    })
  return {
    post,
    async open(rest = '') {
      const href = `${url}/events/declare/${eventId}/pages/mother${rest}`
      return shown(await post('/open', { href }))
    },
    async act(load: string, ...actions: object[]) {
      return shown(await post('/act', { load, actions }))
    }
  }
}

describe('the page', () => {
  it.each([
    '/',
    `/events/declare/${RECORD}`,
    `/events/declare/${RECORD}/pages/mother?ticket-mother=t`,
    `/events/declare/${RECORD}/review`
  ])(
    'is marked as a development page and holds no secret at %s',
    async (path) => {
      const { url } = await start()
      const answer = await fetch(url + path)
      const html = await answer.text()
      expect(answer.status).toBe(200)
      expect(html).toContain('DEVELOPMENT PAGE')
      expect(html).toContain('fictitious people')
      expect(html).toContain('not OpenCRVS')
      expect(html).not.toContain(TOKEN)
      expect(html).not.toMatch(/https?:/)
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      // OpenCRVS sets none, and our server finds the record in the Referer.
      expect(answer.headers.get('referrer-policy')).toBeNull()
    }
  )

  it('serves its script and style sheet itself', async () => {
    const { url } = await start()
    for (const asset of [
      '/playground/playground.js',
      '/playground/playground.css'
    ]) {
      const answer = await fetch(url + asset)
      expect(answer.status).toBe(200)
      expect(await answer.text()).not.toMatch(
        /https?:\/\/(?!www\.w3\.org\/2000\/svg)/
      )
    }
    expect(() => new Script(PLAYGROUND_SCRIPT)).not.toThrow()
  })

  it('begins records with a permanent id, or with that of one begun offline', async () => {
    const { url } = await start()
    const uuid = '[0-9a-f]{8}-[0-9a-f-]{27}'
    const begin = async (path: string) =>
      (await fetch(url + path, { redirect: 'manual' })).headers.get('location')
    expect(await begin('/new')).toMatch(
      new RegExp(`^/events/declare/${uuid}/pages/mother$`)
    )
    expect(await begin('/new?offline')).toMatch(
      new RegExp(`^/events/declare/tmp-${uuid}/pages/mother$`)
    )
  })
})

describe('who may speak with it', () => {
  it('gives the token to its own script, and to no other site', async () => {
    const { url } = await start()
    const own = await fetch(`${url}/playground/token`)
    expect(await own.json()).toEqual({ token: TOKEN })
    expect(own.headers.get('access-control-allow-origin')).toBeNull()
    const other = await fetch(`${url}/playground/token`, {
      headers: { 'sec-fetch-site': 'cross-site' }
    })
    expect(other.status).toBe(403)
  })

  it('answers to names of this machine alone', async () => {
    const { url } = await start()
    const statusOf = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        httpRequest(`${url}/playground/token`, { headers: { host } })
          .on('response', (answer) => {
            answer.resume()
            resolve(answer.statusCode)
          })
          .on('error', reject)
          .end()
      })
    expect(await statusOf('evil.example')).toBe(403)
    expect(await statusOf('localhost.evil.example:80')).toBe(403)
    expect(await statusOf('localhost:1234')).toBe(200)
  })

  it('takes JSON alone, which another site cannot post unasked', async () => {
    const browser = browserAt(await start())
    const answer = await browser.post(
      '/open',
      {},
      { 'content-type': 'text/plain' }
    )
    expect(answer.status).toBe(415)
  })

  it.each([
    ['another origin', `https://evil.example/events/declare/${RECORD}/review`],
    ['another record', '/events/declare/other/review'],
    ['no form', '/']
  ])('refuses an address of %s', async (_what, href) => {
    const playground = await start()
    const answer = await browserAt(playground).post('/open', {
      href: href.startsWith('/') ? playground.url + href : href
    })
    expect(answer.status).toBe(400)
  })

  it('refuses an action that it does not know', async () => {
    const browser = browserAt(await start())
    const { load } = await browser.open()
    for (const actions of [
      [{ type: 'explode' }],
      'next',
      [{ type: 'change' }]
    ]) {
      expect((await browser.post('/act', { load, actions })).status).toBe(400)
    }
  })
})

describe('a record', () => {
  it('keeps its draft and its connection through loads of the page', async () => {
    const browser = browserAt(await start())
    const first = await browser.open()
    await browser.act(
      first.load,
      { type: 'change', fieldId: 'mother.note', value: 'kept' },
      { type: 'online', online: false }
    )
    const second = await browser.open()
    expect(second.view.values['mother.note']).toBe('kept')
    expect(second.view.online).toBe(false)
    const stale = await browser.post('/act', { load: first.load, actions: [] })
    expect(stale.status).toBe(409)
  })

  it('hands HTTP calls to the browser and takes what became of them', async () => {
    const playground = await start({ retryDelayMs: 25 })
    const browser = browserAt(playground)
    const { load } = await browser.open()
    const { requests } = await browser.act(load, {
      type: 'scan',
      fieldId: 'mother.id-reader',
      text: JSON.stringify(CARD_A)
    })
    expect(requests).toMatchObject([
      {
        fieldId: 'mother.qr-check',
        attempt: 1,
        delayMs: 0,
        method: 'POST',
        url: `${playground.url}/api/your-verifier/qr?credential=card-a`
      }
    ])
    // The token is the browser's to add.
    expect(JSON.stringify(requests)).not.toContain(TOKEN)
    const again = await browser.act(load, {
      type: 'outcome',
      id: requests[0]?.id,
      attempt: 1,
      outcome: { kind: 'timedOut' }
    })
    expect(again.requests).toMatchObject([{ attempt: 2, delayMs: 25 }])
    const done = await browser.act(load, {
      type: 'outcome',
      id: requests[0]?.id,
      attempt: 2,
      outcome: {
        kind: 'answered',
        status: 200,
        statusText: 'OK',
        contentType: 'application/json',
        text: '{"verificationStatus":"verified"}'
      }
    })
    expect(done.requests).toEqual([])
    expect(done.view.values['mother.verified']).toBe('verified')
  })

  it('is declared only when nothing stands in the way', async () => {
    const declared: unknown[] = []
    const playground = await start({
      pages: [
        {
          id: 'mother',
          title: 'Mother',
          fields: [textField('mother.name', { required: true })]
        }
      ],
      declare: async (declaration) => {
        declared.push(declaration)
        return { status: 'DECLARED' }
      }
    })
    const browser = browserAt(playground)
    const { load } = await browser.open()
    expect((await browser.post('/declare', { load, actions: [] })).status).toBe(
      422
    )
    expect(declared).toEqual([])
    await browser.act(
      load,
      { type: 'change', fieldId: 'mother.name', value: 'Amina' },
      { type: 'review' }
    )
    const answer = await browser.post('/declare', { load, actions: [] })
    const declaration = { 'mother.name': 'Amina' }
    expect(await answer.json()).toEqual({
      declaration,
      answer: { status: 'DECLARED' }
    })
    expect(declared).toEqual([{ eventId: RECORD, declaration }])
    expect(playground.declared).toEqual(declared)
  })

  it('knows the user of the token in its conditions', async () => {
    const isRegistrar = {
      $id: 'urn:test:user-is-registrar',
      type: 'object',
      properties: {
        $user: {
          type: 'object',
          properties: { role: { const: 'REGISTRAR' } },
          required: ['role']
        }
      },
      required: ['$user']
    }
    const field = textField('p.seen', {
      conditionals: [{ type: 'SHOW', conditional: isRegistrar }]
    })
    const shownTo = async (registrarToken: string) => {
      const playground = await start({
        pages: [{ id: 'mother', title: '', fields: [field] }],
        registrarToken: () => Promise.resolve(registrarToken)
      })
      const { view } = await browserAt(playground).open()
      return view.page?.fields.length
    }
    expect(await shownTo(TOKEN)).toBe(1)
    expect(await shownTo(sign({ role: 'CLERK' }, 'key of nobody'))).toBe(0)
  })
})

describe('the way to the country configuration', () => {
  it('keeps method, address, headers, cookies and body', async () => {
    const { playground, countryConfig } = await startBoth((_call, h) =>
      h
        .response(Buffer.from([0, 255, 7]))
        .code(207)
        .header('x-own', 'yes')
        .type('application/octet-stream')
        .state('first', 'a', { isHttpOnly: true, path: '/', isSecure: false })
        .state('second', 'b', { path: '/', isSecure: false })
    )
    const answer = await fetch(
      `${playground.proxiedUrl}/national-id/a%2Fb?ticket=x%20y&ticket=z`,
      {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          cookie: 'sealed="{odd}"; session=s',
          referer: `${playground.url}/events/declare/${RECORD}/pages/mother`,
          'content-type': 'application/x-odd'
        },
        body: Buffer.from([1, 200, 0])
      }
    )
    expect(answer.status).toBe(207)
    expect(answer.headers.get('x-own')).toBe('yes')
    expect(
      answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    ).toEqual(['first=a', 'second=b'])
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(
      Buffer.from([0, 255, 7])
    )
    const [call] = countryConfig.received
    expect(call).toMatchObject({
      method: 'PATCH',
      url: '/national-id/a%2Fb?ticket=x%20y&ticket=z',
      body: Buffer.from([1, 200, 0]),
      headers: {
        authorization: `Bearer ${TOKEN}`,
        cookie: 'sealed="{odd}"; session=s',
        referer: `${playground.url}/events/declare/${RECORD}/pages/mother`,
        'content-type': 'application/x-odd',
        host: new URL(playground.url).host,
        'x-forwarded-for': '127.0.0.1'
      }
    })
  })

  it('leaves redirects to the browser', async () => {
    const { playground, countryConfig } = await startBoth((_call, h) =>
      h.redirect('https://idp.example.org/authorize?state=s')
    )
    const answer = await fetch(`${playground.proxiedUrl}/start`, {
      redirect: 'manual'
    })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(
      'https://idp.example.org/authorize?state=s'
    )
    expect(countryConfig.received).toHaveLength(1)
  })

  it('answers 502 when there is none, or when it is not reached', async () => {
    const playground = await start()
    expect((await fetch(`${playground.proxiedUrl}/x`)).status).toBe(502)
    const gone = await startCountryConfig(() => 'here')
    playground.connectTo(gone.url)
    expect((await fetch(`${playground.proxiedUrl}/x`)).status).toBe(200)
    await gone.stop()
    expect((await fetch(`${playground.proxiedUrl}/x`)).status).toBe(502)
  })

  it('has an address of its own where asked for', async () => {
    const countryConfig = await startCountryConfig(() => 'here')
    running.push(countryConfig)
    const playground = await start({
      countryConfigUrl: `${countryConfig.url}/base/`,
      countryConfigPath: '/cc'
    })
    expect(playground.proxiedUrl).toBe(`${playground.url}/cc`)
    await fetch(`${playground.proxiedUrl}/x?y`)
    expect(countryConfig.received[0]?.url).toBe('/base/x?y')
  })
})

describe('before it was started', () => {
  it('has no address', () => {
    const playground = createPlayground({
      pages: [{ id: 'p', title: '', fields: [] }],
      registrarToken: TOKEN
    })
    expect(() => playground.url).toThrow('not started')
  })

  it.each([
    ['no pages', []],
    ['a field without a type', [{ id: 'p', title: '', fields: [{ id: 'x' }] }]]
  ])('refuses a form with %s', (_what, pages) => {
    expect(() => createPlayground({ pages, registrarToken: TOKEN })).toThrow()
  })
})
