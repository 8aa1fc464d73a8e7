import { FormClient } from './form-client'
import { withoutHidden, type AnyField } from './form-evaluator'
import {
  AUTHENTICATED,
  CARD,
  failed,
  FETCH,
  METHODS,
  motherForm,
  openForm,
  QR_CODE,
  SIGN_IN
} from './mother-form'

const READER = 'mother.id-reader'
const TICKET = { 'ticket-mother': 'T1' }

function open(methods = [SIGN_IN, QR_CODE]) {
  return openForm({ version: '1.9', methods })
}

/**
 * 1.9 judges every action by the whole record: a value in a hidden field is an error, whatever hid it. The status is
 * the one thing that the server may change behind the form's back.
 */
function refusedFields(
  fields: readonly AnyField[],
  record: Record<string, unknown>
): string[] {
  const left = withoutHidden(fields, record, true)
  return Object.keys(record).filter((id) => record[id] && !(id in left))
}

describe('a sign-in on OpenCRVS 1.9', () => {
  it('shows no status on a fresh form and sends nothing', () => {
    const form = open()
    expect(form.values).toEqual({})
    expect(form.requests).toEqual([])
    form.load()
    expect(form.requests).toEqual([])
  })

  it('fetches the result once the ticket is there', () => {
    const form = open()
    form.load(TICKET)
    expect(form.requests.map(({ query }) => query)).toEqual([
      { ticket: 'T1', person: 'mother' }
    ])
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values['mother.verified']).toBe('authenticated')
    expect(form.values['mother.name']).toEqual(AUTHENTICATED.attributes.name)
    form.load()
    expect(form.requests).toHaveLength(1)
  })

  it('keeps the evidence in the field that fetched it', () => {
    const form = open()
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    expect(form.declaration()).toMatchObject({
      [FETCH]: { error: null, data: { evidence: AUTHENTICATED.evidence } }
    })
  })

  it('sends nothing and empties nothing when it was cancelled', () => {
    const form = open()
    form.change('mother.nid', '123')
    form.load({ 'problem-mother': 'cancelled' })
    expect(form.requests).toEqual([])
    expect(form.values['mother.nid']).toBe('123')
    expect(form.values['mother.verified']).toBeUndefined()
    expect(form.isVisible('mother.identity-notice-cancelled')).toBe(true)
  })

  it('goes through after one that was cancelled', () => {
    const form = open()
    form.load({ 'problem-mother': 'cancelled' })
    form.load(TICKET)
    expect(form.isVisible('mother.identity-notice-cancelled')).toBe(false)
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values['mother.verified']).toBe('authenticated')
    form.revoke('mother.verified')
    expect(form.isVisible('mother.identity-notice-cancelled')).toBe(false)
  })

  it('says why it gave no proof', () => {
    const form = open()
    form.load(TICKET)
    form.answer(FETCH, failed('assurance'))
    expect(form.isVisible('mother.identity-notice-assurance')).toBe(true)
    expect(form.isVisible('mother.identity-notice-unavailable')).toBe(false)
  })

  it('does not block the declaration when the connection breaks', () => {
    const form = open()
    form.load(TICKET)
    form.fail(FETCH)
    expect(form.values['mother.verified']).toBe('failed')
    expect(form.blocking()).toEqual([])
    expect(form.declaration()).not.toHaveProperty([FETCH])
    expect(form.isVisible('mother.identity-notice-unavailable')).toBe(true)
  })

  it('can be tried again after the connection broke', () => {
    const form = open()
    form.load(TICKET)
    form.fail(FETCH)
    form.revoke('mother.verified')
    expect(form.isVisible('mother.fetch-loader')).toBe(false)
    form.load({ 'ticket-mother': 'T2' })
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values['mother.verified']).toBe('authenticated')
  })

  it('leaves a way out when the page is loaded anew in the middle', () => {
    const form = open()
    form.load(TICKET)
    form.load()
    expect(form.isVisible(READER)).toBe(true)
    form.load({ 'ticket-mother': 'T2' })
    form.answer(FETCH, AUTHENTICATED)
    expect(form.values['mother.verified']).toBe('authenticated')
  })

  it('cannot be begun offline', () => {
    const reader = motherForm({ version: '1.9' }).fields.find(
      ({ id }) => id === READER
    )
    const [button] = reader?.methods as AnyField[]
    const inside = new FormClient([button!], '1.9')
    expect(inside.isEnabled('mother.sign-in')).toBe(true)
    inside.goOnline(false)
    expect(inside.isEnabled('mother.sign-in')).toBe(false)
  })
})

