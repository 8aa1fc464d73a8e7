import {
  identityFields,
  qrCode,
  signIn
} from 'opencrvs-national-id/form-fields'
import { condition, isEqualTo } from '../../src/form-fields/conditions'
import { allows, asList, type AnyField, type Values } from './form-evaluator'
import { FETCH, label, QR_CODE, SIGN_IN } from './mother-form'

const mother = identityFields('mother', {
  event: 'birth',
  methods: [SIGN_IN, QR_CODE]
})
const mother19 = identityFields('mother', {
  event: 'birth',
  version: '1.9',
  methods: [SIGN_IN, QR_CODE]
})

const dob = { id: 'mother.dob', type: 'DATE' as const, label }

function ids(references: unknown): string[] {
  return asList(references as { $$field: string }[]).map(
    ({ $$field }) => $$field
  )
}

function enabled(field: object, values: Values): boolean {
  return allows(field as AnyField, 'ENABLE', values, true)
}

describe('a field that is filled', () => {
  const filled: AnyField = mother.fill('dateOfBirth', dob)

  it('listens to everything that can fill it, without subfields', () => {
    expect(filled.parent).toEqual([
      { $$field: FETCH, $$subfield: [] },
      { $$field: 'mother.qr-check', $$subfield: [] },
      { $$field: 'mother.id-reader', $$subfield: [] }
    ])
  })

  it('takes the best proof first, and from the card what the country says', () => {
    expect(filled.value).toEqual([
      { $$field: FETCH, $$subfield: ['data', 'attributes', 'dateOfBirth'] },
      {
        $$field: 'mother.qr-check',
        $$subfield: ['data', 'attributes', 'dateOfBirth']
      },
      {
        $$field: 'mother.id-reader',
        $$subfield: ['data', 'person', 'birthDate']
      }
    ])
  })

  it('takes nothing from a card that does not say where', () => {
    const sex = { ...dob, id: 'mother.sex' }
    const plain: AnyField = mother.fill('sex', sex)
    expect(ids(plain.value)).toEqual([FETCH, 'mother.qr-check'])
    const read: AnyField = mother.fill('sex', sex, {
      from: ['gender']
    })
    expect(read.value).toContainEqual({
      $$field: 'mother.id-reader',
      $$subfield: ['data', 'gender']
    })
  })

  it('is locked by captured details and open otherwise', () => {
    for (const status of ['authenticated', 'verified', 'pending']) {
      expect(enabled(filled, { 'mother.verified': status })).toBe(false)
    }
    expect(enabled(filled, { 'mother.verified': 'failed' })).toBe(true)
    expect(enabled(filled, {})).toBe(true)
  })

  it('is locked by proven details alone when the country wants that', () => {
    const field = mother.fill('sex', dob, { lockWhen: 'proven' })
    expect(enabled(field, { 'mother.verified': 'pending' })).toBe(true)
    expect(enabled(field, { 'mother.verified': 'verified' })).toBe(false)
  })

  it('is not locked when the country does not want that', () => {
    const field = mother.fill('sex', dob, { lock: 'none' })
    expect(enabled(field, { 'mother.verified': 'authenticated' })).toBe(true)
    expect(field).not.toHaveProperty('conditionals')
  })

  it('is taken away when the country wants that', () => {
    const field: AnyField = mother.fill('idType', dob, {
      lock: 'hide'
    })
    const shown = (status?: string) =>
      allows(field, 'SHOW', { 'mother.verified': status }, true)
    expect(shown('authenticated')).toBe(false)
    expect(shown('failed')).toBe(true)
    expect(shown()).toBe(true)
  })

  it('is an identifier only when it is one', () => {
    expect(mother.fill('identifier', dob)).toHaveProperty('secured', true)
    expect(mother.fill('name', dob)).not.toHaveProperty('secured')
    const open = { ...dob, secured: false }
    expect(mother.fill('identifier', open).secured).toBe(true)
  })

  it('does not change the field that it was given', () => {
    const given = Object.freeze({ ...dob, conditionals: Object.freeze([]) })
    mother.fill('name', given)
    expect(given).toEqual({ ...dob, conditionals: [] })
  })
})

