import type { AttributeOptions } from '../../src/config/options'
import { resolveAttributes } from '../../src/config/attributes'
import { signedUserInfoOf } from '../../src/config/signed-user-info-of'
import { subjectOf } from '../../src/config/subject-of'
import {
  changedAttributes,
  identifierOf,
  relativesOf,
  toPerson,
  type Proven
} from '../../src/config/mapping'

function birth(attributes: AttributeOptions = {}) {
  return {
    subject: 'child',
    attributes: resolveAttributes('child', attributes),
    identifierField: 'child.nid'
  }
}

const DECLARATION = {
  'child.name': { firstname: ' Juno ', middlename: '', surname: 'Exampleson' },
  'child.dob': '2026-11-03',
  'child.gender': 'female',
  'child.weightAtBirth': 3.2,
  'mother.name': { firstname: 'Mira', surname: 'Exampleson' },
  'mother.dob': '1994-03-12'
}

describe('toPerson', () => {
  test('gives what evidence has proven, and nothing without', () => {
    const event = birth({
      more: {
        introducer: { from: subjectOf('mother'), purpose: 'p' },
        introducerInfoToken: { from: signedUserInfoOf('mother'), purpose: 'p' }
      }
    })
    function sent(proven?: Proven) {
      return toPerson(event, {}, 'child', proven).attributes
    }
    const subjects = { mother: 'pairwise-7f2c' }
    const userInfos = { mother: 'ey.user.info' }
    expect(sent({ subjects })).toEqual({ introducer: 'pairwise-7f2c' })
    expect(sent({ userInfos })).toEqual({ introducerInfoToken: 'ey.user.info' })
    expect(sent({ subjects: { father: 'x' }, userInfos: {} })).toEqual({})
    expect(sent()).toEqual({})
    const inherited = { ...event, attributes: { ...event.attributes } }
    inherited.attributes.more = {
      x: { from: [subjectOf('constructor')], purpose: 'p' },
      y: { from: [signedUserInfoOf('toString')], purpose: 'p' }
    }
    expect(
      toPerson(inherited, {}, 'child', { subjects, userInfos }).attributes
    ).toEqual({})
  })

  test('sends name, date of birth and sex of the standard form, trimmed, and nothing else', () => {
    expect(toPerson(birth(), DECLARATION)).toEqual({
      name: { firstname: 'Juno', surname: 'Exampleson' },
      dateOfBirth: '2026-11-03',
      sex: 'female',
      attributes: {}
    })
  })

  test('finds the other people of the standard form in their own fields', () => {
    const mother = {
      name: { firstname: 'Mira', surname: 'Exampleson' },
      dateOfBirth: '1994-03-12',
      attributes: {}
    }
    const event = birth({
      more: { weight: { from: 'child.weightAtBirth', purpose: 'p' } },
      sex: 'child.sex'
    })
    expect(toPerson(event, DECLARATION, 'mother')).toEqual(mother)
    expect(toPerson({ ...event, subject: 'mother' }, DECLARATION)).toEqual(
      mother
    )
  })

  test('finds names that a form keeps in fields of their own', () => {
    const declaration = {
      'child.firstNames': 'Juno',
      'child.familyName': 'Exampleson'
    }
    expect(toPerson(birth(), declaration).name).toEqual({
      firstname: 'Juno',
      surname: 'Exampleson'
    })
  })

  test('leaves out what is empty, null, of the wrong kind or no date', () => {
    const declaration = {
      'child.name': { firstname: null, middlename: 5, surname: ' ' },
      'child.dob': '2026-02-30',
      'child.gender': null
    }
    expect(toPerson(birth(), declaration)).toEqual({ attributes: {} })
  })

  test('makes no date of birth from an age', () => {
    const declaration = { 'child.dob': { age: 40, asOfDateRef: 'x' } }
    expect(toPerson(birth(), declaration)).toEqual({ attributes: {} })
  })

  test('takes each attribute from where the options say', () => {
    const event = birth({
      name: {
        firstname: ['c.names', 'list', '0'],
        surname: (declaration) => declaration['c.clan']
      },
      dateOfBirth: ['c.birth', 'on'],
      sex: 'c.sex',
      more: {
        weight: { from: 'c.weight', purpose: 'Statistics of newborns.' },
        place: {
          from: ['c.place', 'id'],
          purpose: 'The office that serves the family.'
        },
        absent: { from: 'c.absent', purpose: 'Shown as absent.' }
      }
    })
    const declaration = {
      'c.names': { list: ['Juno', 'Ana'] },
      'c.clan': 'Examples',
      'c.birth': { on: '2026-11-03' },
      'c.sex': 'female',
      'c.weight': 0,
      'c.place': { id: 'p1' },
      'c.absent': ''
    }
    expect(toPerson(event, declaration)).toEqual({
      name: { firstname: 'Juno', surname: 'Examples' },
      dateOfBirth: '2026-11-03',
      sex: 'female',
      attributes: { weight: 0, place: 'p1' }
    })
  })

  test.each([
    [
      'a text field',
      'c.name',
      { 'c.name': 'Juno Exampleson' },
      { firstname: 'Juno Exampleson' }
    ],
    [
      'a NAME field',
      'c.name',
      { 'c.name': { surname: 'E' } },
      { surname: 'E' }
    ],
    [
      'a part of a field',
      ['c', 'name'] as const,
      { c: { name: { firstname: 'J' } } },
      { firstname: 'J' }
    ]
  ])('takes the whole name from %s', (_, name, declaration, expected) => {
    expect(toPerson(birth({ name }), declaration).name).toEqual(expected)
  })

  test('takes the whole name from a function', () => {
    const event = birth({ name: () => ({ firstname: 'J', surname: 'E' }) })
    expect(toPerson(event, {}).name).toEqual({ firstname: 'J', surname: 'E' })
  })
})