describe('a QR code on OpenCRVS 1.9', () => {
  it('is pending at once, asks nobody, and stays in the record', () => {
    const form = open()
    form.change(READER, { data: CARD })
    expect(form.requests).toEqual([])
    expect(form.declaration()).toEqual({
      'mother.verified': 'pending',
      [READER]: { data: CARD },
      'mother.name': CARD.name,
      'mother.dob': '1996-02-03'
    })
  })

  it('stays in the record also where cards are the only method', () => {
    const form = open([QR_CODE])
    form.change(READER, { data: CARD })
    expect(form.declaration()).toMatchObject({ [READER]: { data: CARD } })
    form.revoke('mother.verified')
    expect(form.declaration()).toEqual({})
  })

  it('does not bring back a status that was taken back', () => {
    const form = open()
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    form.revoke('mother.verified')
    form.change(READER, { data: CARD })
    expect(form.values['mother.verified']).toBe('pending')
    expect(form.declaration()).not.toHaveProperty([FETCH])
  })

  it('is forgotten with a sign-in, and does not come back with its end', () => {
    const form = open()
    form.change(READER, { data: CARD })
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    form.revoke('mother.verified')
    expect(form.declaration()).toEqual({})
  })
})

describe('a section that the country hides for a while on OpenCRVS 1.9', () => {
  it('has its status and evidence back afterwards, and sends nothing', () => {
    const show = {
      $id: 'https://country.example/mother-is-known-19',
      type: 'object',
      properties: {
        $form: {
          type: 'object',
          properties: { 'mother.note': { not: { const: 'unknown' } } }
        }
      }
    }
    const form = openForm({ version: '1.9', show })
    form.load(TICKET)
    form.answer(FETCH, AUTHENTICATED)
    form.change('mother.note', 'unknown')
    expect(form.declaration()).not.toHaveProperty(['mother.verified'])
    form.change('mother.note', 'known')
    expect(form.values['mother.verified']).toBe('authenticated')
    expect(form.values[FETCH]).toMatchObject({ data: AUTHENTICATED })
    expect(form.requests).toHaveLength(1)
  })
})

describe.each(Object.keys(METHODS))(
  'a record of OpenCRVS 1.9 with %s',
  (name) => {
    const methods = METHODS[name]!
    const { fields } = motherForm({ version: '1.9', methods })

    /** Records as a form can leave them. */
    function records(): Array<Record<string, unknown>> {
      const evidence = { loading: false, error: null, data: { evidence: 'e' } }
      const all: Array<Record<string, unknown>> = [
        { 'mother.verified': 'pending', [FETCH]: evidence },
        { 'mother.verified': 'authenticated', [FETCH]: evidence }
      ]
      if (methods.some(({ method }) => method === 'qrCode')) {
        const form = openForm({ version: '1.9', methods })
        form.change(READER, { data: CARD })
        all.push(form.declaration())
      }
      if (methods.some(({ method }) => method === 'signIn')) {
        const loading = openForm({ version: '1.9', methods })
        loading.load(TICKET)
        all.push(loading.declaration())
        for (const answer of [AUTHENTICATED, failed('refused')]) {
          const form = openForm({ version: '1.9', methods })
          form.load(TICKET)
          form.answer(FETCH, answer)
          all.push(form.declaration())
        }
      }
      return all
    }

    it.each(['authenticated', 'verified', 'pending', 'failed'])(
      'is accepted with every status that the server may find: %s',
      (status) => {
        for (const record of records()) {
          const corrected = { ...record, 'mother.verified': status }
          expect(refusedFields(fields, corrected)).toEqual([])
        }
      }
    )
  }
)
