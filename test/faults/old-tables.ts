import { fork } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { packageFolder } from './package-folder'
import type { WorkerOrder } from './worker-process'

/** Has the store made by all migrations but the last, in a process that ends with it. */
export async function migrateToPrevious(order: WorkerOrder): Promise<void> {
  const worker = path.join(packageFolder(), 'test/faults/worker.js')
  const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  child.send({ command: 'start', ...order, clockOffsetMs: 0, oldTables: true })
  const [message] = (await once(child, 'message')) as [
    { failed?: string; what?: string }
  ]
  child.kill('SIGKILL')
  await exited
  if (message.failed !== undefined)
    throw new Error(
      `the old tables could not be made: ${message.failed} ${message.what ?? ''}`
    )
}
