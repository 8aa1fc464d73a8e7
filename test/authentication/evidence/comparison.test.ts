import type { EvidenceBook } from '../../../src/authentication/evidence-book'
import type { IdentityData } from '../../../src/domain/identity'
import type { JsonValue } from '../../../src/domain/json'
import type { PersonName } from '../../../src/domain/person'
import {
  bookAt,
  contentOf,
  expectationOf,
  MARIA,
  mariaWith,
  summary
} from './sample-evidence'

let book: EvidenceBook
beforeAll(async () => {
  book = await bookAt()
})

/** Vouches for `vouched`, and compares with what the declaration has. */
function compared(vouched: IdentityData, declared: IdentityData): string {
  const evidence = book.sign(contentOf({ data: vouched }))
  return summary(book.check(evidence, expectationOf({ data: declared })))
}

function comparedNames(
  vouched: PersonName,
  declared: PersonName,
  nameAsOneText?: boolean
): string {
  const data = { ...MARIA, name: vouched }
  return compared(
    nameAsOneText === undefined ? data : { ...data, nameAsOneText },
    { ...MARIA, name: declared }
  )
}

const DIFFERS = 'attributesDiffer name'

describe('comparing names', () => {
  const maria = { firstname: 'María José', surname: "O'Connor Silva" }

  it.each<[string, PersonName]>([
    ['case', { firstname: 'MARÍA JOSÉ', surname: "O'CONNOR SILVA" }],
    [
      'composition of accents',
      { firstname: 'Mari\u0301a Jose\u0301', surname: "O'Connor Silva" }
    ],
    ['spaces', { firstname: ' María \u00a0José', surname: "O'Connor\tSilva " }],
    ['apostrophes', { firstname: 'María José', surname: 'O’Connor Silva' }],
    ['full width', { firstname: 'Ｍaría José', surname: 'O＇Connor Silva' }],
    [
      'invisible characters',
      {
        firstname: 'Ma\u200bría José',
        surname: "O'Con\u00adnor Silva\ufeff"
      }
    ],
    [
      'a middle name of its own',
      {
        firstname: 'María',
        middlename: 'José',
        surname: "O'Connor Silva"
      }
    ]
  ])('takes no notice of %s', (_, declared) => {
    expect(comparedNames(maria, declared)).toBe('proven')
  })

  it.each<[string, PersonName]>([
    ['another given name', { ...maria, firstname: 'Maria João' }],
    ['an accent', { ...maria, firstname: 'Maria José' }],
    ['one letter', { ...maria, surname: "O'Connor Silvia" }],
    ['a name taken away', { ...maria, firstname: 'María' }],
    ['a name added', { ...maria, middlename: 'Ana' }],
    ['another order', { ...maria, firstname: 'José María' }],
    ['names run together', { ...maria, firstname: 'Maríajosé' }],
    [
      'given name and surname swapped',
      {
        firstname: maria.surname,
        surname: maria.firstname
      }
    ],
    [
      'a name moved to the surname',
      {
        firstname: 'María',
        surname: "José O'Connor Silva"
      }
    ],
    ['no surname', { firstname: maria.firstname }],
    ['writing turned around', { ...maria, firstname: '\u202eMaría José' }]
  ])('notices %s', (_, declared) => {
    expect(comparedNames(maria, declared)).toBe(DIFFERS)
  })

  it('notices that the name was taken out of the declaration', () => {
    expect(compared(MARIA, mariaWith({ name: undefined }))).toBe(DIFFERS)
    expect(compared(MARIA, mariaWith({ name: {} }))).toBe(DIFFERS)
    const blank = { firstname: ' ', surname: '' }
    expect(compared(MARIA, mariaWith({ name: blank }))).toBe(DIFFERS)
  })

  it('takes hyphens of any kind for one, and not for a space', () => {
    const vouched = { firstname: 'Jean-Pierre', surname: 'Roy' }
    const dashed = { firstname: 'Jean\u2011Pierre', surname: 'Roy' }
    const spaced = { firstname: 'Jean Pierre', surname: 'Roy' }
    expect(comparedNames(vouched, dashed)).toBe('proven')
    expect(comparedNames(vouched, spaced)).toBe(DIFFERS)
  })

  it.each([
    ['İbrahim Işık', 'İBRAHİM IŞIK'],
    ['Strauß', 'STRAUSS'],
    ['Νίκος', 'ΝΊΚΟΣ'],
    ['রহমান', 'রহমান'],
    ['محمد', '\u200fمحمد']
  ])('knows %s in capitals as %s', (one, other) => {
    expect(
      comparedNames(
        { firstname: one, surname: 'X' },
        { firstname: other, surname: 'x' }
      )
    ).toBe('proven')
  })

  it('takes a name that came as one text in any parts, in its order', () => {
    const whole = { firstname: 'Ana Rita Costa Lopes' }
    const parts = [
      { firstname: 'Ana Rita', surname: 'Costa Lopes' },
      { firstname: 'Ana', middlename: 'Rita Costa', surname: 'Lopes' },
      { surname: 'ANA RITA COSTA LOPES' }
    ]
    for (const declared of parts)
      expect(comparedNames(whole, declared)).toBe('proven')
    const others = [
      { firstname: 'Costa Lopes', surname: 'Ana Rita' },
      { firstname: 'Ana', surname: 'Costa Lopes' },
      { firstname: 'Ana Rita', surname: 'Costa Lopes Reis' }
    ]
    for (const declared of others)
      expect(comparedNames(whole, declared)).toBe(DIFFERS)
  })

  it('takes another guess of where the surname begins, when it was a guess', () => {
    const guessed = { firstname: 'Ana Rita Costa', surname: 'Lopes' }
    const better = { firstname: 'Ana Rita', surname: 'Costa Lopes' }
    expect(comparedNames(guessed, better, true)).toBe('proven')
    expect(comparedNames(guessed, better, false)).toBe(DIFFERS)
    const swapped = { firstname: 'Lopes', surname: 'Ana Rita Costa' }
    expect(comparedNames(guessed, swapped, true)).toBe(DIFFERS)
  })
})

