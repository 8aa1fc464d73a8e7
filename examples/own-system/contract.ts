import { test } from 'node:test'
import {
  systemContract,
  type SystemUnderTest
} from 'opencrvs-national-id/sandbox'
import { ownRegisterFactory } from './factory'
import { openRegisterSimulator } from './simulator'

/** The register's simulator and the adapter, anew for each check. */
async function open(): Promise<SystemUnderTest> {
  const register = await openRegisterSimulator()
  const { client, publicKey, secret, url } = register
  const factory = ownRegisterFactory({
    baseUrl: url,
    client,
    secret: async () => secret,
    callbackKey: publicKey
  })
  return {
    factory,
    system: factory.create({ clock: { now: () => Date.now() } }),
    workDone: () => register.cases.map(({ reference }) => reference),
    refuseNext: () => register.be('refuse'),
    goSilent: () => register.be('silent'),
    callback: (reference) => register.callback(reference),
    close: () => register.close()
  }
}

for (const { name, run } of systemContract(open)) void test(name, run)
