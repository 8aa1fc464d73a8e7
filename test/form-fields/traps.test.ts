// One test for each thing that OpenCRVS's form does and that breaks a naive configuration: forms FACTS and CLIENT, by
// section.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FormClient } from './form-client'
import {
  allows,
  asList,
  holds,
  type AnyField,
  type Reference
} from './form-evaluator'
import {
  AUTHENTICATED,
  CARD,
  failed,
  FETCH,
  METHODS,
  motherForm,
  openForm,
  VERIFIED_CARD
} from './mother-form'

const TICKET = { 'ticket-mother': 'T1' }
const VERSIONS = ['1.9', '2'] as const

const FORMS = VERSIONS.flatMap((version) =>
  Object.entries(METHODS).map(([name, methods]) => ({
    name: `${version}, ${name}`,
    version,
    ...motherForm({ version, methods })
  }))
)

function conditionalsOf(fields: readonly AnyField[]): object[] {
  return fields.flatMap((field) => [
    ...(field.conditionals ?? []).map(({ conditional }) => conditional),
    ...conditionalsOf(asList(field.methods as AnyField[] | undefined))
  ])
}

function everyNode(value: unknown): Array<Record<string, unknown>> {
  if (Array.isArray(value)) return value.flatMap(everyNode)
  if (typeof value !== 'object' || value === null) return []
  const node = value as Record<string, unknown>
  return [node, ...Object.values(node).flatMap(everyNode)]
}

describe('the client that these tests play', () => {
  const path = join(__dirname, '../fixtures/forms/recommended-fields.json')
  const tried: AnyField[] = JSON.parse(readFileSync(path, 'utf8')).fields

  it('does with the fields of CLIENT 10 what the browser did', () => {
    const form = new FormClient(tried)
    form.load({ code: 'C', state: 'mother' })
    expect(form.requests.map(({ field }) => field)).toEqual(['mother.fetch'])
    form.answer('mother.fetch', { verificationStatus: 'authenticated' })
    form.load()
    expect(form.requests).toHaveLength(1)
    form.revoke('mother.verified')
    form.change('mother.id-reader', { data: { sig: 'A' } })
    form.answer('mother.qr-check', { verificationStatus: 'verified' })
    form.revoke('mother.verified')
    form.change('mother.id-reader', { data: { sig: 'B' } })
    const cards = form.requests.map(({ query }) => query.credential)
    expect(cards).toEqual([undefined, 'A', 'B'])
  })

  it('falls into trap 1 of CLIENT 4 when the cure is taken away', () => {
    const naive = tried.map((field) => {
      if (field.id !== 'mother.id-reader') return field
      const { parent: _cure, ...without } = field
      return without
    })
    const form = new FormClient(naive)
    form.change('mother.id-reader', { data: { sig: 'A' } })
    form.answer('mother.qr-check', { verificationStatus: 'verified' })
    form.revoke('mother.verified')
    expect(form.requests).toHaveLength(2)
  })
})

