import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readEvent } from 'opencrvs-national-id/opencrvs'
import { FIXTURES, fixtureNames, readFixture, recordedEvent } from './recorded'

type Expected = {
  pendingActionId: string
  withNullsDropped: object
  valuesAfterTheCorrectionIfAccepted?: object
}

const TRIGGER = /^trigger-.*(?<!\.headers)\.json$/
// The recordings that the fixtures were copied from, where they lie beside the
// repository.
const SHARED = join(__dirname, '../../../shared/contracts/opencrvs/fixtures')

function expectRecordedResult(name: string, folder: string): void {
  const expected = readFixture<Record<string, Expected>>(
    'merge-expected.json',
    folder
  )[name]
  expect(expected).toBeDefined()
  const read = readEvent(recordedEvent(name, folder))
  expect(read.pendingAction.id).toBe(expected?.pendingActionId)
  expect(read.declaration).toEqual(
    expected?.valuesAfterTheCorrectionIfAccepted ?? expected?.withNullsDropped
  )
}

describe('recorded triggers', () => {
  const names = fixtureNames(TRIGGER)

  it('has as many recordings as expected results', () => {
    const expected = readFixture<object>('merge-expected.json')
    expect(names.sort()).toEqual(Object.keys(expected).sort())
  })

  it.each(names)('reads %s as core computes it', (name) => {
    expectRecordedResult(name, FIXTURES)
  })

  it.each(names)('names the action of the token of %s', (name) => {
    const { jwt } = readFixture<{
      jwt: { claims: { eventId: string; actionId: string } }
    }>(name.replace('.json', '.headers.json'))
    const { target } = readEvent(recordedEvent(name))
    expect(target.eventId).toBe(jwt.claims.eventId)
    expect(target.actionId).toBe(jwt.claims.actionId)
  })
})

const describeShared = existsSync(SHARED) ? describe : describe.skip
describeShared(
  'recordings beside the repository (skipped where absent)',
  () => {
    const names = existsSync(SHARED) ? fixtureNames(TRIGGER, SHARED) : ['none']
    it.each(names)('reads %s as core computes it', (name) => {
      expectRecordedResult(name, SHARED)
    })
  }
)
