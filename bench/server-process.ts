import { mkdtempSync, rmSync } from 'node:fs'
import * as http from 'node:http'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Target } from './call'
import { startChild } from './child'
import type { BenchKeys } from './keys'
import type { ServerKind, ServerOrder, Usage } from './servers/order'

/** A server in a process of its own. */
export type ServerProcess = {
  target: Target
  /** Asking begins the next period of what is measured since the last time. */
  usage: () => Promise<Usage>
  /** From nothing to a server that takes calls, its store open, in milliseconds. */
  startUpMs: number
}

/** Which server, and what it needs besides the keys. */
export type ServerChoice = Pick<ServerOrder, 'kind' | 'mosip' | 'country'>

/** Starts a server with a fresh folder, does the work with it, and leaves nothing behind. */
export async function withServer<Result>(
  server: ServerKind | ServerChoice,
  keys: BenchKeys,
  connections: number,
  work: (server: ServerProcess) => Promise<Result>
): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'national-id-bench-'))
  const began = performance.now()
  const child = startChild(
    path.join(__dirname, 'server.js'),
    'the server under measurement'
  )
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  try {
    const order: ServerOrder = {
      ...(typeof server === 'string' ? { kind: server } : server),
      authKey: keys.auth.publicKey,
      credentialKey: keys.credentials.publicKey,
      folder
    }
    // What a server of ours sends is of these types.
    const { url } = (await child.ask(order)) as { url: string }
    const startUpMs = performance.now() - began
    return await work({
      target: { url, agent },
      usage: async () => (await child.ask('usage')) as Usage,
      startUpMs
    })
  } finally {
    agent.destroy()
    await child.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
