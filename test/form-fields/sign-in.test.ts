import { AUTHENTICATED, failed, FETCH, openForm } from './mother-form'

const TICKET = { 'ticket-mother': 'T1' }

function signedIn() {
  const form = openForm()
  form.load(TICKET)
  form.answer(FETCH, AUTHENTICATED)
  return form
}

describe('a fresh form', () => {
  it('shows the buttons and no status, and sends nothing', () => {
    const form = openForm()
    expect(form.visibleIds()).toEqual([
      'mother.query-params',
      'mother.id-reader',
      'mother.identity-problem',
      'mother.name',
      'mother.dob',
      'mother.nid',
      'mother.note'
    ])
    expect(form.values).toEqual({})
    expect(form.requests).toEqual([])
    expect(form.isEnabled('mother.name')).toBe(true)
  })

  it('puts nothing into the declaration', () => {
    expect(openForm().declaration()).toEqual({})
  })
})

describe('the return from a sign-in', () => {
  it('fetches the result once, by ticket and person, with nothing in a body', () => {
    const form = openForm()
    form.load(TICKET)
    expect(form.requests).toEqual([
      {
        field: FETCH,
        method: 'POST',
        url: 'https://client.example/api/countryconfig/national-id/authentication/redeem',
        query: { ticket: 'T1', person: 'mother' },
        body: undefined
      }
    ])
  })

  it('shows the loader in place of the buttons while it is under way', () => {
    const form = openForm()
    form.load(TICKET)
    expect(form.isVisible('mother.fetch-loader')).toBe(true)
    expect(form.isVisible('mother.id-reader')).toBe(false)
    expect(form.isVisible('mother.verified')).toBe(false)
  })

  it('fills in, locks and says so when the person is authenticated', () => {
    const form = signedIn()
    expect(form.values).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.identity-evidence': AUTHENTICATED.evidence,
      'mother.name': AUTHENTICATED.attributes.name,
      'mother.dob': '1996-02-03',
      'mother.nid': '4837294610'
    })
    expect(form.isVisible('mother.verified')).toBe(true)
    expect(form.isVisible('mother.id-reader')).toBe(false)
    expect(form.isVisible('mother.fetch-loader')).toBe(false)
    expect(form.isEnabled('mother.name')).toBe(false)
    expect(form.isEnabled('mother.note')).toBe(true)
  })

  it('keeps the status, the evidence and the details, and not the answer', () => {
    expect(signedIn().declaration()).toEqual({
      'mother.verified': 'authenticated',
      'mother.query-params': {
        data: TICKET,
        updatedAt: '2026-06-15T10:00:00.000Z'
      },
      'mother.identity-evidence': AUTHENTICATED.evidence,
      'mother.name': AUTHENTICATED.attributes.name,
      'mother.dob': '1996-02-03',
      'mother.nid': '4837294610'
    })
  })

  it('shows nothing but the status on the review page', () => {
    const own = ['mother.name', 'mother.dob', 'mother.nid']
    expect(signedIn().reviewed()).toEqual(['mother.verified', ...own])
  })

  it('is not fetched again when the page is loaded again', () => {
    const form = signedIn()
    form.load()
    form.load()
    expect(form.requests).toHaveLength(1)
    expect(form.values['mother.verified']).toBe('authenticated')
  })

  it('is fetched again with the same ticket after a reload in the middle', () => {
    const form = openForm()
    form.load(TICKET)
    form.load()
    expect(form.requests.map(({ query }) => query.ticket)).toEqual(['T1', 'T1'])
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values['mother.verified']).toBe('authenticated')
  })
})

describe('a sign-in that gave no proof', () => {
  it('says why, with the reference, and leaves the fields open', () => {
    const form = openForm()
    form.load(TICKET)
    form.answer(FETCH, failed('assurance'))
    expect(form.values['mother.verified']).toBe('failed')
    expect(form.isVisible('mother.identity-notice-assurance')).toBe(true)
    expect(form.values['mother.identity-reference']).toBe('R-3')
    expect(form.isVisible('mother.identity-reference')).toBe(true)
    expect(form.isEnabled('mother.identity-reference')).toBe(false)
    expect(form.isEnabled('mother.name')).toBe(true)
    expect(form.reviewed()).toEqual(['mother.verified'])
  })

  it('shows one notice at a time', () => {
    const form = openForm()
    form.load(TICKET)
    form.answer(FETCH, failed('session'))
    const notices = form.visibleIds().filter((id) => id.includes('-notice-'))
    expect(notices).toEqual(['mother.identity-notice-session'])
  })

  it('can be taken back and tried again', () => {
    const form = openForm()
    form.load(TICKET)
    form.answer(FETCH, failed('refused'))
    form.revoke('mother.verified')
    expect(form.isVisible('mother.id-reader')).toBe(true)
    expect(form.isVisible('mother.identity-notice-refused')).toBe(false)
    expect(form.isVisible('mother.identity-reference')).toBe(false)
    form.load({ 'ticket-mother': 'T2' })
    form.answer(FETCH, AUTHENTICATED)
    expect(form.requests.map(({ query }) => query.ticket)).toEqual(['T1', 'T2'])
    expect(form.values['mother.verified']).toBe('authenticated')
  })
})

