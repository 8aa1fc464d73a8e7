import type { JsonObject } from '../../../src/domain/json'
import type { RequestOutcome } from '../../../src/sandbox/playground/http-answer'
import {
  answerAll,
  answered,
  AUTHENTICATED,
  CARD_A,
  CARD_B,
  CUT,
  HREF,
  load,
  recommendedFields,
  reference,
  textField,
  value,
  withField,
  type Field
} from './recommended-form'

const RETURN = `${HREF}?code=c-1&state=mother`

/** An HTTP field that starts at a press of a button, and fields that listen to it, without any conditions. */
function bareFields(): Field[] {
  return [
    textField('p.start', { type: 'BUTTON', configuration: {} }),
    textField('p.http', {
      type: 'HTTP',
      configuration: {
        trigger: reference('p.start'),
        url: '/api/verify',
        method: 'POST',
        timeout: 3000,
        errorValue: { verificationStatus: 'failed' }
      }
    }),
    textField('p.status', {
      type: 'VERIFICATION_STATUS',
      parent: [reference('p.http')],
      value: [reference('p.http', 'data', 'verificationStatus')],
      configuration: { status: {}, description: {} }
    }),
    textField('p.subject', {
      type: 'ALPHA_HIDDEN',
      parent: reference('p.http'),
      value: reference('p.http', 'data', 'sub')
    }),
    textField('p.note')
  ]
}

describe('an HTTP call that fails (forms CLIENT 2)', () => {
  function fail(outcome: RequestOutcome) {
    const engine = load(bareFields())
    engine.press('p.start')
    const [first] = engine.pending()
    const calls = answerAll(engine, outcome).length
    engine.review()
    return { engine, first, calls }
  }

  it('is sent twice, one second apart', () => {
    const engine = load(bareFields())
    engine.press('p.start')
    const [first] = engine.pending()
    expect(first).toMatchObject({ attempt: 1, delayMs: 0 })
    engine.finish(first!.id, 1, CUT)
    const [second] = engine.pending()
    expect(second).toMatchObject({ id: first!.id, attempt: 2, delayMs: 1000 })
    // A late word about the first attempt counts for nothing.
    engine.finish(first!.id, 1, answered(AUTHENTICATED))
    expect(value(engine, 'p.http')).toMatchObject({ loading: true })
    engine.finish(first!.id, 2, answered(AUTHENTICATED))
    expect(value(engine, 'p.status')).toBe('authenticated')
  })

  it.each([
    ['500', answered({}, { status: 500, statusText: 'Oh no' }), 500],
    ['401', answered({}, { status: 401 }), 401],
    ['a timeout', { kind: 'timedOut' } as const, 408]
  ])(
    'has a status code and blocks nothing with %s',
    (_what, outcome, statusCode) => {
      const { engine, calls } = fail(outcome)
      expect(calls).toBe(2)
      expect(value(engine, 'p.http')).toMatchObject({
        loading: false,
        error: { statusCode },
        data: { verificationStatus: 'failed' }
      })
      expect(value(engine, 'p.status')).toBe('failed')
      expect(engine.view().canDeclare).toBe(true)
    }
  )

  it.each([
    ['no answer', CUT],
    ['an answer that is not JSON', answered('', { text: '{"verif' })],
    ['an empty answer', answered('', { status: 204, text: '' })]
  ])('blocks DECLARE, and nobody sees why, with %s', (_what, outcome) => {
    const { engine, calls } = fail(outcome)
    expect(calls).toBe(2)
    expect(value(engine, 'p.status')).toBe('failed')
    expect(engine.view().canDeclare).toBe(false)
    expect(engine.view().problems).toEqual([
      {
        fieldId: 'p.http',
        label: 'p.http',
        message: 'Invalid input',
        isShown: false
      }
    ])
    const reloaded = load(bareFields(), { draft: engine.draft() })
    expect(reloaded.view().canDeclare).toBe(false)
  })

  it('takes a text answer as data, whose own methods are found in it', () => {
    const { engine, calls } = fail(
      answered('', { contentType: 'text/html', text: '<p>Hello</p>' })
    )
    expect(calls).toBe(1)
    expect(value(engine, 'p.http')).toMatchObject({
      error: null,
      data: '<p>Hello</p>'
    })
    expect(value(engine, 'p.status')).toBeUndefined()
    expect(engine.view().problems).toMatchObject([{ fieldId: 'p.subject' }])
  })

  it('takes the page down with a status that is none of the four', () => {
    const { engine } = fail(answered({ verificationStatus: 'maybe' }))
    expect(engine.view().crash).toEqual({
      fieldId: 'p.status',
      reason: 'p.status: its value is none of the four statuses'
    })
    engine.change('p.note', 'ignored')
    expect(engine.view().values['p.note']).toBeUndefined()
    expect(
      load(bareFields(), { draft: engine.draft() }).view().crash
    ).toBeDefined()
  })

  it('leaves the recommended form free to be declared', () => {
    const engine = load(recommendedFields(), { href: RETURN })
    answerAll(engine, answered('', { text: 'broken' }))
    expect(value(engine, 'mother.verified')).toBe('failed')
    engine.change('mother.name', CARD_A.name)
    engine.change('mother.dob', CARD_A.birthDate)
    engine.review()
    expect(engine.view().canDeclare).toBe(true)
  })
})