describe.each(FORMS)('every field of $name', ({ fields, version, mother }) => {
  const ids = new Set(fields.map(({ id }) => id))

  it('has an id of its own without an underscore (FACTS 1)', () => {
    const all = fields.map(({ id }) => id)
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((id) => id.includes('_'))).toEqual([])
  })

  it('has a label, and shares its id with no other (review looks values up by it)', () => {
    const labels = mother.fields.map(({ label }) => label.id)
    expect(new Set(labels).size).toBe(labels.length)
  })

  it('refers to fields that exist', () => {
    const references = everyNode(fields).flatMap(({ $$field }) =>
      typeof $$field === 'string' ? [$$field] : []
    )
    expect(references.filter((id) => !ids.has(id))).toEqual([])
  })

  it('has parents without subfield, all there (FACTS 3)', () => {
    const parents = fields.flatMap(({ parent }) => asList(parent))
    expect(
      parents.filter(({ $$subfield }) => $$subfield?.length !== 0)
    ).toEqual([])
  })

  it('has references whose length the client can read (FACTS 1)', () => {
    const references = everyNode(fields).filter((node) => '$$field' in node)
    for (const reference of references) {
      expect(reference.$$subfield).toBeInstanceOf(Array)
    }
  })

  it('names what it reads as its own parent, since a reset goes one level deep (FACTS 3)', () => {
    for (const { id, parent, value } of fields) {
      const parents = asList(parent).map(({ $$field }) => $$field)
      const sources = asList(value).map(({ $$field }) => $$field)
      expect({
        id,
        missing: sources.filter((s) => !parents.includes(s))
      }).toEqual({ id, missing: [] })
    }
  })

  it('has one SHOW entry, since several would be OR-ed (FACTS 2.3)', () => {
    for (const { id, conditionals = [] } of fields) {
      const types = conditionals.map(({ type }) => type)
      expect({ id, types }).toEqual({ id, types: [...new Set(types)] })
    }
  })

  it('has conditionals with an $id each, and none inside (FACTS 2.1)', () => {
    for (const conditional of conditionalsOf(fields)) {
      const { $id, ...content } = conditional as Record<string, unknown>
      expect($id).toMatch(
        /^https:\/\/opencrvs\.org\/conditionals\/[0-9a-f]{40}$/
      )
      expect(everyNode(content).filter((node) => '$id' in node)).toEqual([])
    }
  })

  it('has no empty and() or or() (FACTS 2.2)', () => {
    for (const node of everyNode(conditionalsOf(fields))) {
      expect(node.allOf ?? ['x']).not.toEqual([])
      expect(node.anyOf ?? ['x']).not.toEqual([])
    }
  })

  it('has no code to run (CLIENT 5)', () => {
    expect(everyNode(fields).filter((node) => '$$code' in node)).toEqual([])
  })

  it('calls our own origin alone, and with nothing in a body (FACTS 4, CLIENT 3)', () => {
    for (const field of fields.filter(({ type }) => type === 'HTTP')) {
      expect(field.configuration?.url).toMatch(/^\/api\//)
      expect(field.configuration).not.toHaveProperty('body')
      expect(field.configuration).not.toHaveProperty('headers')
    }
  })

  it('has an outcome for calls that fail, with one of the four words (CLIENT 2)', () => {
    for (const field of fields.filter(({ type }) => type === 'HTTP')) {
      expect(field.configuration?.errorValue).toMatchObject({
        verificationStatus: expect.stringMatching(/^(failed|pending)$/),
        problem: 'unavailable'
      })
      expect(field.configuration?.timeout).toBeLessThanOrEqual(5000)
    }
  })

  it('is triggered by the query reader on 1.9, by nothing on 2.x, never by the reader (CLIENT 4, trap 2)', () => {
    for (const field of fields.filter(({ type }) => type === 'HTTP')) {
      expect(field.configuration?.trigger).toEqual(
        version === '2'
          ? undefined
          : { $$field: 'mother.query-params', $$subfield: [] }
      )
    }
  })

  it('takes the status from our own answers alone', () => {
    const status = fields.find(({ type }) => type === 'VERIFICATION_STATUS')
    const sources = asList(status?.value as Reference[] | undefined)
    for (const { $$field, $$subfield } of sources) {
      expect([FETCH, 'mother.qr-check']).toContain($$field)
      expect($$subfield).toEqual(['data', 'verificationStatus'])
    }
  })

  it('is of a type that this line of OpenCRVS knows (FACTS 12)', () => {
    const newer = ['ALPHA_HIDDEN', 'CUSTOM', 'HEADING', 'IMAGE_VIEW']
    const found = fields.filter(({ type }) => newer.includes(type))
    expect(found.length > 0).toBe(version === '2')
  })
})

test('every $id stands for one content, in all forms together (FACTS 2.1)', () => {
  const contents = new Map<unknown, string>()
  for (const { fields } of FORMS) {
    for (const conditional of conditionalsOf(fields)) {
      const { $id } = conditional as { $id: string }
      const content = JSON.stringify(conditional)
      expect(contents.get($id) ?? content).toBe(content)
      contents.set($id, content)
    }
  }
  expect(contents.size).toBeGreaterThan(30)
})

