import fc from '../../fast-check'
import type { JsonObject } from '../../../src/domain/json'
import {
  identityOf,
  type CheckedClaimMapping
} from '../../../src/authentication/claims/identity'
import type { ClaimMapping } from '../../../src/authentication/openid'
import { withDefaults } from '../../../src/authentication/openid/option-issues'

/** A mapping with its defaults, as a country's options give it. */
function checked(mapping: ClaimMapping): CheckedClaimMapping {
  const options = withDefaults({
    issuer: 'https://login.example.org',
    clientId: 'civil-registry',
    clientAuthentication: 'client_secret_basic',
    clientSecret: 'x',
    mapping
  })
  return options.mapping as CheckedClaimMapping
}

function map(
  claims: JsonObject,
  mapping: ClaimMapping = {},
  languages: readonly string[] = []
) {
  return identityOf(claims, checked(mapping), languages)
}

test.each<[string, JsonObject, ClaimMapping, string[], object | undefined]>([
  [
    'parts',
    { given_name: 'Amina', middle_name: 'Rose', family_name: 'Sample' },
    {},
    [],
    { firstname: 'Amina', middlename: 'Rose', surname: 'Sample' }
  ],
  [
    'parts, not the whole beside them',
    { name: 'A. Sample', given_name: 'Amina', family_name: 'Sample' },
    {},
    [],
    { firstname: 'Amina', surname: 'Sample' }
  ],
  [
    'one string with all its middle names',
    { name: ' Amina  Rose\tMaria Sample ' },
    {},
    [],
    { firstname: 'Amina', middlename: 'Rose Maria', surname: 'Sample' }
  ],
  [
    'one string of two words',
    { name: 'Amina Sample' },
    {},
    [],
    {
      firstname: 'Amina',
      surname: 'Sample'
    }
  ],
  ['a single name', { name: 'Amina' }, {}, [], { firstname: 'Amina' }],
  [
    'one string, family name first',
    { name: 'Sample Amina Rose' },
    { nameOrder: 'familyNameFirst' },
    [],
    { firstname: 'Amina', middlename: 'Rose', surname: 'Sample' }
  ],
  [
    'one string that is not split',
    { name: 'Amina Rose Sample' },
    { nameOrder: 'unsplit' },
    [],
    { firstname: 'Amina Rose Sample' }
  ],
  [
    'the form in the language that is liked best',
    { 'name#en': 'Amina Sample', 'name#fr': 'Amine Exemple', name: 'x' },
    {},
    ['fr', 'en'],
    { firstname: 'Amine', surname: 'Exemple' }
  ],
  [
    'a form of a region of that language',
    { 'name#en': 'Amina Sample', 'name#fr-CA': 'Amine Exemple' },
    {},
    ['FR'],
    { firstname: 'Amine', surname: 'Exemple' }
  ],
  [
    'the form without a language before one in another language',
    { 'name#km': 'អាមីណា', name: 'Amina Sample' },
    {},
    ['fr'],
    { firstname: 'Amina', surname: 'Sample' }
  ],
  [
    'any form, where there is no other',
    { 'name#en': 'Amina' },
    {},
    ['fr'],
    {
      firstname: 'Amina'
    }
  ],
  [
    'the next language where the best one is empty',
    { 'name#fr': ' ', 'name#en': 'Amina' },
    {},
    ['fr', 'en'],
    { firstname: 'Amina' }
  ],
  [
    'claims of another name',
    { first: 'Amina', last: { value: 'Sample' } },
    { name: { firstname: 'first', surname: ['last', 'value'] } },
    [],
    { firstname: 'Amina', surname: 'Sample' }
  ],
  [
    'a middle name alone',
    { middle_name: 'Rose' },
    {},
    [],
    { middlename: 'Rose' }
  ],
  ['nothing that is no text', { name: { first: 'Amina' } }, {}, [], undefined],
  [
    'nothing where all is empty',
    { name: '', given_name: null },
    {},
    [],
    undefined
  ]
])('a name is read from %s', (_, claims, mapping, languages, name) => {
  expect(map(claims, mapping, languages).name).toEqual(name)
})

