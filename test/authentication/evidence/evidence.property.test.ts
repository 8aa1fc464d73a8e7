import fc from '../../fast-check'
import { comparableText } from '../../../src/authentication/evidence/comparable-text'
import type { EvidenceBook } from '../../../src/authentication/evidence-book'
import type { IdentityData } from '../../../src/domain/identity'
import { bookAt, contentOf, expectationOf, NOW } from './sample-evidence'

const text = fc.string({ unit: 'binary', maxLength: 40 })
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })

const data: fc.Arbitrary<IdentityData> = fc.record(
  {
    name: fc.record({ firstname: word, surname: word }),
    dateOfBirth: fc
      .date({
        min: new Date('1900-01-01'),
        max: new Date('2030-01-01'),
        noInvalidDate: true
      })
      .map((date) => date.toISOString().slice(0, 10)),
    identifier: fc.stringMatching(/^[0-9]{4,12}$/),
    attributes: fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), {
      maxKeys: 4
    })
  },
  { requiredKeys: ['name', 'dateOfBirth', 'attributes'] }
) as fc.Arbitrary<IdentityData>

let book: EvidenceBook
beforeAll(async () => {
  book = await bookAt()
})

describe('comparable text', () => {
  it('does not change when it is made twice, for every character', () => {
    // Above are letters without case or composition.
    for (let code = 0; code < 0x20000; code++) {
      const once = comparableText(`a${String.fromCodePoint(code)}b`)
      if (comparableText(once) !== once)
        throw new Error(`U+${code.toString(16)} settles late`)
    }
  })

  it('does not change when it is made twice, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (original) => {
        const once = comparableText(original)
        expect(comparableText(once)).toBe(once)
      }),
      { numRuns: 3000 }
    )
  })
})

describe('evidence of any person', () => {
  it('is proven for the same person', () => {
    fc.assert(
      fc.property(data, (person) => {
        const evidence = book.sign(contentOf({ data: person }))
        const verdict = book.check(evidence, expectationOf({ data: person }))
        expect(verdict.proven).toBe(true)
      })
    )
  })

  it('does not count after any edit of one byte', () => {
    const evidence = book.sign(contentOf())
    const expected = expectationOf()
    expect(book.check(evidence, expected).proven).toBe(true)
    const edits = function* (): Generator<string> {
      for (let at = 0; at < evidence.length; at++) {
        const [before, after] = [evidence.slice(0, at), evidence.slice(at + 1)]
        const code = evidence.charCodeAt(at)
        // Its neighbours too: base64url's last character has bits to spare.
        const near = String.fromCharCode(code - 1, code + 1)
        for (const character of `${near}Ag0-_.=`)
          if (evidence[at] !== character) yield before + character + after
        yield before + after
        for (const character of 'A.= \n')
          yield before + character + evidence.slice(at)
      }
      for (const character of 'ABab01-_.= \n') yield evidence + character
    }
    const counted = [...edits()].filter(
      (text) => book.check(text, expected).proven
    )
    expect(counted).toEqual([])
  })

  it('does not count when its parts are mixed with those of other evidence', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        (id, choice) => {
          const mine = book.sign(contentOf({ id })).split('.')
          const other = book.sign(contentOf({ person: 'father' })).split('.')
          const mixed = mine.map((part, at) => (choice[at] ? part : other[at]))
          const { proven } = book.check(mixed.join('.'), expectationOf())
          expect(proven).toBe(choice[1] && choice[2])
        }
      )
    )
  })

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(text).map((parts) => parts.join('.'))
        ),
        (evidence) => {
          expect(book.check(evidence, expectationOf()).proven).toBe(false)
          expect(book.recognises(evidence)).toBe(false)
        }
      )
    )
  })

  it('never throws, whatever the declaration holds', () => {
    const evidence = book.sign(contentOf())
    fc.assert(
      fc.property(fc.anything(), (declared) => {
        const expected = expectationOf({ data: declared as IdentityData })
        expect(book.check(evidence, expected).proven).toBe(false)
      })
    )
  })

  it('keeps its time to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: NOW }), (at) => {
        const evidence = book.sign(contentOf({ at }))
        expect(book.check(evidence, expectationOf())).toMatchObject({ at })
      })
    )
  })

  it('has no digest and no subject twice', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const [, payload = ''] = book.sign(contentOf({ id })).split('.')
        const { digests, subject } = JSON.parse(
          Buffer.from(payload, 'base64url').toString('utf8')
        )
        for (const blob of [...Object.values<string>(digests), subject]) {
          expect(seen.has(blob)).toBe(false)
          seen.add(blob)
        }
      })
    )
  })

  it('keeps any subject sealed and gives it back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.uuid(), (subject, id) => {
        const evidence = book.sign(contentOf({ id, subject }))
        const expected = expectationOf({ withSubject: true })
        expect(book.check(evidence, expected)).toMatchObject({ subject })
      })
    )
  })
})
