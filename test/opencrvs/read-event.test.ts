import { MalformedError, readEvent } from 'opencrvs-national-id/opencrvs'
import { recordedEvent, type RecordedEvent } from './recorded'

function row(
  type: string,
  status: string,
  more: Record<string, unknown> = {}
): RecordedEvent['actions'][number] {
  return { id: `${type}-${status}`, type, status, declaration: {}, ...more }
}

function eventWith(...actions: RecordedEvent['actions']): RecordedEvent {
  return { id: 'event-1', type: 'birth', trackingId: 'ABC123', actions }
}

function codeOf(document: unknown): string {
  try {
    readEvent(document)
  } catch (error) {
    if (error instanceof MalformedError) return error.code
    throw error
  }
  return 'none'
}

/** A registered record, with a correction of `child.name` asked for and that request accepted. */
function correctedBirth(...after: RecordedEvent['actions']): RecordedEvent {
  return eventWith(
    row('DECLARE', 'Requested', {
      declaration: {
        'child.name': { firstname: 'Ada', middlename: 'B', surname: 'Test' },
        'child.dob': '2026-01-01'
      }
    }),
    row('DECLARE', 'Accepted', { originalActionId: 'DECLARE-Requested' }),
    row('REQUEST_CORRECTION', 'Requested', {
      declaration: {
        'child.name': { firstname: 'Eda' },
        'child.dob': '2026-01-01'
      }
    }),
    row('REQUEST_CORRECTION', 'Accepted', {
      originalActionId: 'REQUEST_CORRECTION-Requested'
    }),
    ...after
  )
}

describe('the pending action', () => {
  it('is found by rule, not by its place in the list', () => {
    const event = recordedEvent('trigger-birth-REGISTER.json')
    const expected = readEvent(event).pendingAction.id
    const [last, ...others] = [...event.actions].reverse()
    const actions = last === undefined ? [] : [last, ...others.reverse()]
    expect(readEvent({ ...event, actions }).pendingAction.id).toBe(expected)
  })

  it('is none once every request has an answer', () => {
    expect(
      codeOf(
        eventWith(
          row('DECLARE', 'Requested'),
          row('DECLARE', 'Rejected', { originalActionId: 'DECLARE-Requested' })
        )
      )
    ).toBe('ERR_NO_PENDING_ACTION')
  })

  it('must be the only one', () => {
    expect(
      codeOf(
        eventWith(
          row('NOTIFY', 'Requested', { id: 'a' }),
          row('NOTIFY', 'Requested', { id: 'b' })
        )
      )
    ).toBe('ERR_SEVERAL_PENDING_ACTIONS')
  })
})

