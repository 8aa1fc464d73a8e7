import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import * as http from 'node:http'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Target } from './call'
import type { BenchKeys } from './keys'
import type { ServerKind, ServerOrder, Usage } from './servers/order'

/** A server in a process of its own. */
export type ServerProcess = {
  target: Target
  usage: () => Promise<Usage>
}

/** Which server, and what it needs besides the keys. */
export type ServerChoice = Pick<ServerOrder, 'kind' | 'mosip'>

/** Starts a server with a fresh database, does the work with it, and leaves nothing behind. */
export async function withServer<Result>(
  server: ServerKind | ServerChoice,
  keys: BenchKeys,
  connections: number,
  work: (server: ServerProcess) => Promise<Result>
): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'national-id-bench-'))
  const child = fork(path.join(__dirname, 'server.js'), [], {
    stdio: 'inherit'
  })
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  try {
    const order: ServerOrder = {
      ...(typeof server === 'string' ? { kind: server } : server),
      authKey: keys.auth.publicKey,
      credentialKey: keys.credentials.publicKey,
      folder
    }
    // What a server of ours sends is of these types.
    const { url } = (await ask(child, order)) as { url: string }
    return await work({
      target: { url, agent },
      usage: async () => (await ask(child, 'usage')) as Usage
    })
  } finally {
    agent.destroy()
    await stop(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ask(
  child: ChildProcess,
  question: ServerOrder | 'usage'
): Promise<unknown> {
  const ended = new AbortController()
  const { signal } = ended
  try {
    const answer = Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error('the server under measurement has ended by itself')
      })
    ])
    child.send(question)
    const [message] = (await answer) as [unknown]
    return message
  } finally {
    ended.abort()
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.send('stop')
  await exit
}