describe('an HTTP field with a trigger', () => {
  function fields(): Field[] {
    return [
      textField('p.switch'),
      textField('p.text', {
        conditionals: [{ type: 'SHOW', conditional: notHidden }]
      }),
      textField('p.http', {
        type: 'HTTP',
        configuration: {
          trigger: reference('p.text'),
          url: '/api/verify',
          method: 'GET',
          params: { text: reference('p.text') }
        }
      })
    ]
  }
  const notHidden = {
    $id: 'urn:test:switch-is-not-hide',
    type: 'object',
    not: {
      type: 'object',
      properties: {
        $form: {
          type: 'object',
          properties: { 'p.switch': { const: 'hide' } },
          required: ['p.switch']
        }
      },
      required: ['$form']
    }
  }

  it('calls for null when the trigger is hidden, and again when it returns', () => {
    const engine = load(fields(), { draft: { 'p.text': 'here' } })
    expect(engine.pending()).toEqual([])
    engine.change('p.switch', 'hide')
    expect(answerAll(engine, answered({}))[0]?.search).toBe('?text=null')
    engine.change('p.switch', 'show')
    expect(answerAll(engine, answered({}))[0]?.search).toBe('?text=here')
  })

  it('stays loading for ever after a reload during the call', () => {
    const engine = load(bareFields())
    engine.press('p.start')
    const reloaded = load(bareFields(), { draft: engine.draft() })
    expect(value(reloaded, 'p.http')).toMatchObject({ loading: true })
    expect(reloaded.pending()).toEqual([])
    reloaded.review()
    expect(reloaded.view().canDeclare).toBe(true)
  })

  it('calls without a code when its trigger, the reader, is hidden while loading', () => {
    const fieldsOfB1 = withField(
      withField(
        recommendedFields(),
        'mother.qr-check',
        ({ configuration }) => ({
          conditionals: [],
          configuration: {
            ...(configuration as JsonObject),
            trigger: reference('mother.id-reader')
          }
        })
      ),
      'mother.id-reader',
      () => ({
        parent: [reference('mother.query-params'), reference('mother.qr-check')]
      })
    )
    const engine = load(fieldsOfB1)
    engine.scan('mother.id-reader', JSON.stringify(CARD_A))
    const calls = answerAll(engine, answered({ verificationStatus: 'failed' }))
    expect(calls.map(({ search }) => search)).toContain('?credential=undefined')
  })
})

describe('what an HTTP field sends (forms CLIENT 3)', () => {
  it('freezes what its body refers to until the page is loaded anew', () => {
    const fields = withField(
      recommendedFields(),
      'mother.qr-check',
      ({ configuration }) => ({
        configuration: {
          ...(configuration as JsonObject),
          body: {
            proof: reference('mother.id-reader', 'data', 'sig'),
            here: '$window.location.href',
            role: '$user.role',
            nested: { here: '$window.location.href' }
          }
        }
      })
    )
    const engine = load(fields)
    engine.scan('mother.id-reader', JSON.stringify(CARD_A))
    const bodyOf = (sent = engine.pending()[0]) => JSON.parse(sent?.body ?? '')
    expect(bodyOf()).toEqual({
      proof: 'card-a',
      here: HREF,
      nested: { here: '$window.location.href' }
    })
    answerAll(engine, answered({ verificationStatus: 'verified' }))
    engine.revoke('mother.verified')
    engine.scan('mother.id-reader', JSON.stringify(CARD_B))
    const [second] = engine.pending()
    expect(new URL(second!.url).search).toBe('?credential=card-b')
    expect(bodyOf(second)).toMatchObject({ proof: 'card-a' })
    answerAll(engine, answered({ verificationStatus: 'verified' }))
    engine.revoke('mother.verified')
    const reloaded = load(fields, { draft: engine.draft() })
    reloaded.scan('mother.id-reader', JSON.stringify(CARD_B))
    expect(bodyOf(reloaded.pending()[0])).toMatchObject({ proof: 'card-b' })
  })

  it('puts an object into the query as text that says nothing', () => {
    const fields = withField(
      recommendedFields(),
      'mother.qr-check',
      ({ configuration }) => ({
        configuration: {
          ...(configuration as JsonObject),
          params: { card: reference('mother.id-reader', 'data', 'name') }
        }
      })
    )
    const engine = load(fields)
    engine.scan('mother.id-reader', JSON.stringify(CARD_A))
    expect(engine.pending()[0]?.url).toContain('card=%5Bobject+Object%5D')
  })

  it('sends nothing when its own loading hides what it depends on, and takes the error value', () => {
    const notLoading = {
      $id: 'urn:test:qr-check-is-not-loading',
      type: 'object',
      not: {
        type: 'object',
        properties: {
          $form: {
            type: 'object',
            properties: {
              'mother.qr-check': {
                type: 'object',
                properties: { loading: { const: true } },
                required: ['loading']
              }
            },
            required: ['mother.qr-check']
          }
        },
        required: ['$form']
      }
    }
    const fields = withField(recommendedFields(), 'mother.id-reader', () => ({
      conditionals: [{ type: 'SHOW', conditional: notLoading }]
    }))
    const engine = load(fields)
    engine.scan('mother.id-reader', JSON.stringify(CARD_A))
    expect(engine.pending()).toEqual([])
    expect(value(engine, 'mother.verified')).toBe('pending')
    expect(engine.view().crash).toBeUndefined()
    expect(engine.view().faults).toEqual([
      'the fields hide and show each other without end'
    ])
  })
})