describe('the declaration', () => {
  it('keeps the parts of a name that a change leaves out', () => {
    const { declaration } = readEvent(
      correctedBirth(
        row('APPROVE_CORRECTION', 'Requested', {
          requestId: 'REQUEST_CORRECTION-Accepted'
        })
      )
    )
    expect(declaration['child.name']).toEqual({
      firstname: 'Eda',
      middlename: 'B',
      surname: 'Test'
    })
  })

  it('replaces arrays whole', () => {
    const { declaration } = readEvent(
      eventWith(
        row('DECLARE', 'Requested', { declaration: { files: ['a', 'b'] } }),
        row('DECLARE', 'Accepted', { originalActionId: 'DECLARE-Requested' }),
        row('REGISTER', 'Requested', { declaration: { files: ['c'] } })
      )
    )
    expect(declaration).toEqual({ files: ['c'] })
  })

  it('leaves out what was cleared, also inside a field', () => {
    const { declaration } = readEvent(
      eventWith(
        row('DECLARE', 'Requested', {
          declaration: {
            gone: null,
            'child.name': { firstname: 'Ada', middlename: null },
            list: [null, { a: null, b: 1 }]
          }
        })
      )
    )
    expect(declaration).toEqual({
      'child.name': { firstname: 'Ada' },
      list: [null, { b: 1 }]
    })
  })

  it('has what the country laid over an accepted action', () => {
    const { declaration } = readEvent(
      eventWith(
        row('DECLARE', 'Requested', { declaration: { a: 1, b: 1 } }),
        row('DECLARE', 'Accepted', {
          originalActionId: 'DECLARE-Requested',
          declaration: { b: 2 }
        }),
        row('REGISTER', 'Requested')
      )
    )
    expect(declaration).toEqual({ a: 1, b: 2 })
  })

  it('has values that the registrar sends along with REGISTER', () => {
    const read = readEvent(
      eventWith(
        row('DECLARE', 'Requested', { declaration: { a: 1 } }),
        row('DECLARE', 'Accepted', { originalActionId: 'DECLARE-Requested' }),
        row('REGISTER', 'Requested', { declaration: { a: 2 } })
      )
    )
    expect(read.declaration).toEqual({ a: 2 })
    expect(read.changes).toEqual(['a'])
  })

  it('has nothing of a rejected action, a rejected correction or a certificate', () => {
    const { declaration } = readEvent(
      correctedBirth(
        row('REJECT_CORRECTION', 'Requested', {
          requestId: 'REQUEST_CORRECTION-Accepted'
        }),
        row('REJECT_CORRECTION', 'Accepted', {
          originalActionId: 'REJECT_CORRECTION-Requested',
          requestId: 'REQUEST_CORRECTION-Accepted'
        }),
        row('EDIT', 'Requested', { declaration: { a: 1 } }),
        row('EDIT', 'Rejected', { originalActionId: 'EDIT-Requested' }),
        row('PRINT_CERTIFICATE', 'Requested', { declaration: { b: 1 } })
      )
    )
    expect(declaration).toEqual({
      'child.name': { firstname: 'Ada', middlename: 'B', surname: 'Test' },
      'child.dob': '2026-01-01'
    })
  })

  it('has an earlier approved correction, and not one that core never applied', () => {
    const approved = (requestId: string) =>
      readEvent(
        correctedBirth(
          row('APPROVE_CORRECTION', 'Requested', { requestId }),
          row('APPROVE_CORRECTION', 'Accepted', {
            originalActionId: 'APPROVE_CORRECTION-Requested',
            requestId
          }),
          row('PRINT_CERTIFICATE', 'Requested')
        )
      ).declaration['child.name']
    expect(approved('REQUEST_CORRECTION-Accepted')).toMatchObject({
      firstname: 'Eda'
    })
    expect(approved('REQUEST_CORRECTION-Requested')).toMatchObject({
      firstname: 'Ada'
    })
  })

  it('has values given with an approved correction on 2.x, and not on 1.9', () => {
    const event = correctedBirth(
      row('APPROVE_CORRECTION', 'Requested', {
        requestId: 'REQUEST_CORRECTION-Accepted'
      }),
      row('APPROVE_CORRECTION', 'Accepted', {
        originalActionId: 'APPROVE_CORRECTION-Requested',
        declaration: { 'child.nid': '1' }
      }),
      row('PRINT_CERTIFICATE', 'Requested')
    )
    expect(readEvent(event).declaration['child.nid']).toBe('1')
    const old = readEvent(event, { version: '1.9' }).declaration
    expect(old).not.toHaveProperty(['child.nid'])
    expect(old['child.name']).toMatchObject({ firstname: 'Eda' })
  })
})

describe('the changes', () => {
  it('are all fields of a first declaration', () => {
    const read = readEvent(recordedEvent('trigger-birth-DECLARE.json'))
    expect(read.changes.sort()).toEqual(Object.keys(read.declaration).sort())
  })

  it('are the fields of an approved correction that differ', () => {
    const event = correctedBirth(
      row('APPROVE_CORRECTION', 'Requested', {
        requestId: 'REQUEST_CORRECTION-Accepted'
      })
    )
    expect(readEvent(event).changes).toEqual(['child.name'])
  })

  it('have fields that an explicit null clears', () => {
    const { changes } = readEvent(
      recordedEvent('trigger-birth-EDIT-with-null.json')
    )
    expect(changes.sort()).toEqual([
      'child.weightAtBirth',
      'mother.idType',
      'mother.nid'
    ])
  })

  it('have no field that was empty before and is cleared again', () => {
    const { changes } = readEvent(
      eventWith(row('DECLARE', 'Requested', { declaration: { a: null } }))
    )
    expect(changes).toEqual([])
  })

  it('are none where the action only confirms', () => {
    const { changes } = readEvent(recordedEvent('trigger-death-REGISTER.json'))
    expect(changes).toEqual([])
  })
})

