import { check, type Facts } from './check'

const BIRTH: Facts = {
  number: 1,
  type: 'birth',
  actions: [{ id: 'a', answers: ['Accepted'] }],
  inRecord: '7700000001',
  shown: 'REGISTERED',
  issued: ['7700000001'],
  told: 0,
  refused: 0,
  deliveries: [{ actionId: 'a', part: 'main', state: 'confirmed' }]
}

const DEATH: Facts = {
  number: 2,
  type: 'death',
  actions: [{ id: 'a', answers: ['Accepted'] }],
  shown: 'REGISTERED',
  issued: [],
  told: 1,
  refused: 0,
  deliveries: [
    { actionId: 'a', part: 'main', state: 'confirmed' },
    { actionId: 'a', part: 'notification', state: 'delivered' }
  ]
}

function delivery(state: string, more: object = {}): Facts['deliveries'] {
  return [{ actionId: 'a', part: 'main', state, ...more }]
}

const kinds = (facts: Facts) => check([facts]).map(({ kind }) => kind)

describe('the comparison of the ledgers', () => {
  it('finds nothing where all agree', () => {
    expect(check([BIRTH, DEATH])).toEqual([])
  })

  it('finds nothing where the ID system refused and core has rejected', () => {
    const { inRecord: _none, shown: _neither, ...rest } = BIRTH
    const refused: Facts = {
      ...rest,
      actions: [{ id: 'a', answers: ['Rejected'] }],
      issued: [],
      refused: 1,
      deliveries: delivery('refused')
    }
    expect(check([refused])).toEqual([])
    // The same without a refusal is a registration that nobody carries on.
    expect(kinds({ ...refused, refused: 0 })).toEqual(['lost'])
  })

  it.each<[string, Facts]>([
    [
      'an answer that core never got',
      { ...BIRTH, actions: [{ id: 'a', answers: [] }] }
    ],
    [
      'a promise that no store has',
      { ...BIRTH, actions: [{ id: 'a', answers: [] }], deliveries: [] }
    ],
    ['an identity that was never issued', { ...BIRTH, issued: [] }],
    ['an identifier that is not in the record', { ...BIRTH, inRecord: 'x' }],
    ['a death that was not told', { ...DEATH, told: 0 }]
  ])('calls %s lost', (_what, facts) => {
    expect(kinds(facts)).toEqual(['lost'])
  })

  it.each<[string, Facts]>([
    ['two identities', { ...BIRTH, issued: ['7700000001', '7700000002'] }],
    ['a death told twice', { ...DEATH, told: 2 }],
    [
      'two registrations',
      {
        ...BIRTH,
        actions: [
          { id: 'a', answers: ['Accepted'] },
          { id: 'b', answers: ['Accepted'] }
        ]
      }
    ],
    [
      'two answers to one action',
      { ...BIRTH, actions: [{ id: 'a', answers: ['Accepted', 'Rejected'] }] }
    ],
    [
      'two deliveries for one action',
      {
        ...BIRTH,
        deliveries: [...delivery('confirmed'), ...delivery('confirmed')]
      }
    ]
  ])('calls %s duplicated', (_what, facts) => {
    expect(kinds(facts)).toContain('duplicated')
  })

  it.each(['queued', 'submitted', 'answered'])(
    'calls a delivery that is %s, and was not reported, stuck',
    (state) => {
      const facts = { ...BIRTH, actions: [{ id: 'a', answers: [] }] }
      expect(kinds({ ...facts, deliveries: delivery(state) })).toEqual([
        'stuck'
      ])
      const reported = delivery(state, { stalledAt: '2026-01-01T00:00:00Z' })
      expect(kinds({ ...facts, deliveries: reported })).toEqual([])
    }
  )

  it('tells apart what one server refused and another took, if core asked both and a person knows', () => {
    const contradicted: Facts = {
      ...BIRTH,
      isAskedTwice: true,
      actions: [{ id: 'a', answers: ['Rejected'] }, ...BIRTH.actions],
      issued: ['7700000001', '7700000002'],
      deliveries: [
        ...delivery('parked', { lastCode: 'ERR_ALREADY_REJECTED' }),
        { actionId: 'b', part: 'main', state: 'confirmed' }
      ]
    }
    const found = kinds(contradicted)
    expect(found).toContain('contradicted')
    expect(found).not.toContain('duplicated')
    expect(kinds({ ...contradicted, isAskedTwice: false })).toContain(
      'duplicated'
    )
  })

  it('tells a parked delivery apart, since a person knows of it', () => {
    const facts = { ...BIRTH, actions: [{ id: 'a', answers: [] }] }
    const parked = delivery('parked', { lastCode: 'ERR_X' })
    expect(check([{ ...facts, deliveries: parked }])).toEqual([
      { kind: 'parked', number: 1, what: 'ERR_X' }
    ])
  })

  it('finds a record that search does not show as registered', () => {
    expect(kinds({ ...BIRTH, shown: 'DECLARED' })).toEqual(['misshown'])
  })
})
