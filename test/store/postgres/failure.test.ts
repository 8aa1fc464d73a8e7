import { toStoreError } from '../../../src/store/kysely/store-error'
import {
  duringCommit,
  PostgresFailure,
  toPostgresFailure
} from '../../../src/store/postgres/postgres-failure'

/** As `pg` gives what the server has refused. */
function refused(code: string, severity = 'ERROR'): Error {
  return Object.assign(
    new Error('Key (id)=(4837265910283746) already exists, user "s3cret"'),
    {
      code,
      severity,
      detail: 'Failing row contains (4837265910283746)',
      where: 'COPY 4837265910283746'
    }
  )
}

describe('a failure of PostgreSQL', () => {
  it.each([
    ['53100', 'full'],
    ['53300', 'crowded'],
    ['53200', 'busy'],
    ['25006', 'readOnly'],
    ['40P01', 'busy'],
    ['40001', 'busy'],
    ['55P03', 'busy'],
    ['57014', 'busy'],
    ['57P01', 'lost'],
    ['57P03', 'lost'],
    ['08006', 'lost'],
    ['25P03', 'lost'],
    ['28P01', 'denied'],
    ['3D000', 'denied'],
    ['42501', 'denied'],
    ['58030', 'disk'],
    ['XX001', 'corrupt'],
    ['XX000', 'other'],
    ['23505', 'other']
  ])('with SQLSTATE %s means %s', (code, fault) => {
    expect(toPostgresFailure(refused(code))).toMatchObject({ code, fault })
  })

  it('repeats nothing that the server has said', () => {
    const failure = toPostgresFailure(refused('23505'))
    const told = `${String(failure)} ${JSON.stringify(failure)} ${failure.stack ?? ''}`
    expect(told).toContain('23505')
    for (const word of ['4837265910283746', 's3cret'])
      expect(told).not.toContain(word)
    expect(failure.cause).toBeUndefined()
  })

  it('may be tried again at once where nothing was kept, on another connection if this one is gone', () => {
    expect(toPostgresFailure(refused('40P01'))).toMatchObject({
      mayRepeat: true,
      isConnectionLost: false
    })
    // A table has changed since the statement was prepared.
    expect(toPostgresFailure(refused('0A000'))).toMatchObject({
      mayRepeat: true,
      isConnectionLost: true
    })
    expect(toPostgresFailure(refused('57P01', 'FATAL'))).toMatchObject({
      mayRepeat: true,
      isConnectionLost: true
    })
    expect(toPostgresFailure(refused('25006'))).toMatchObject({
      mayRepeat: false,
      isConnectionLost: true
    })
    expect(toPostgresFailure(refused('23505'))).toMatchObject({
      mayRepeat: false,
      isConnectionLost: false
    })
    const refusedConnection = Object.assign(new Error('connect'), {
      code: 'ECONNREFUSED'
    })
    expect(toPostgresFailure(refusedConnection)).toMatchObject({
      fault: 'lost',
      mayRepeat: false
    })
    const none = new AggregateError([refusedConnection], '')
    expect(toPostgresFailure(none)).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('during a commit leaves the outcome unknown only where the connection is lost, and is not tried again at once', () => {
    const adapter = {
      name: 'PostgreSQL',
      classify: () => 'lost' as const,
      isOutcomeUnknown: (error: unknown) =>
        error instanceof PostgresFailure && error.isOutcomeUnknown
    }
    const cut = toPostgresFailure(refused('57P01', 'FATAL'))
    expect(toStoreError(adapter, cut)).toMatchObject({ outcomeUnknown: false })
    const unsure = duringCommit(cut)
    expect(unsure).toMatchObject({ mayRepeat: false, isConnectionLost: true })
    expect(toStoreError(adapter, unsure)).toMatchObject({
      code: 'ERR_STORE_LOST',
      outcomeUnknown: true
    })
    const full = duringCommit(toPostgresFailure(refused('53100')))
    expect(full.isOutcomeUnknown).toBe(false)
  })
})
