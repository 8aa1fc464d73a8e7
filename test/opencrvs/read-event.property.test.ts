import * as fc from '../fast-check'
import { MalformedError, readEvent } from 'opencrvs-national-id/opencrvs'
import { fixtureNames, recordedEvent } from './recorded'

function readsOrRefuses(document: unknown): void {
  try {
    readEvent(document)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
  }
}

const word = fc.constantFrom('a', 'b', 'c', '__proto__', '')

/** Rows that name each other at random: real types and statuses, arbitrary values. */
const action = fc.record(
  {
    id: word,
    type: fc.constantFrom(
      'DECLARE',
      'REGISTER',
      'REQUEST_CORRECTION',
      'APPROVE_CORRECTION',
      'REJECT_CORRECTION',
      'CUSTOM'
    ),
    status: fc.constantFrom('Requested', 'Accepted', 'Rejected'),
    originalActionId: word,
    requestId: word,
    declaration: fc.dictionary(
      fc.oneof(word, fc.string()),
      fc.jsonValue({ maxDepth: 3 })
    )
  },
  { requiredKeys: ['id', 'type', 'status'] }
)

const document = fc.record({
  id: fc.constant('event'),
  type: fc.constant('birth'),
  trackingId: fc.constant('ABC123'),
  actions: fc.array(action, { maxLength: 8 })
})

describe('reading anything at all', () => {
  it('throws nothing but MalformedError on arbitrary JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), readsOrRefuses), { numRuns: 300 })
  })

  it('throws nothing but MalformedError on arbitrary histories', () => {
    fc.assert(fc.property(document, readsOrRefuses), { numRuns: 500 })
  })

  it('throws nothing but MalformedError when a recorded trigger is damaged', () => {
    const names = fixtureNames(/^trigger-.*(?<!\.headers)\.json$/)
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.constantFrom('id', 'type', 'status', 'declaration', 'requestId'),
        fc.jsonValue(),
        (name, at, key, value) => {
          const event = recordedEvent(name)
          const damaged = event.actions[at % event.actions.length]
          if (damaged !== undefined) Object.assign(damaged, { [key]: value })
          readsOrRefuses(event)
        }
      ),
      { numRuns: 300 }
    )
  })

  it('gives a declaration in which no field is null', () => {
    let read = 0
    fc.assert(
      fc.property(document, (event) => {
        try {
          const { declaration } = readEvent(event)
          read += 1
          expect(Object.values(declaration)).not.toContain(null)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError)
        }
      }),
      { numRuns: 500 }
    )
    expect(read).toBeGreaterThan(0)
  })

  it('leaves the document as it was', () => {
    const event = recordedEvent('trigger-birth-APPROVE_CORRECTION.json')
    const before = structuredClone(event)
    readEvent(event)
    expect(event).toEqual(before)
  })
})
