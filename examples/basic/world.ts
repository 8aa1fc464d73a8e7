import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import type { Notice } from 'opencrvs-national-id'
import {
  createCoreSimulator,
  createIdSystemSimulator
} from 'opencrvs-national-id/sandbox'
import { createBasicNationalId } from './national-id'
import { createCountryConfig } from './server'

const SYSTEM_CLIENT = {
  clientId: 'national-id',
  clientSecret: 'the-secret-of-the-demo'
}

/** A simulated OpenCRVS core, a simulated ID system, and this country between them. */
export type World = Awaited<ReturnType<typeof startWorld>>

export async function startWorld() {
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-demo-'))
  const notices: Array<{ hook: string; notice: Notice }> = []
  const core = createCoreSimulator({ systemClients: [SYSTEM_CLIENT] })
  const idSystem = createIdSystemSimulator()
  const coreUrl = await core.start()
  const idSystemUrl = await idSystem.start()
  const tell = (hook: string) => (notice: Notice) => {
    notices.push({ hook, notice })
  }
  const nationalId = createBasicNationalId({
    publicUrl: 'http://127.0.0.1',
    gatewayUrl: coreUrl,
    authUrl: coreUrl,
    systemClient: SYSTEM_CLIENT,
    idSystemUrl,
    idSystemClientId: idSystem.client.clientId,
    idSystemClientSecret: idSystem.client.clientSecret,
    callbackSecret: idSystem.callbackSecret,
    encryptionKey: 'only-for-the-demo-0123456789-abcdefgh',
    databasePath: path.join(folder, 'national-id.db'),
    hooks: { onRejected: tell('onRejected'), onParked: tell('onParked') },
    quiet: true,
    hurry: true
  })
  const server = await createCountryConfig({ authUrl: coreUrl, nationalId })
  await server.start()
  core.connectTo(server.info.uri)
  idSystem.connectTo(`${server.info.uri}/national-id/confirmation`)
  return {
    core,
    idSystem,
    server,
    notices,
    async stop() {
      await server.stop({ timeout: 500 })
      await idSystem.stop()
      await core.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