describe('comparing dates of birth', () => {
  it.each(['1990-04-07', '1990/04/07', '1990-4-7', ' 1990-04-07 '])(
    'takes %s for 7 April 1990',
    (dateOfBirth) => {
      expect(compared(MARIA, mariaWith({ dateOfBirth }))).toBe('proven')
      expect(compared(mariaWith({ dateOfBirth }), MARIA)).toBe('proven')
    }
  )

  it.each(['1990-07-04', '07-04-1990', '1990', 'unknown', '1990-04-071'])(
    'takes %s for another date',
    (dateOfBirth) => {
      const verdict = compared(MARIA, mariaWith({ dateOfBirth }))
      expect(verdict).toBe('attributesDiffer dateOfBirth')
    }
  )

  it('notices that it was taken out of the declaration', () => {
    const verdict = compared(MARIA, mariaWith({ dateOfBirth: undefined }))
    expect(verdict).toBe('attributesDiffer dateOfBirth')
  })
})

describe('comparing other attributes', () => {
  it.each([
    ['female', 'F'],
    ['FEMALE', '2'],
    ['male', 'M'],
    ['1', 'Male'],
    ['MLE', 'male'],
    ['Others', 'other'],
    ['unknown', '0']
  ])('takes %s and %s for the same sex', (sex, declared) => {
    const verdict = compared(mariaWith({ sex }), mariaWith({ sex: declared }))
    expect(verdict).toBe('proven')
  })

  it('notices another sex', () => {
    const verdict = compared(MARIA, mariaWith({ sex: 'male' }))
    expect(verdict).toBe('attributesDiffer sex')
  })

  it('compares identifiers without what stands between their groups', () => {
    const grouped = mariaWith({ identifier: '555 000-1112' })
    expect(compared(MARIA, grouped)).toBe('proven')
    const other = mariaWith({ identifier: '5550001113' })
    expect(compared(MARIA, other)).toBe('attributesDiffer identifier')
  })

  it('does not ask for a sex, identifier or further attribute that the declaration has not', () => {
    const { name, dateOfBirth } = MARIA
    const short = { name: name!, dateOfBirth: dateOfBirth!, attributes: {} }
    expect(compared(MARIA, short)).toBe('proven')
    expect(compared(MARIA, { ...short, sex: '', identifier: ' - ' })).toBe(
      'proven'
    )
  })

  it('does not compare what is not vouched for', () => {
    const { name, dateOfBirth } = MARIA
    const little = { name: name!, dateOfBirth: dateOfBirth!, attributes: {} }
    expect(compared(little, MARIA)).toBe('proven')
  })

  it.each<[JsonValue, JsonValue]>([
    ['Rua de São João', 'RUA DE  SÃO JOÃO'],
    [
      { city: 'Évora', lines: ['Rua A'] },
      { lines: ['RUA A'], city: 'ÉVORA' }
    ],
    [7, '7'],
    [true, 'true']
  ])('takes %j and %j for the same further attribute', (one, other) => {
    const vouched = mariaWith({ attributes: { place: one } })
    const declared = mariaWith({ attributes: { place: other } })
    expect(compared(vouched, declared)).toBe('proven')
  })

  it.each<JsonValue>([
    { city: 'Évora', lines: ['Rua B'] },
    { city: 'Évora' },
    'Évora',
    false
  ])('takes %j for another one', (other) => {
    const place = { city: 'Évora', lines: ['Rua A'] }
    const vouched = mariaWith({ attributes: { place } })
    const declared = mariaWith({ attributes: { place: other } })
    expect(compared(vouched, declared)).toBe('attributesDiffer place')
  })

  it('keeps a further attribute apart from one of ours of the same name', () => {
    const attributes = { identifier: '777' }
    const vouched = mariaWith({ identifier: undefined, attributes })
    const declared = mariaWith({ identifier: '888', attributes })
    expect(compared(vouched, declared)).toBe('proven')
  })

  it.each(['home.phone', 'attributes.phone', 'name', '__proto__'])(
    'compares an attribute that is called %s',
    (name) => {
      const holding = (value: string) =>
        mariaWith({ attributes: Object.fromEntries([[name, value]]) })
      expect(compared(holding('1'), holding('1'))).toBe('proven')
      expect(compared(holding('1'), holding('2'))).toBe(
        `attributesDiffer ${name}`
      )
    }
  )

  it('finds no attribute in what every object has', () => {
    const attributes = { constructor: 'x', toString: 'y' }
    const vouched = mariaWith({ attributes })
    expect(compared(vouched, mariaWith({ attributes: {} }))).toBe('proven')
  })
})