describe('a cancelled sign-in', () => {
  it('sends nothing, empties nothing and says so', () => {
    const form = openForm()
    form.change('mother.name', { firstname: 'Amina', surname: 'Typed' })
    form.change('mother.nid', '123')
    form.load({ 'problem-mother': 'cancelled' })
    expect(form.requests).toEqual([])
    expect(form.values).toMatchObject({
      'mother.name': { firstname: 'Amina', surname: 'Typed' },
      'mother.nid': '123'
    })
    expect(form.isVisible('mother.identity-notice-cancelled')).toBe(true)
    expect(form.isVisible('mother.verified')).toBe(false)
    expect(form.isVisible('mother.id-reader')).toBe(true)
  })

  it('is forgotten with the next sign-in', () => {
    const form = openForm()
    form.load({ 'problem-mother': 'cancelled' })
    form.load(TICKET)
    expect(form.isVisible('mother.identity-notice-cancelled')).toBe(false)
    form.answer(FETCH, AUTHENTICATED)
    expect(form.declaration()).not.toHaveProperty(['mother.identity-problem'])
    expect(form.values['mother.verified']).toBe('authenticated')
  })

  it('after a status was taken back does not give another', () => {
    const form = signedIn()
    form.revoke('mother.verified')
    form.load({ 'problem-mother': 'cancelled' })
    expect(form.values['mother.verified'] ?? null).toBeNull()
    form.load({ 'ticket-mother': 'T2' })
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values['mother.verified']).toBe('authenticated')
    expect(form.requests).toHaveLength(2)
  })
})

describe('taking a status back', () => {
  it('empties everything that came with it, and nothing else', () => {
    const form = signedIn()
    form.change('mother.note', 'typed')
    form.revoke('mother.verified')
    expect(form.declaration()).toEqual({ 'mother.note': 'typed' })
    expect(form.isVisible('mother.id-reader')).toBe(true)
    expect(form.isEnabled('mother.name')).toBe(true)
  })

  it('is final: no request, and no old value that comes back', () => {
    const form = signedIn()
    form.revoke('mother.verified')
    form.load()
    form.revoke('mother.verified')
    expect(form.requests).toHaveLength(1)
    expect(form.declaration()).toEqual({})
  })

  it('leaves no row on the review page', () => {
    const form = signedIn()
    form.revoke('mother.verified')
    expect(form.reviewed()).not.toContain('mother.verified')
  })
})

describe('a section that the country hides for a while', () => {
  const show = {
    $id: 'https://country.example/mother-is-known',
    type: 'object',
    properties: {
      $form: {
        type: 'object',
        properties: { 'mother.note': { not: { const: 'unknown' } } }
      }
    }
  }

  function hiddenAndBack() {
    const form = openForm({ show })
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    form.change('mother.note', 'unknown')
    const meanwhile = form.declaration()
    form.change('mother.note', 'known')
    return { form, meanwhile }
  }

  it('leaves nothing of the identity in the declaration meanwhile', () => {
    const { meanwhile } = hiddenAndBack()
    expect(Object.keys(meanwhile).sort()).toEqual([
      'mother.dob',
      'mother.name',
      'mother.nid',
      'mother.note'
    ])
  })

  it('has its status and evidence back afterwards, and sends nothing', () => {
    const { form } = hiddenAndBack()
    expect(form.values).toMatchObject({
      'mother.verified': 'authenticated',
      'mother.identity-evidence': AUTHENTICATED.evidence,
      'mother.name': AUTHENTICATED.attributes.name
    })
    expect(form.isVisible('mother.verified')).toBe(true)
    expect(form.requests).toHaveLength(1)
  })

  it('can still be taken back', () => {
    const { form } = hiddenAndBack()
    form.revoke('mother.verified')
    expect(form.declaration()).toEqual({ 'mother.note': 'known' })
    expect(form.requests).toHaveLength(1)
  })
})

test('two people on one page do not disturb each other', () => {
  const form = openForm()
  form.load({ 'ticket-father': 'F1' })
  expect(form.requests).toEqual([])
  expect(form.values).toEqual({})
})
