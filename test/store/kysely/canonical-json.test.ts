import fc from '../../fast-check'
import type { JsonValue } from '../../../src/domain/json'
import { canonicalJson } from '../../../src/store/kysely/canonical-json'

describe('canonical JSON', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe(
      '{"a":"x","b":[{"c":null,"d":1}]}'
    )
  })

  it('says the same as the value it was made from', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value)
        const plain = JSON.parse(text) as JsonValue
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain)
      })
    )
  })
})
