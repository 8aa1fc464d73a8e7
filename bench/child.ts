import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A process of the bench that answers each message with one. */
export type Child = {
  /** @throws Error when it has ended */
  ask(question: object | string): Promise<unknown>
  /** Resolves when it has ended. */
  stop(): Promise<void>
}

/**
 * Starts a file of the bench as a process. It ends by itself when this one does.
 *
 * @param name for the error when it ends unasked
 */
export function startChild(file: string, name: string): Child {
  const child = fork(file, [], { stdio: 'inherit' })
  return {
    ask: (question) => ask(child, name, question),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.send('stop')
      await exit
    }
  }
}

async function ask(
  child: ChildProcess,
  name: string,
  question: object | string
): Promise<unknown> {
  const ended = new AbortController()
  const { signal } = ended
  try {
    const answer = Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error(`${name} has ended by itself`)
      })
    ])
    child.send(question)
    const [message] = (await answer) as [unknown]
    return message
  } finally {
    ended.abort()
  }
}