describe('comparing with too little', () => {
  it.each<[string, IdentityData]>([
    ['nothing', { attributes: {} }],
    ['the sex alone', { sex: 'female', attributes: {} }],
    ['empty texts', { identifier: '', name: {}, attributes: { phone: '' } }]
  ])('does not prove a person by %s', (_, vouched) => {
    expect(compared(vouched, MARIA)).toBe('attributesDiffer')
  })

  it('proves by an identifier where nothing else is vouched for', () => {
    const vouched = { identifier: '5550001112', attributes: {} }
    expect(compared(vouched, MARIA)).toBe('proven')
    const none = mariaWith({ identifier: undefined })
    expect(compared(vouched, none)).toBe('attributesDiffer')
  })
})

describe('a declaration that attacks the comparison', () => {
  function deep(levels: number): JsonValue {
    let value: JsonValue = 'x'
    for (let level = 0; level < levels; level++) value = [value]
    return value
  }

  it('does not get past it by depth, and does not break it', () => {
    const vouched = mariaWith({ attributes: { place: 'Évora' } })
    for (const levels of [10, 100_000]) {
      const attributes = { place: deep(levels) }
      const declared = mariaWith({ attributes })
      expect(compared(vouched, declared)).not.toBe('proven')
    }
  })

  it('cannot slow it down by half a million accents', () => {
    const accents = '\u0315\u0300'.repeat(250_000)
    const started = performance.now()
    const declared = mariaWith({
      name: { firstname: `María José${accents}`, surname: "O'Connor Silva" },
      attributes: { phone: accents, address: { city: accents } }
    })
    expect(compared(MARIA, declared)).toBe(
      'attributesDiffer name address phone'
    )
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('is not proven by values of other types', () => {
    // What a browser sends has whatever types it likes.
    const declared = {
      name: { firstname: ['María José'], surname: { toString: 'x' } },
      dateOfBirth: 19900407,
      sex: null,
      attributes: {}
    } as unknown as IdentityData
    expect(compared(MARIA, declared)).toBe('attributesDiffer name dateOfBirth')
  })
})
