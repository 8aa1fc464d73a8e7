import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  and,
  condition,
  hasText,
  isEqualTo,
  isFalsy,
  isNull,
  isObject,
  isOneOf,
  isOnline,
  isWithoutError,
  never,
  not,
  or,
  type Condition
} from '../../src/form-fields/conditions'
import { holds } from './form-evaluator'

type Golden = { expr: string; json?: object | string }

function golden(version: string): Golden[] {
  const file = `../fixtures/forms/conditionals-golden-${version}.json`
  return JSON.parse(readFileSync(join(__dirname, file), 'utf8'))
}

const v = (word: string) => isEqualTo('v', word)

/** What the toolkit writes, and what we write for it. */
const SAME: Record<string, Condition> = {
  "field('applicant.name').isEqualTo('John')": isEqualTo(
    'applicant.name',
    'John'
  ),
  "field('a.fetch').get('data.status').isEqualTo('ok')": isEqualTo(
    'a.fetch',
    'ok',
    ['data', 'status']
  ),
  "field('a.fetch').getByPath(['data', 'x.y']).isEqualTo('ok')": isEqualTo(
    'a.fetch',
    'ok',
    ['data', 'x.y']
  ),
  "field('a.verified').isFalsy()": isFalsy('a.verified'),
  "field('a.fetch').get('loading').isFalsy()": isFalsy('a.fetch', 'loading'),
  "field('a.fetch').get('data').isFalsy()": isFalsy('a.fetch', 'data'),
  "field('a.verified').inArray(['verified', 'authenticated'])": isOneOf(
    'a.verified',
    ['verified', 'authenticated']
  ),
  "not(field('a').isEqualTo('x'))": not(isEqualTo('a', 'x')),
  "not(field('a.fetch').get('loading').isFalsy())": not(
    isFalsy('a.fetch', 'loading')
  ),
  "and(field('a').isEqualTo('x'), field('b').isEqualTo('y'))": and(
    isEqualTo('a', 'x'),
    isEqualTo('b', 'y')
  ),
  "and(field('a').isEqualTo('x'))": and(isEqualTo('a', 'x')),
  "or(field('a').isEqualTo('x'), field('b').isEqualTo('y'))": or(
    isEqualTo('a', 'x'),
    isEqualTo('b', 'y')
  ),
  'never()': never(),
  'not(never())': not(never()),
  "and(field('a').isEqualTo('x'), never())": and(isEqualTo('a', 'x'), never()),
  'user.isOnline()': isOnline(),
  'not(user.isOnline())': not(isOnline()),
  "and(user.isOnline(), field('v').isFalsy())": and(isOnline(), isFalsy('v')),
  "and(or(field('a').isEqualTo('x'), field('b').isEqualTo('y')), not(field('c').isFalsy()))":
    and(or(isEqualTo('a', 'x'), isEqualTo('b', 'y')), not(isFalsy('c'))),
  "and(field('a').isEqualTo('x'), field('f').get('loading').isFalsy(), not(or(field('v').isEqualTo('pending'), field('v').isEqualTo('verified'), field('v').isEqualTo('authenticated'), field('v').isEqualTo('failed'))))":
    and(
      isEqualTo('a', 'x'),
      isFalsy('f', 'loading'),
      not(or(v('pending'), v('verified'), v('authenticated'), v('failed')))
    )
}

describe.each(['1.9.15', '2.0.0'])('beside the toolkit %s', (version) => {
  const all = golden(version)

  it.each(Object.entries(SAME))(
    'is the same to the letter: %s',
    (expr, ours) => {
      const theirs = all.find((each) => each.expr === expr)?.json
      expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs))
    }
  )

  it('gives every conditional of theirs the id that they give it', () => {
    const withIds = all.flatMap(({ expr, json }) =>
      typeof json === 'object' && '$id' in json ? [{ expr, json }] : []
    )
    // Those hold an undefined that JSON cannot carry (forms FACTS 2.1).
    const comparable = withIds.filter(
      ({ expr }) => !/days\(30\)\.(inPast|inFuture|fromNow)/.test(expr)
    )
    for (const { json } of comparable) {
      expect(condition(json)).toEqual(json)
    }
    expect(comparable.length).toBeGreaterThan(50)
  })
})

test('drops ids inside, also of conditionals that others made', () => {
  const inner = { $id: 'x', type: 'object' }
  const made: unknown = condition({ anyOf: [inner, inner], not: { ...inner } })
  expect(made).toEqual({
    $id: expect.any(String),
    anyOf: [{ type: 'object' }, { type: 'object' }],
    not: { type: 'object' }
  })
})

describe('conditionals that the toolkit has not', () => {
  const at = (value: unknown) => ({ f: { data: { key: value } } })

  it('hasText() holds for a text and for nothing else', () => {
    const text = hasText('f', ['data', 'key'])
    expect(holds(text, at('x'))).toBe(true)
    for (const value of ['', null, undefined, 7, true, {}, ['x']]) {
      expect(holds(text, at(value))).toBe(false)
    }
    for (const f of [undefined, null, 'text', 7, [], { data: null }]) {
      expect(holds(text, { f })).toBe(false)
    }
    expect(holds(text, { f: { data: 'text' } })).toBe(false)
  })

  it('isNull() tells emptied from never set', () => {
    expect(holds(isNull('f'), { f: null })).toBe(true)
    expect(holds(isNull('f'), {})).toBe(false)
    expect(holds(isNull('f'), { f: undefined })).toBe(false)
    expect(holds(isNull('f'), { f: 'x' })).toBe(false)
  })

  it('isObject() holds for what a reader has read', () => {
    expect(holds(isObject('f'), { f: {} })).toBe(true)
    expect(holds(isObject('f'), { f: null })).toBe(false)
    expect(holds(isObject('f'), {})).toBe(false)
  })

  it('isWithoutError() holds for a call that is under way or was answered', () => {
    const sound = isWithoutError('f')
    expect(holds(sound, { f: { loading: true, error: null } })).toBe(true)
    expect(holds(sound, { f: { error: { message: 'x' } } })).toBe(false)
    expect(holds(sound, { f: null })).toBe(false)
    expect(holds(sound, {})).toBe(false)
  })
})
