import {
  answerAll,
  answered,
  AUTHENTICATED,
  CARD_A,
  CARD_B,
  CUT,
  HREF,
  load,
  ORIGIN,
  recommendedFields,
  RECORD,
  value,
  withField,
  type Field
} from './recommended-form'

const RETURN = `${HREF}?code=c-1&state=mother&from=review`

function scanned(card: object): string {
  return JSON.stringify(card)
}

describe('the sign-in round trip (forms CLIENT 1)', () => {
  it('reads the address, cleans it, and calls once with what it read', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    expect(engine.view().href).toBe(`${HREF}?from=review`)
    expect(value(engine, 'mother.query-params')).toEqual({
      data: { code: 'c-1', state: 'mother' },
      updatedAt: '2026-11-02T12:00:00.000Z'
    })
    expect(value(engine, 'mother.fetch')).toEqual({
      loading: true,
      error: null,
      data: null
    })
    const [call, ...others] = engine.pending()
    expect(others).toEqual([])
    expect(call).toMatchObject({
      method: 'POST',
      url: `${ORIGIN}/api/your-verifier/userinfo?code=c-1&state=mother`,
      headers: { 'Content-Type': 'application/json' },
      body: '{"clientId":"CLIENT"}',
      timeoutMs: 5000,
      attempt: 1,
      delayMs: 0
    })
  })

  it('fills the fields that listen, locks them, and keeps the others', () => {
    const before = load(recommendedFields())
    before.change('mother.note', 'typed just before leaving')
    before.change('mother.job', 'typed too')
    const engine = load(recommendedFields(), {
      href: RETURN,
      draft: before.draft()
    })
    answerAll(engine, answered(AUTHENTICATED))
    expect(engine.view().values).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.name': AUTHENTICATED.name,
      'mother.dob': '1990-04-02',
      'mother.job': 'Teacher',
      'mother.note': 'typed just before leaving'
    })
    const fields = engine.view().page?.fields ?? []
    expect(
      fields.filter(({ disabled }) => disabled).map(({ id }) => id)
    ).toEqual(['mother.name', 'mother.dob', 'mother.job'])
    expect(fields.find(({ id }) => id === 'mother.verified')?.status).toEqual({
      value: 'authenticated',
      pill: 'ID authenticated',
      description: 'Authenticated with the national ID system.',
      canRevoke: true
    })
  })

  it('nulls the hidden call, so that the answer is not stored in the record', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    answerAll(engine, answered(AUTHENTICATED))
    engine.next()
    expect(engine.declaration()).toEqual({
      'mother.verified': 'authenticated',
      'mother.query-params': expect.anything(),
      'mother.fetch': null,
      // Nothing of its own, but it was drawn and then hidden.
      'mother.fetch-loader': null,
      'mother.id-reader': null,
      'mother.name': AUTHENTICATED.name,
      'mother.dob': '1990-04-02',
      'mother.job': 'Teacher'
    })
  })

  it('does not call again on another page, on return, or after a reload', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    answerAll(engine, answered(AUTHENTICATED))
    engine.next()
    engine.back()
    expect(engine.pending()).toEqual([])
    const reloaded = load(recommendedFields(), { draft: engine.draft() })
    expect(reloaded.pending()).toEqual([])
    expect(value(reloaded, 'mother.verified')).toBe('authenticated')
  })

  it('gives the button the address of the page without query and hash', () => {
    const engine = load(recommendedFields(), { href: `${HREF}?from=review#x` })
    const reader = engine
      .view()
      .page?.fields.find(({ id }) => id === 'mother.id-reader')
    const href = new URL(reader?.methods?.[0]?.href ?? '')
    expect(href.origin).toBe('https://idp.example.org')
    expect(href.searchParams.get('redirect_uri')).toBe(HREF)
  })
})

