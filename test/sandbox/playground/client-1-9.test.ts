import {
  answerAll,
  answered,
  HREF,
  load,
  reference,
  textField,
  value,
  type Field
} from './recommended-form'

const version = '1.9'

function shownWhen(field: string, constant: string): Field['conditionals'] {
  return [
    {
      type: 'SHOW',
      conditional: {
        $id: `urn:test:${field.replace('.', '-')}-is-${constant}`,
        type: 'object',
        properties: {
          $form: {
            type: 'object',
            properties: { [field]: { const: constant } },
            required: [field]
          }
        },
        required: ['$form']
      }
    }
  ]
}

describe('the client of OpenCRVS 1.9 (forms FACTS 12)', () => {
  it('does not know the hidden field of 2.x', () => {
    const fields = [textField('p.hidden', { type: 'ALPHA_HIDDEN' })]
    expect(load(fields, { version }).view().crash?.fieldId).toBe('p.hidden')
    expect(load(fields).view().crash).toBeUndefined()
  })

  it('gives a hidden listener its default, where 2.x clears it', () => {
    const fields = [
      textField('p.parent'),
      textField('p.child', {
        parent: reference('p.parent'),
        defaultValue: 'by default',
        conditionals: shownWhen('p.parent', 'show')
      })
    ]
    for (const [client, expected] of [
      ['1.9', 'by default'],
      ['2', undefined]
    ] as const) {
      const engine = load(fields, { version: client })
      engine.change('p.parent', 'hide')
      expect(value(engine, 'p.child')).toBe(expected)
    }
  })

  it('may bring a value back that a reset should have removed', () => {
    const fields = [
      textField('p.switch'),
      textField('p.parent'),
      textField('p.child', {
        parent: reference('p.parent'),
        defaultValue: 'fresh',
        conditionals: shownWhen('p.switch', 'show')
      })
    ]
    for (const [client, expected] of [
      ['1.9', 'old'],
      ['2', 'fresh']
    ] as const) {
      const engine = load(fields, { version: client })
      engine.change('p.switch', 'show')
      engine.change('p.child', 'old')
      engine.change('p.switch', 'hide')
      engine.change('p.parent', 'changed')
      engine.change('p.switch', 'show')
      expect(value(engine, 'p.child')).toBe(expected)
    }
  })

  it('leaves the sign-in button enabled while offline', () => {
    const fields = [
      textField('p.sign-in', {
        type: 'LINK_BUTTON',
        configuration: { url: 'https://idp.example.org/start', text: {} }
      })
    ]
    const disabled = (client: '1.9' | '2') =>
      load(fields, { version: client, online: false }).view().page?.fields[0]
        ?.disabled
    expect(disabled('1.9')).toBe(false)
    expect(disabled('2')).toBe(true)
  })

  it('calls again when the same parameters come a second time', () => {
    const fields = [
      textField('p.reader', {
        type: 'QUERY_PARAM_READER',
        configuration: { pickParams: ['ticket'] }
      }),
      textField('p.fetch', {
        type: 'HTTP',
        configuration: {
          trigger: reference('p.reader'),
          url: '/api/redeem',
          method: 'POST',
          params: { ticket: reference('p.reader', 'data', 'ticket') }
        }
      })
    ]
    const engine = load(fields, { version, href: `${HREF}?ticket=t-1` })
    expect(answerAll(engine, answered({}))).toHaveLength(1)
    expect(engine.draft()['p.reader']).toEqual({ data: { ticket: 't-1' } })
    engine.open(`${HREF}?ticket=t-1`)
    expect(answerAll(engine, answered({}))).toHaveLength(1)
  })

  it('draws no label for the status and the identity box', () => {
    const fields = [
      textField('p.reader', { type: 'ID_READER', methods: [] }),
      textField('p.name')
    ]
    const labels = load(fields, { version })
      .view()
      .page?.fields.map(({ label }) => label)
    expect(labels).toEqual(['', 'p.name'])
  })
})