describe('what accept is told', () => {
  it('is the accepted row of the request, whichever row the approval names', () => {
    for (const type of ['APPROVE_CORRECTION', 'REJECT_CORRECTION']) {
      for (const status of ['Accepted', 'Requested']) {
        const { target } = readEvent(
          correctedBirth(
            row(type, 'Requested', {
              requestId: `REQUEST_CORRECTION-${status}`
            })
          )
        )
        expect(target.requestId).toBe('REQUEST_CORRECTION-Accepted')
      }
    }
  })

  it('is refused for a correction whose request is not there', () => {
    const approval = (more: object) =>
      correctedBirth(row('APPROVE_CORRECTION', 'Requested', { ...more }))
    expect(codeOf(approval({}))).toBe('ERR_EVENT_SHAPE')
    expect(codeOf(approval({ requestId: 'elsewhere' }))).toBe('ERR_EVENT_SHAPE')
  })

  it('has the custom action and the content of the request', () => {
    expect(
      readEvent(recordedEvent('trigger-birth-CUSTOM.json')).target
        .customActionType
    ).toBe('ESCALATE')
    expect(
      readEvent(recordedEvent('trigger-birth-ARCHIVE.json')).target.content
    ).toEqual({ reason: 'Duplicate paper form' })
  })

  it('comes with the form answers of the action', () => {
    const { annotation } = readEvent(
      eventWith(
        row('CUSTOM', 'Requested', { annotation: { yes: true, no: null } })
      )
    )
    expect(annotation).toEqual({ yes: true })
  })
})

describe('bodies that are no event document', () => {
  it.each([
    ['nothing', undefined],
    ['a text', 'event'],
    ['a list', []],
    ['no actions', { id: 'a', type: 'birth', trackingId: 'b' }],
    ['an action that is no object', { ...eventWith(), actions: [1] }],
    ['an id that is no plain word', { ...eventWith(), id: '../../x?y' }],
    ['an id that is a number', { ...eventWith(), id: 1 }],
    [
      'a declaration that is a list',
      eventWith(row('A', 'Requested', { declaration: [] }))
    ],
    [
      'a request id that is a number',
      eventWith(row('A', 'Requested', { requestId: 1 }))
    ],
    [
      'a value that is not JSON',
      eventWith(row('A', 'Requested', { declaration: { a: 1n } }))
    ]
  ])('are refused: %s', (_, document) => {
    expect(codeOf(document)).toBe('ERR_EVENT_SHAPE')
  })

  it('are refused when they nest so deep that reading them would spend the stack', () => {
    const deep: unknown = JSON.parse(
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    )
    expect(
      codeOf(eventWith(row('A', 'Requested', { declaration: { deep } })))
    ).toBe('ERR_EVENT_SHAPE')
  })

  it('are refused without repeating what they hold', () => {
    expect.assertions(1)
    try {
      readEvent({ ...eventWith(), id: 'Mira Exampleson' })
    } catch (error) {
      expect(String(error)).not.toContain('Mira')
    }
  })

  it('cannot reach the prototype of other objects', () => {
    const document: unknown = JSON.parse(
      JSON.stringify(eventWith(row('DECLARE', 'Requested'))).replace(
        '"declaration":{}',
        '"declaration":{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}},"__proto__":{"polluted":1}}}'
      )
    )
    expect(readEvent(document).declaration).toEqual({ a: {} })
    expect({}).not.toHaveProperty('polluted')
  })
})
