import { generateKeyPairSync } from 'node:crypto'
import { createVerifiedTokens } from '../../src/opencrvs/verified-tokens'
import { heldClock, NOW } from './issued-tokens'

const ours = newKey()
const theirs = newKey()

function newKey() {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return publicKey
}

function claims(expiresAt = NOW + 7 * 24 * 60 * 60 * 1000) {
  return { sub: 'user', scopes: ['record.register'], expiresAt }
}

describe('tokens that were checked a moment ago', () => {
  it('count for a minute, and no longer', () => {
    const clock = heldClock()
    const tokens = createVerifiedTokens(clock)
    tokens.add('a', ours, claims())
    expect(tokens.find('a', ours)).toEqual(claims())
    clock.advance(59_999)
    expect(tokens.find('a', ours)).toEqual(claims())
    clock.advance(1)
    expect(tokens.find('a', ours)).toBeUndefined()
  })

  it('do not count beyond their own end', () => {
    const clock = heldClock()
    const tokens = createVerifiedTokens(clock)
    tokens.add('a', ours, claims(NOW + 1_000))
    clock.advance(1_000)
    expect(tokens.find('a', ours)).toBeUndefined()
  })

  it('do not count once the key is another', () => {
    const tokens = createVerifiedTokens(heldClock())
    tokens.add('a', ours, claims())
    expect(tokens.find('a', theirs)).toBeUndefined()
    expect(tokens.find('a', ours)).toBeUndefined()
  })

  it('are told one from another', () => {
    const tokens = createVerifiedTokens(heldClock())
    tokens.add('a', ours, claims())
    expect(tokens.find('b', ours)).toBeUndefined()
  })

  it('cannot be given more rights by whoever is told of them', () => {
    const tokens = createVerifiedTokens(heldClock())
    const given = claims()
    tokens.add('a', ours, given)
    given.scopes.push('everything')
    tokens.find('a', ours)?.scopes.push('everything')
    expect(tokens.find('a', ours)).toEqual(claims())
  })

  it('are forgotten from the oldest when there are many', () => {
    const tokens = createVerifiedTokens(heldClock())
    for (let count = 0; count <= 1_000; count += 1)
      tokens.add(String(count), ours, claims())
    expect(tokens.find('0', ours)).toBeUndefined()
    expect(tokens.find('1', ours)).toEqual(claims())
    expect(tokens.find('1000', ours)).toEqual(claims())
  })
})