describe('scanning a code (forms CLIENT 5, 6)', () => {
  it('fills from the card at once, and the answer then overwrites', () => {
    const engine = load(recommendedFields())
    engine.scan('mother.id-reader', scanned(CARD_A))
    expect(value(engine, 'mother.name')).toEqual(CARD_A.name)
    expect(value(engine, 'mother.qr-proof')).toBe('card-a')
    expect(value(engine, 'mother.verified')).toBeUndefined()
    const [call] = answerAll(
      engine,
      answered({ verificationStatus: 'verified', birthDate: '1990-04-03' })
    )
    expect(call?.search).toBe('?credential=card-a')
    expect(engine.view().values).toMatchObject({
      'mother.verified': 'verified',
      'mother.name': CARD_A.name,
      'mother.dob': '1990-04-03',
      // The reader is hidden now: the scan itself is gone, the copied text is not.
      'mother.id-reader': null,
      'mother.qr-proof': 'card-a'
    })
  })

  it('asks for no code before a scan and for none after the status came', () => {
    const engine = load(recommendedFields())
    expect(engine.pending()).toEqual([])
    engine.scan('mother.id-reader', scanned(CARD_A))
    answerAll(engine, answered({ verificationStatus: 'verified' }))
    engine.revoke('mother.verified')
    expect(engine.pending()).toEqual([])
  })

  it.each([
    ['an error', answered({}, { status: 500, statusText: 'Broken' })],
    ['no answer', CUT],
    ['the word pending', answered({ verificationStatus: 'pending' })]
  ])('becomes pending with %s, and blocks nothing', (_what, outcome) => {
    const engine = load(recommendedFields())
    engine.scan('mother.id-reader', scanned(CARD_A))
    answerAll(engine, outcome)
    expect(value(engine, 'mother.verified')).toBe('pending')
    expect(value(engine, 'mother.qr-check')).toBeNull()
    engine.review()
    expect(engine.view().problems).toEqual([])
    expect(engine.view().canDeclare).toBe(true)
  })

  it('becomes pending at once while offline, and sends nothing later', () => {
    const engine = load(recommendedFields(), { online: false })
    engine.scan('mother.id-reader', scanned(CARD_A))
    expect(value(engine, 'mother.verified')).toBe('pending')
    engine.setOnline(true)
    expect(value(engine, 'mother.verified')).toBe('pending')
    expect(engine.pending()).toEqual([])
  })

  it('takes nothing from a code that is not JSON', () => {
    const engine = load(recommendedFields())
    engine.scan('mother.id-reader', 'HC1:6BF+70790T9WJWG.FKY*4GO0')
    expect(value(engine, 'mother.id-reader')).toBeUndefined()
    expect(engine.pending()).toEqual([])
  })
})

describe('revoking (forms CLIENT 4)', () => {
  function verified(fields = recommendedFields()) {
    const engine = load(fields)
    engine.scan('mother.id-reader', scanned(CARD_A))
    answerAll(engine, answered({ verificationStatus: 'verified' }))
    engine.change('mother.note', 'kept')
    return engine
  }

  it('empties every field that listens and keeps the others', () => {
    const engine = verified()
    engine.revoke('mother.verified')
    expect(engine.draft()).toEqual({
      'mother.verified': null,
      'mother.qr-loader': null,
      'mother.note': 'kept'
    })
    const reader = engine
      .view()
      .page?.fields.find(({ id }) => id === 'mother.id-reader')
    expect(reader?.methods?.map(({ id }) => id)).toEqual([
      'mother.sign-in',
      'mother.qr'
    ])
  })

  it('lets the person be scanned or signed in again', () => {
    const engine = verified()
    engine.revoke('mother.verified')
    engine.scan('mother.id-reader', scanned(CARD_B))
    const [call] = answerAll(
      engine,
      answered({ verificationStatus: 'verified' })
    )
    expect(call?.search).toBe('?credential=card-b')
    expect(value(engine, 'mother.name')).toEqual(CARD_B.name)
    expect(value(engine, 'mother.verified')).toBe('verified')
  })

  it('brings the old scan back when the reader listens to nothing', () => {
    const engine = verified(
      withField(recommendedFields(), 'mother.id-reader', () => ({ parent: [] }))
    )
    expect(engine.view().remembered).toHaveProperty(['mother.id-reader'])
    engine.revoke('mother.verified')
    const [call] = answerAll(
      engine,
      answered({ verificationStatus: 'verified' })
    )
    expect(call?.search).toBe('?credential=card-a')
    expect(value(engine, 'mother.verified')).toBe('verified')
  })

  it('does nothing for a status without parents', () => {
    const engine = verified()
    const bare = load(
      withField(recommendedFields(), 'mother.verified', () => ({ parent: [] })),
      { draft: engine.draft() }
    )
    bare.revoke('mother.verified')
    expect(value(bare, 'mother.verified')).toBe('verified')
  })
})