test('an id that was chosen once is never another (certificates of old records, FACTS 8)', () => {
  const { mother } = motherForm()
  expect({ ...mother.ids, notice: mother.ids.notice('expired') }).toEqual({
    status: 'mother.verified',
    queryParams: 'mother.query-params',
    queryProblem: 'mother.query-problem',
    fetch: 'mother.verify-nid-http-fetch',
    fetchLoader: 'mother.fetch-loader',
    qrCheck: 'mother.qr-check',
    qrLoader: 'mother.qr-loader',
    reader: 'mother.id-reader',
    signIn: 'mother.sign-in',
    qrCode: 'mother.qr',
    evidence: 'mother.identity-evidence',
    problem: 'mother.identity-problem',
    reference: 'mother.identity-reference',
    notice: 'mother.identity-notice-expired'
  })
})

describe.each(VERSIONS)('on OpenCRVS %s', (version) => {
  it('a word that is no status is not put on the page, which would crash (CLIENT 2)', () => {
    const form = openForm({ version })
    form.load(TICKET)
    form.answer(FETCH, { verificationStatus: 'banana', reference: 'R' })
    const { 'mother.verified': status = null } = form.declaration()
    expect(status).toBeNull()
  })

  it.each([
    { verificationStatus: 'authenticated' },
    { 'ticket-father': 'T', verified: 'authenticated' },
    { 'problem-mother': 'authenticated' },
    { 'problem-mother': 'banana' }
  ])('a crafted link forges nothing and asks nobody: %j', (query) => {
    const form = openForm({ version })
    form.load(query)
    expect(form.requests).toEqual([])
    expect(form.values['mother.verified']).toBeUndefined()
    const notices = form.visibleIds().filter((id) => id.includes('-notice-'))
    expect(notices).toEqual([])
  })

  it('the words of a problem in a link cannot be made to look like ours', () => {
    const form = openForm({ version })
    form.load({ 'problem-mother': 'refused', 'reference-mother': 'call 555' })
    const shown = form
      .visibleIds()
      .filter((id) => /-notice-|-reference/.test(id))
    expect(shown).toEqual([])
  })

  it('a web page in place of an answer leaves the form usable (CLIENT 2)', () => {
    const form = openForm({ version })
    form.load(TICKET)
    form.answer(FETCH, '<html><body>Not found</body></html>')
    expect(form.blocking()).toEqual([])
    expect(form.isVisible('mother.id-reader')).toBe(true)
    expect(form.values['mother.name']).toBeUndefined()
  })

  it('an answer of the wrong shape fills in nothing', () => {
    const form = openForm({ version })
    form.load(TICKET)
    form.answer(FETCH, { verificationStatus: 'failed', attributes: 'text' })
    expect(form.values['mother.name']).toBeUndefined()
    expect(form.blocking()).toEqual([])
  })

  it.each([500, 401, 408, undefined])(
    'a call that fails with %s blocks nothing (CLIENT 2)',
    (status) => {
      const form = openForm({ version })
      form.load(TICKET)
      form.fail(FETCH, status)
      expect(form.values['mother.verified']).toBe('failed')
      expect(form.blocking()).toEqual([])
    }
  )

  it('what was typed elsewhere stays, whatever happens (CLIENT 2)', () => {
    const form = openForm({ version })
    form.change('mother.note', 'typed')
    form.load(TICKET)
    form.fail(FETCH, 500)
    form.revoke('mother.verified')
    expect(form.values['mother.note']).toBe('typed')
  })

  it('fields of the person do not listen to the address, or a cancelled sign-in would empty them', () => {
    const { fields } = motherForm({ version })
    for (const id of ['mother.name', 'mother.dob', 'mother.nid']) {
      const field = fields.find((each) => each.id === id)
      const parents = asList(field?.parent).map(({ $$field }) => $$field)
      expect(parents).not.toContain('mother.query-params')
    }
  })

  it('a foreign card cannot block the declaration with a value of the wrong kind', () => {
    for (const credential of [{ a: 1 }, [1], 7, true]) {
      const form = openForm({ version })
      form.change('mother.id-reader', { data: { credential } })
      expect(form.values['mother.verified']).toBe('pending')
      expect(form.blocking()).toEqual([])
    }
  })

  it('nothing of a person stays in what was taken back (FACTS 5)', () => {
    const form = openForm({ version })
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    form.revoke('mother.verified')
    expect(JSON.stringify(form.declaration())).toBe('{}')
  })
})