test.each([
  [' 1000000017 ', '1000000017'],
  [1000000017, '1000000017'],
  ['', undefined],
  [null, undefined],
  [1e300, undefined],
  [{}, undefined]
])('the identifier in %p is %p', (value, expected) => {
  expect(identifierOf(birth(), { 'child.nid': value })).toBe(expected)
})

describe('relativesOf', () => {
  const event = {
    ...birth(),
    persons: [
      {
        person: 'mother',
        attributes: resolveAttributes('mother', {
          more: { origin: { from: 'mother.origin', purpose: 'p' } }
        }),
        identifierField: 'mother.number',
        statusField: 'mother.verified',
        evidenceField: 'mother.evidence',
        scanField: 'mother.scan'
      }
    ]
  }
  const declared = {
    ...DECLARATION,
    'mother.number': ' 70 ',
    'mother.origin': 'Ibombo',
    'father.nid': '71',
    'informant.name': { firstname: 'Ida' }
  }

  test('maps each role as the options have it, or as the standard forms do', () => {
    expect(relativesOf(event, declared, ['mother', 'father'])).toEqual({
      mother: {
        identifier: '70',
        person: {
          name: { firstname: 'Mira', surname: 'Exampleson' },
          dateOfBirth: '1994-03-12',
          attributes: { origin: 'Ibombo' }
        }
      },
      father: { identifier: '71', person: { attributes: {} } }
    })
  })

  test('tells of nobody who was not named, is not declared, or is the subject', () => {
    expect(relativesOf(event, declared, [])).toBeUndefined()
    expect(relativesOf(event, declared, ['spouse', 'child'])).toBeUndefined()
    const { informant, ...others } =
      relativesOf(event, declared, ['informant', 'spouse']) ?? {}
    expect(informant).toEqual({
      person: { name: { firstname: 'Ida' }, attributes: {} }
    })
    expect(others).toEqual({})
  })
})

describe('changedAttributes', () => {
  const event = birth({
    more: { weight: { from: 'child.weightAtBirth', purpose: 'p' } }
  })

  test('names the sent attributes whose fields the action changes', () => {
    expect(
      changedAttributes(event, [
        'child.name',
        'child.weightAtBirth',
        'mother.name'
      ])
    ).toEqual(['name', 'weight'])
    expect(
      changedAttributes(event, [
        'child.firstNames',
        'child.dob',
        'child.gender'
      ])
    ).toEqual(['name', 'dateOfBirth', 'sex'])
  })

  test('names none when nothing that is sent changes', () => {
    expect(changedAttributes(event, ['mother.name', 'child.nid'])).toEqual([])
    expect(changedAttributes(event, [])).toEqual([])
  })

  test('sees which fields a function reads', () => {
    const reading = birth({ sex: (declaration) => declaration['child.sex'] })
    expect(changedAttributes(reading, ['child.sex'], {})).toEqual(['sex'])
    expect(changedAttributes(reading, ['mother.dob'], {})).toEqual([])
    expect(changedAttributes(reading, ['mother.dob'])).toEqual(['sex'])
  })

  test('counts a function that reads the whole declaration as changed by anything', () => {
    const reading = birth({
      sex: (declaration) => Object.keys(declaration).length
    })
    expect(changedAttributes(reading, ['mother.dob'], DECLARATION)).toEqual([
      'sex'
    ])
  })
})

test('what stands behind evidence is in no field, so no action changes it', () => {
  const event = birth({
    more: {
      introducer: { from: subjectOf('mother'), purpose: 'p' },
      introducerInfoToken: { from: signedUserInfoOf('mother'), purpose: 'p' }
    }
  })
  expect(changedAttributes(event, ['mother.nid'], DECLARATION)).toEqual([])
})
