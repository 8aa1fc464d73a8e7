import fc from '../fast-check'
import type { FormClient } from './form-client'
import {
  AUTHENTICATED,
  CARD,
  failed,
  FETCH,
  METHODS,
  openForm,
  VERIFIED_CARD
} from './mother-form'

type Step = (form: FormClient) => void

const CARDS = [
  CARD,
  { ...CARD, credential: 'card.two.signed' },
  { credential: { not: 'text' } },
  { name: CARD.name },
  'text',
  7,
  null
]
/** A word that is no status has a test of its own: our server never says one (traps.test). */
const ANSWERS = [
  AUTHENTICATED,
  VERIFIED_CARD,
  failed('refused'),
  { verificationStatus: 'pending', problem: 'untrusted', reference: 'R' },
  '<html></html>',
  null,
  {}
]
const HUSK = { loading: true, error: null, data: null }
const REFUSED = { loading: false, error: null, data: failed('refused') }
const WORDS = ['authenticated', 'verified', 'pending', 'failed']

/** The first request under way, if any, ends so. */
function end(form: FormClient, how: (id: string) => void): void {
  for (const id of [FETCH, 'mother.qr-check']) {
    try {
      how(id)
      return
    } catch (error) {
      if (!/no request under way|no field/.test(String(error))) throw error
    }
  }
}

const steps = fc.oneof(
  fc.nat(CARDS.length - 1).map((index): [string, Step] => [
    `scan ${index}`,
    (form) => {
      if (form.isVisible('mother.id-reader')) {
        form.change('mother.id-reader', { data: CARDS[index] })
      }
    }
  ]),
  fc
    .constantFrom('T1', 'T2')
    .map((ticket): [string, Step] => [
      `return with ${ticket}`,
      (form) => form.load({ 'ticket-mother': ticket })
    ]),
  fc
    .constantFrom('cancelled', 'refused', 'x')
    .map((word): [string, Step] => [
      `return with problem ${word}`,
      (form) => form.load({ 'problem-mother': word })
    ]),
  fc
    .nat(ANSWERS.length - 1)
    .map((index): [string, Step] => [
      `answer ${index}`,
      (form) => end(form, (id) => form.answer(id, ANSWERS[index]))
    ]),
  fc
    .constantFrom(500, undefined)
    .map((status): [string, Step] => [
      `fail ${status}`,
      (form) => end(form, (id) => form.fail(id, status))
    ]),
  fc
    .boolean()
    .map((online): [string, Step] => [
      online ? 'online' : 'offline',
      (form) => form.goOnline(online)
    ]),
  fc.constant<[string, Step]>(['load', (form) => form.load()]),
  fc.constant<[string, Step]>([
    'revoke',
    (form) => {
      if (form.values['mother.verified']) form.revoke('mother.verified')
    }
  ]),
  fc
    .constantFrom('known', 'unknown')
    .map((word): [string, Step] => [
      `section ${word}`,
      (form) => form.change('mother.note', word)
    ])
)

/** OpenCRVS 1.9 remembers a scan that a sign-in hid, and shows it again (docs/form-fields.md). */
function signedInAfterScan(taken: ReadonlyArray<[string, Step]>): boolean {
  const names = taken.map(([name]) => name)
  const scan = names.findIndex((name) => name.startsWith('scan'))
  return (
    scan >= 0 && names.slice(scan).some((name) => name.startsWith('return'))
  )
}

const show = {
  $id: 'https://country.example/any-order',
  type: 'object',
  properties: {
    $form: {
      type: 'object',
      properties: { 'mother.note': { not: { const: 'unknown' } } }
    }
  }
}

describe.each(['1.9', '2'] as const)('on OpenCRVS %s', (version) => {
  it('whatever happens in whatever order, the page holds and nothing is forged', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(METHODS)),
        fc.array(steps, { maxLength: 12 }),
        (methods, taken) => {
          const form = openForm({ version, methods: METHODS[methods]!, show })
          let proofs = 0
          for (const [name, step] of taken) {
            step(form)
            if (/^answer [01]$/.test(name)) proofs++
          }
          const declared = form.declaration()
          const status = declared['mother.verified']
          expect([undefined, ...WORDS]).toContain(status)
          // Nobody is proven before a server said so.
          if (proofs === 0) {
            expect(['authenticated', 'verified']).not.toContain(status)
          }
          expect(form.blocking()).toEqual([])
        }
      ),
      { numRuns: 40 }
    )
  })

  it('taking a status back always leads to a form that asks nobody and holds nothing', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 8 }), (taken) => {
        const form = openForm({ version })
        for (const [, step] of taken) step(form)
        if (!form.values['mother.verified']) return
        // A request that was under way may still end; the button is pressed after that.
        end(form, (id) => form.answer(id, failed('refused')))
        form.goOnline(true)
        if (!form.values['mother.verified']) return
        const sent = form.requests.length
        form.revoke('mother.verified')
        expect(form.requests).toHaveLength(sent)
        const { 'mother.note': _typed, ...left } = form.declaration()
        if (version === '1.9' && signedInAfterScan(taken)) {
          // The scan may be back, as what it is: a scan, without any status.
          expect(left['mother.verified']).toBeUndefined()
          return
        }
        // 1.9 keeps what became of a request, and that is nothing about the person.
        if (version === '1.9') {
          const { [FETCH]: kept = HUSK, ...rest } = left
          expect(rest).toEqual({})
          expect([HUSK, REFUSED]).toContainEqual(kept)
        } else {
          expect(left).toEqual({})
        }
        expect(form.isVisible('mother.id-reader')).toBe(true)
      }),
      { numRuns: 40 }
    )
  })
})