describe('on OpenCRVS 2.x', () => {
  it('the reader stays while its own scan is checked, or nothing would be checked (CLIENT 4, b3)', () => {
    const form = openForm()
    form.change('mother.id-reader', { data: CARD })
    expect(form.values['mother.qr-check']).toMatchObject({ loading: true })
    expect(form.isVisible('mother.id-reader')).toBe(true)
  })

  it('a reader that is hidden late does not bring its scan back (CLIENT 4, trap 1)', () => {
    const form = openForm()
    form.change('mother.id-reader', { data: CARD })
    form.answer('mother.qr-check', VERIFIED_CARD)
    form.revoke('mother.verified')
    expect(form.values['mother.id-reader']).toBeUndefined()
    expect(form.requests).toHaveLength(1)
  })

  it('an answer with personal data is not stored (FACTS 5)', () => {
    const form = openForm()
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values[FETCH]).toBeNull()
    const form2 = openForm()
    form2.change('mother.id-reader', { data: CARD })
    form2.answer('mother.qr-check', VERIFIED_CARD)
    expect(form2.declaration()).not.toHaveProperty(['mother.qr-check'])
    expect(form2.declaration()).not.toHaveProperty(['mother.id-reader'])
  })

  it('a call that came to nothing is said to have', () => {
    const form = openForm()
    form.load(TICKET)
    form.answer(FETCH, '<html></html>')
    expect(form.isVisible('mother.identity-notice-unavailable')).toBe(true)
  })

  it('personal data and evidence stay out of the search index', () => {
    const { fields } = motherForm()
    const secured = fields.filter((field) => field.secured === true)
    expect(secured.map(({ id }) => id)).toEqual([
      FETCH,
      'mother.qr-check',
      'mother.id-reader',
      'mother.identity-evidence',
      'mother.nid'
    ])
  })

  it('the review page has no row for a person without a status (it would say "pending")', () => {
    const status = motherForm().fields[0]!
    const onReview = (value: unknown) =>
      allows(status, 'DISPLAY_ON_REVIEW', { 'mother.verified': value }, true)
    expect(onReview(null)).toBe(false)
    expect(onReview(undefined)).toBe(false)
    expect(onReview('failed')).toBe(true)
  })

  it('a status that the server found without any method is shown', () => {
    const form = openForm({ methods: [] })
    expect(form.isVisible('mother.verified')).toBe(false)
    form.change('mother.verified', 'verified')
    expect(form.isVisible('mother.verified')).toBe(true)
    expect(form.reviewed()).toContain('mother.verified')
  })
})

describe('ready conditionals', () => {
  const { conditions } = motherForm().mother
  const TABLE = {
    authenticated: ['authenticated', 'proven', 'locked'],
    verified: ['verified', 'proven', 'locked'],
    pending: ['pending', 'locked'],
    failed: ['failed'],
    banana: []
  }
  it.each(Object.entries(TABLE))('with %s hold: %j', (status, expected) => {
    const held = Object.entries(conditions)
      .filter(([, each]) => holds(each, { 'mother.verified': status }))
      .map(([name]) => name)
    expect(held.sort()).toEqual([...expected].sort())
  })

  it('none holds for a person without a status', () => {
    for (const each of Object.values(conditions)) {
      expect(holds(each, {})).toBe(false)
      expect(holds(each, { 'mother.verified': null })).toBe(false)
    }
  })
})

test('a failing status does not lock what must then be filled in by hand', () => {
  const form = openForm()
  form.load(TICKET)
  form.answer(FETCH, failed('refused'))
  for (const id of ['mother.name', 'mother.dob', 'mother.nid']) {
    expect(form.isEnabled(id)).toBe(true)
  }
})