describe('what a field has of its own', () => {
  const own = {
    ...dob,
    required: { message: label },
    validation: [{ validator: condition({ type: 'object' }), message: label }],
    parent: { $$field: 'mother.known', $$subfield: [] },
    value: [{ $$field: 'mother.other', $$subfield: ['x'] }],
    conditionals: [
      { type: 'SHOW' as const, conditional: isEqualTo('a', 'x') },
      { type: 'ENABLE' as const, conditional: isEqualTo('b', 'y') },
      { type: 'ENABLE' as const, conditional: isEqualTo('c', 'z') }
    ]
  }
  const filled = mother.fill('dateOfBirth', own)

  it('stays: label, requirement, validation and other conditionals', () => {
    const { required, validation, type, id } = filled
    expect({ required, validation, type, id }).toEqual({
      required: own.required,
      validation: own.validation,
      type: 'DATE',
      id: 'mother.dob'
    })
    expect(filled.conditionals).toContainEqual(own.conditionals[0])
  })

  it('stays among parents and values, after ours', () => {
    expect(ids(filled.parent).at(-1)).toBe('mother.known')
    expect(ids(filled.value).at(-1)).toBe('mother.other')
  })

  it('is one of its own entries OR another, AND ours', () => {
    expect(enabled(filled, { b: 'y' })).toBe(true)
    expect(enabled(filled, { c: 'z' })).toBe(true)
    expect(enabled(filled, {})).toBe(false)
    const status = { 'mother.verified': 'authenticated' }
    expect(enabled(filled, { b: 'y', c: 'z', ...status })).toBe(false)
  })
})

test('on OpenCRVS 1.9 nothing listens to a check that does not exist', () => {
  const filled = mother19.fill('dateOfBirth', dob) as unknown as AnyField
  expect(ids(filled.parent)).toEqual([FETCH, 'mother.id-reader'])
  expect(ids(filled.value)).toEqual([FETCH, 'mother.id-reader'])
})

test('with no method a field is only locked', () => {
  const { fill } = identityFields('child', { event: 'birth' })
  const filled = fill('name', { ...dob, id: 'child.name' })
  expect(filled).not.toHaveProperty('parent')
  expect(filled).not.toHaveProperty('value')
  expect(enabled(filled, { 'child.verified': 'verified' })).toBe(false)
})

describe('what cannot be filled is refused', () => {
  it.each([
    ['PARAGRAPH', /holds no value/],
    ['LOADER', /holds no value/],
    ['DIVIDER', /holds no value/]
  ] as const)('a field of type %s', (type, message) => {
    expect(() => mother.fill('name', { ...dob, type })).toThrow(message)
  })

  it('one of the identity fields themselves', () => {
    const id = mother.ids.status
    expect(() => mother.fill('name', { ...dob, id })).toThrow(
      'one of the identity fields'
    )
  })

  it.each(['', 'a.b', 'constructor', 'toString', '__proto__'])(
    'an attribute called "%s"',
    (attribute) => {
      expect(() => mother.fill(attribute, dob)).toThrow(
        expect.objectContaining({ code: 'ERR_FORM_FIELDS' })
      )
    }
  )

  // The server's attributes stand one level deeper than a text answer reaches.
  it('but not an attribute called sub', () => {
    const filled: AnyField = mother.fill('sub', dob)
    expect(filled.value).toContainEqual({
      $$field: FETCH,
      $$subfield: ['data', 'attributes', 'sub']
    })
  })

  it.each([[[]], [['']], [['a.b']], [['sub']], [['data', 'length']]])(
    'a place in the card like %j',
    (from) => {
      expect(() => mother.fill('name', dob, { from })).toThrow(
        expect.objectContaining({ code: 'ERR_FORM_FIELDS' })
      )
    }
  )

  it('a field to be hidden on OpenCRVS 1.9', () => {
    expect(() => mother19.fill('name', dob, { lock: 'hide' })).toThrow(
      "Use lock: 'disable'"
    )
  })
})

test('a card is read where the country says, also without a check', () => {
  const { fill } = identityFields('mother', {
    event: 'birth',
    methods: [
      signIn({
        startUrl: 'https://a.example/start',
        redeemUrl: '/redeem'
      }),
      qrCode({ read: { sex: ['sex'] } })
    ]
  })
  expect(ids((fill('sex', dob) as unknown as AnyField).value)).toEqual([
    FETCH,
    'mother.id-reader'
  ])
})