describe('leaving and returning (forms CLIENT 1, 2)', () => {
  it('sends an unfinished call again after a reload', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    expect(engine.pending()).toHaveLength(1)
    const reloaded = load(recommendedFields(), { draft: engine.draft() })
    const [call] = answerAll(reloaded, answered(AUTHENTICATED))
    expect(call?.searchParams.get('code')).toBe('c-1')
    expect(value(reloaded, 'mother.verified')).toBe('authenticated')
  })

  it('loses what was typed on another page while a call was under way', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    engine.next()
    engine.change('child.note', 'will be lost')
    expect(value(engine, 'child.note')).toBe('will be lost')
    answerAll(engine, answered(AUTHENTICATED))
    expect(value(engine, 'child.note')).toBeUndefined()
    expect(value(engine, 'mother.verified')).toBe('authenticated')
  })

  it('loses what was typed meanwhile into a field that listens, and only there', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    engine.change('mother.job', 'lost')
    engine.change('mother.note', 'kept')
    answerAll(engine, answered({ verificationStatus: 'failed' }))
    expect(value(engine, 'mother.job')).toBeUndefined()
    expect(value(engine, 'mother.note')).toBe('kept')
  })

  it('keeps two people apart', () => {
    const father: Field[] = JSON.parse(
      JSON.stringify(recommendedFields())
        .replaceAll('mother.', 'father.')
        .replaceAll('conditionals/', 'conditionals/father-')
        .replaceAll('"code"', '"father-code"')
    )
    const engine = load([...recommendedFields(), ...father], {
      href: `${HREF}?father-code=c-9`
    })
    const [call] = answerAll(engine, answered(AUTHENTICATED))
    expect(call?.search).toBe('?father-code=c-9&state=undefined')
    expect(value(engine, 'father.verified')).toBe('authenticated')
    expect(value(engine, 'mother.verified')).toBeUndefined()
    expect(value(engine, 'mother.name')).toBeUndefined()
  })
})

describe('offline (forms CLIENT 7)', () => {
  it('disables the sign-in button and nothing else', () => {
    const engine = load(recommendedFields(), { online: false })
    const reader = engine
      .view()
      .page?.fields.find(({ id }) => id === 'mother.id-reader')
    expect(reader?.methods?.map(({ id, disabled }) => [id, disabled])).toEqual([
      ['mother.sign-in', true],
      ['mother.qr', false]
    ])
  })

  it('holds a call back with loading until the connection returns', () => {
    const engine = load(recommendedFields(), { href: RETURN, online: false })
    expect(value(engine, 'mother.fetch')).toMatchObject({ loading: true })
    expect(engine.pending()).toEqual([])
    engine.setOnline(true)
    const calls = answerAll(engine, answered(AUTHENTICATED))
    expect(calls).toHaveLength(1)
    expect(value(engine, 'mother.verified')).toBe('authenticated')
  })
})

describe('the pages of the form', () => {
  it('goes through the pages to review and back by address', () => {
    const engine = load(recommendedFields())
    engine.next()
    expect(engine.view().href).toBe(
      `${ORIGIN}/events/declare/${RECORD}/pages/child`
    )
    engine.next()
    expect(engine.view().href).toBe(`${ORIGIN}/events/declare/${RECORD}/review`)
    expect(engine.view().page).toBeUndefined()
    engine.open(`${ORIGIN}/events/declare/${RECORD}/pages/child`)
    expect(engine.view().page?.id).toBe('child')
    engine.open('https://elsewhere.example/')
    expect(engine.view().page?.id).toBe('child')
  })

  it('shows on review what is wrong, and allows DECLARE once nothing is', () => {
    const engine = load(recommendedFields())
    engine.review()
    expect(engine.view().canDeclare).toBe(false)
    expect(engine.view().problems).toEqual([
      {
        fieldId: 'mother.name',
        label: 'mother name',
        message: 'Required',
        isShown: true
      },
      {
        fieldId: 'mother.dob',
        label: 'mother dob',
        message: 'Required',
        isShown: true
      }
    ])
    engine.open(HREF)
    engine.change('mother.name', CARD_A.name)
    engine.change('mother.dob', '1990-02-31')
    engine.review()
    expect(engine.view().problems).toMatchObject([
      { fieldId: 'mother.dob', message: 'Invalid input' }
    ])
    engine.open(HREF)
    engine.change('mother.dob', '1990-02-28')
    engine.review()
    expect(engine.view().canDeclare).toBe(true)
    expect(
      engine.view().review?.map(({ label, text }) => [label, text])
    ).toEqual([
      ['mother name', 'Amina Odhiambo'],
      ['mother dob', '28 February 1990'],
      ['mother job', ''],
      ['mother note (not connected)', ''],
      ['child.note', '']
    ])
  })

  it('shows an error only once the input was left', () => {
    const engine = load(recommendedFields())
    const errorOfName = () =>
      engine.view().page?.fields.find(({ id }) => id === 'mother.name')?.error
    expect(errorOfName()).toBeUndefined()
    engine.touch('mother.name')
    expect(errorOfName()).toBe('Required')
  })
})
