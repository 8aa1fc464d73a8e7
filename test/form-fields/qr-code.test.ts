import {
  CARD,
  failed,
  FETCH,
  openForm,
  QR_CODE,
  SIGN_IN,
  VERIFIED_CARD
} from './mother-form'
import { qrCode } from 'opencrvs-national-id/form-fields'

const READER = 'mother.id-reader'
const CHECK = 'mother.qr-check'

function scanned(card: unknown = CARD, methods = [SIGN_IN, QR_CODE]) {
  const form = openForm({ methods })
  form.change(READER, { data: card })
  return form
}

describe('scanning a signed card online', () => {
  it('fills in from the card at once and asks the server once', () => {
    const form = scanned()
    expect(form.values).toMatchObject({
      'mother.name': CARD.name,
      'mother.dob': '1996-02-03'
    })
    expect(form.requests).toEqual([
      {
        field: CHECK,
        method: 'POST',
        url: 'https://client.example/api/countryconfig/national-id/identity-check',
        query: { credential: CARD.credential, person: 'mother' },
        body: undefined
      }
    ])
  })

  it('has no status while the check is under way', () => {
    const form = scanned()
    expect(form.values['mother.verified']).toBeUndefined()
    expect(form.isVisible('mother.qr-loader')).toBe(true)
  })

  it('takes what the server vouches for over what the card says', () => {
    const form = scanned()
    form.answer(CHECK, VERIFIED_CARD)
    expect(form.declaration()).toEqual({
      'mother.verified': 'verified',
      'mother.identity-evidence': VERIFIED_CARD.evidence,
      'mother.name': VERIFIED_CARD.attributes.name,
      'mother.dob': '1996-02-03'
    })
    expect(form.isEnabled('mother.name')).toBe(false)
  })

  it('keeps the credential to be checked later when the server does not vouch', () => {
    const form = scanned()
    form.answer(CHECK, {
      verificationStatus: 'pending',
      problem: 'untrusted',
      reference: 'R-9'
    })
    expect(form.values).toMatchObject({
      'mother.verified': 'pending',
      'mother.identity-evidence': CARD.credential,
      'mother.name': CARD.name
    })
    expect(form.isVisible('mother.identity-notice-untrusted')).toBe(true)
    expect(form.values['mother.identity-reference']).toBe('R-9')
    expect(form.isVisible('mother.identity-reference')).toBe(true)
  })

  it.each([500, 401, 408, undefined])(
    'is pending, and blocks nothing, when the check fails with %s',
    (status) => {
      const form = scanned()
      form.fail(CHECK, status)
      expect(form.values['mother.verified']).toBe('pending')
      expect(form.values['mother.identity-evidence']).toBe(CARD.credential)
      expect(form.isVisible('mother.identity-notice-unavailable')).toBe(true)
      expect(form.blocking()).toEqual([])
      expect(form.requests).toHaveLength(1)
    }
  )

  it('is fetched again with the same card after a reload in the middle', () => {
    const form = scanned()
    form.load()
    const cards = form.requests.map(({ query }) => query.credential)
    expect(cards).toEqual([CARD.credential, CARD.credential])
    form.answer(CHECK, VERIFIED_CARD)
    expect(form.values['mother.verified']).toBe('verified')
  })
})

describe('scanning a second card without loading the page again', () => {
  it('checks the second card, not the first', () => {
    const form = scanned()
    form.answer(CHECK, VERIFIED_CARD)
    form.revoke('mother.verified')
    expect(form.declaration()).toEqual({})
    form.change(READER, { data: { ...CARD, credential: 'card.two.signed' } })
    expect(form.requests.map(({ query }) => query.credential)).toEqual([
      'card.one.signed',
      'card.two.signed'
    ])
    form.answer(CHECK, { ...VERIFIED_CARD, evidence: 'second' })
    expect(form.values['mother.identity-evidence']).toBe('second')
  })

  it('does not bring an old scan back by itself', () => {
    const form = scanned()
    form.answer(CHECK, VERIFIED_CARD)
    form.revoke('mother.verified')
    form.revoke('mother.verified')
    expect(form.requests).toHaveLength(1)
    expect(form.values[READER]).toBeUndefined()
  })

  it('nor where cards are the only method', () => {
    const form = scanned(CARD, [QR_CODE])
    form.answer(CHECK, VERIFIED_CARD)
    form.revoke('mother.verified')
    expect(form.requests).toHaveLength(1)
    expect(form.values[READER]).toBeUndefined()
    expect(form.declaration()).toEqual({})
  })
})

describe('scanning a card offline', () => {
  function offline(card: unknown = CARD) {
    const form = openForm()
    form.goOnline(false)
    form.change(READER, { data: card })
    return form
  }

  it('is pending at once, with the credential kept, and sends nothing', () => {
    const form = offline()
    expect(form.declaration()).toEqual({
      'mother.verified': 'pending',
      'mother.identity-evidence': CARD.credential,
      'mother.name': CARD.name,
      'mother.dob': '1996-02-03'
    })
    expect(form.requests).toEqual([])
    expect(form.isEnabled('mother.name')).toBe(false)
  })

  it('stays so when the connection returns', () => {
    const form = offline()
    form.goOnline(true)
    form.load()
    expect(form.values['mother.verified']).toBe('pending')
    expect(form.requests).toEqual([])
  })

  it('can be taken back', () => {
    const form = offline()
    form.revoke('mother.verified')
    expect(form.declaration()).toEqual({})
    expect(form.isVisible(READER)).toBe(true)
  })
})

describe('a code that carries no credential', () => {
  it.each([
    ['an unsigned card', { name: CARD.name }],
    [
      'a credential that is no text',
      { credential: { vc: 1 }, name: CARD.name }
    ],
    ['an empty credential', { credential: '', name: CARD.name }],
    ['a number', 42],
    ['a text', 'hello'],
    ['a list', [1, 2]]
  ])('is pending at once and asks nobody: %s', (_, card) => {
    const form = scanned(card)
    expect(form.values['mother.verified']).toBe('pending')
    expect(form.requests).toEqual([])
    expect(form.blocking()).toEqual([])
    expect(form.declaration()).not.toHaveProperty(['mother.identity-evidence'])
  })

  it('never gives a status of its own making', () => {
    const form = scanned({
      verified: 'authenticated',
      verificationStatus: 'authenticated',
      data: { verificationStatus: 'authenticated' }
    })
    expect(form.values['mother.verified']).toBe('pending')
  })
})

test('without an address for checks a credential waits for the server', () => {
  const form = scanned(CARD, [qrCode()])
  expect(form.requests).toEqual([])
  expect(form.values).toMatchObject({
    'mother.verified': 'pending',
    'mother.identity-evidence': CARD.credential
  })
  form.revoke('mother.verified')
  expect(form.declaration()).toEqual({})
})

test('a sign-in that begins anew forgets a card that was never checked', () => {
  const form = scanned()
  form.load({ 'ticket-mother': 'T1' })
  expect(form.values['mother.identity-evidence'] ?? '').toBe('')
  form.answer(FETCH, failed('refused'))
  expect(form.declaration()).not.toHaveProperty(['mother.identity-evidence'])
})
