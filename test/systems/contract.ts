import { systemContract } from '../../src/sandbox/system-contract/system-contract'
import type { SystemUnderTest } from '../../src/sandbox/system-contract/under-test'

export type { SystemUnderTest } from '../../src/sandbox/system-contract/under-test'
export {
  callContext,
  contractRequest as systemRequest
} from '../../src/sandbox/system-contract/under-test'

/**
 * What every adapter must keep, whatever it speaks, as countries check it too.
 * `open` starts an adapter and the other side of it anew for each test.
 */
export function describeSystem(
  name: string,
  open: () => Promise<SystemUnderTest>
): void {
  describe(`${name} keeps the contract of a system`, () => {
    for (const check of systemContract(open)) {
      it(check.name, check.run)
    }
  })
}
