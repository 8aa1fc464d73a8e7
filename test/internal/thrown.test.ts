import { kindAndPlace, placesOf } from '../../src/internal/thrown'

describe('what was thrown', () => {
  it('is told by kind and place, without its text', () => {
    const text = kindAndPlace(new TypeError('Amina Exampleson is unknown'))
    expect(text).toMatch(/^a TypeError at .*thrown\.test\.ts/)
    expect(text).not.toContain('Amina')
  })

  it('keeps a text out that has lines like places', () => {
    const error = new Error('no\n    at Amina Exampleson, 2026-01-01')
    expect(placesOf(error).join()).not.toContain('Amina')
    expect(placesOf(error).length).toBeGreaterThan(0)
  })

  it('may be no error at all', () => {
    expect(kindAndPlace('Amina')).toBe('something that is no error')
  })
})