test.each([
  ['1994-05-17', '1994-05-17'],
  ['1994/05/17', '1994-05-17'],
  [' 1994/05/17 ', '1994-05-17'],
  ['1994/02/30', undefined],
  ['1994/5/7', undefined],
  ['0000-05-17', undefined],
  ['1994', undefined],
  ['17/05/1994', undefined],
  ['1994-05-17T00:00:00Z', undefined],
  [19940517, undefined],
  [null, undefined]
])('a date of birth %p is read as %p', (birthdate, date) => {
  expect(map({ birthdate }).dateOfBirth).toBe(date)
})

test('dates are read as the country says', () => {
  const mapping = { dateFormats: ['dd.MM.yyyy'] }
  expect(map({ birthdate: '17.05.1994' }, mapping).dateOfBirth).toBe(
    '1994-05-17'
  )
  expect(map({ birthdate: '1994-05-17' }, mapping)).not.toHaveProperty(
    'dateOfBirth'
  )
})

test.each([
  ['male', 'male'],
  ['Male', 'male'],
  ['MLE', 'male'],
  ['F', 'female'],
  ['Femme', 'female'],
  ['Others', 'unknown'],
  ['ស្រី', 'female'],
  ['none of these', undefined],
  [1, undefined]
])('a gender %p is read as %p', (gender, sex) => {
  const mapping = { sexWords: { ស្រី: 'female' } }
  expect(map({ gender }, mapping).sex).toBe(sex)
})

test('a word of the country goes before the usual one', () => {
  const mapping = { sexWords: { M: 'female' } }
  expect(map({ gender: 'm' }, mapping).sex).toBe('female')
})

test('an identifier is taken only where the country names its claim', () => {
  const claims = { individual_id: 8267411571 }
  expect(map(claims)).not.toHaveProperty('identifier')
  expect(map(claims, { identifier: 'individual_id' }).identifier).toBe(
    '8267411571'
  )
})

test('further attributes are taken from where they are, in the language that is liked best', () => {
  const claims = {
    email: 'amina@example.org',
    'address#en': { 'locality#en': 'Ibombo', region: 'Central' },
    'address#fr': { 'locality#fr': 'Ibombe', 'region#fr': 'Centre' },
    phone_number: ''
  }
  const attributes = {
    city: ['address', 'locality'],
    region: ['address', 'region'],
    address: 'address',
    phone: 'phone_number',
    deep: ['email', 'at', 'nothing']
  } as const
  expect(map(claims, { attributes }, ['fr']).attributes).toEqual({
    city: 'Ibombe',
    region: 'Centre',
    address: claims['address#fr']
  })
})

test('nothing is taken that no mapping names', () => {
  const claims = { sub: 'x', email: 'amina@example.org', picture: 'data:' }
  expect(map(claims)).toEqual({ attributes: {} })
})

test('no claims whatever make the mapping throw, or give a word that forms do not know', () => {
  const names = [
    'name',
    'given_name',
    'birthdate',
    'gender',
    'individual_id',
    'address',
    'name#fr',
    '__proto__',
    'constructor'
  ]
  const claims = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.string()),
    fc.jsonValue()
  )
  const mapping = checked({
    identifier: 'individual_id',
    attributes: { city: ['address', 'locality'], odd: ['constructor', 'name'] }
  })
  fc.assert(
    fc.property(claims, fc.array(fc.string()), (given, languages) => {
      const data = identityOf(given as JsonObject, mapping, languages)
      expect(['male', 'female', 'unknown', undefined]).toContain(data.sex)
      expect(data.dateOfBirth ?? '2000-01-01').toMatch(/^\d{4}-\d{2}-\d{2}$/)
      for (const part of Object.values(data.name ?? {})) {
        expect(part.trim()).toBe(part)
        expect(part).not.toBe('')
      }
    })
  )
})
