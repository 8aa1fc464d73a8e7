import type { OpenCrvsCore } from '../../src/opencrvs/core'
import { OpenCrvsError } from '../../src/domain/errors'
import { ACCEPTED } from '../store/sample-delivery'
import {
  agreeableCore,
  sayingSystem,
  workbench,
  type Workbench
} from './workbench'

let bench: Workbench

afterEach(async () => {
  await bench.close()
})

const silent = sayingSystem(() => new Error('must not be asked'))

function unavailable(status: number): OpenCrvsError {
  return new OpenCrvsError('core fails', {
    code: 'ERR_CORE_UNAVAILABLE',
    failure: 'transient',
    status
  })
}

/** A core that answers the first acceptance with this, and lets the record be read once that has failed so often. */
function core(
  first: OpenCrvsError | undefined,
  failedReads: number
): { port: OpenCrvsCore; reads: () => number } {
  let accepts = 0
  let reads = 0
  const port = agreeableCore({
    accept: ({ registrationNumber = '' }) => {
      accepts += 1
      return accepts === 1 && first !== undefined
        ? Promise.reject(first)
        : Promise.resolve({ storedAs: 'Accepted', registrationNumber })
    },
    readAction: () => {
      reads += 1
      return reads <= failedReads
        ? Promise.reject(unavailable(500))
        : Promise.resolve({ storedAs: 'Accepted' })
    }
  })
  return { port, reads: () => reads }
}

/** Confirms one whose 202 left this process, so that only core's failure can put its search behind. */
async function confirmed(first: OpenCrvsError | undefined, failedReads = 0) {
  const { port, reads } = core(first, failedReads)
  bench = await workbench(silent, port)
  const id = await bench.add({
    state: 'answered',
    secrets: {
      token: 'a token',
      request: null,
      target: {
        eventId: 'e',
        eventType: 'birth',
        actionId: 'a',
        actionType: 'REGISTER'
      },
      answer: ACCEPTED
    }
  })
  bench.dependencies.gate.hold(id)
  bench.dependencies.gate.release(id)
  await bench.workFor(10_000)
  expect((await bench.find(id)).state).toBe('confirmed')
  return reads()
}

describe('the search of core after a confirmation', () => {
  it('is brought up to date by a read where the confirmation before was answered 500', async () => {
    expect(await confirmed(unavailable(500))).toBe(1)
  })

  it('is left alone where core has answered well, or was not there', async () => {
    expect(await confirmed(undefined)).toBe(0)
    await bench.close()
    expect(await confirmed(unavailable(503))).toBe(0)
  })

  it('is brought up to date once what failed works again', async () => {
    expect(await confirmed(unavailable(500), 2)).toBe(3)
    expect(bench.logs.map(({ message }) => message).join()).not.toContain(
      'search may show it'
    )
  })

  it('is given up after three reads, which the log says', async () => {
    expect(await confirmed(unavailable(500), 9)).toBe(3)
    expect(bench.logs).toContainEqual(
      expect.objectContaining({
        code: 'ERR_CORE_UNAVAILABLE',
        message: expect.stringContaining('search may show it')
      })
    )
  })
})
