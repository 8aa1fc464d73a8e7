import { fork, type ChildProcess } from 'node:child_process'
import { extname, join } from 'node:path'
import { NationalIdError } from '../../domain/errors'
import type { Exchange } from '../exchange-log'
import type { Fault } from '../faults'
import { sandboxPeople, type SandboxPerson } from '../people/sandbox-people'
import type {
  OpenIdClientRegistration,
  OpenIdFault,
  OpenIdForgery,
  OpenIdProviderOptions,
  RegisteredOpenIdClient
} from './options'
import type {
  ProcessCall,
  ProcessCalls,
  ProcessReply
} from './process-messages'

/** As `OpenIdProviderSimulator`, in a process of its own: everything is asynchronous. */
export type OpenIdProviderProcess = {
  /** The issuer. */
  readonly url: string
  readonly people: readonly SandboxPerson[]
  readonly clients: readonly RegisteredOpenIdClient[]
  register(
    registration: OpenIdClientRegistration
  ): Promise<RegisteredOpenIdClient>
  rotateKeys(options?: { keep?: boolean }): Promise<void>
  /** @param times default 1; `Infinity` until `clearFaults` */
  addFault(
    kind: string,
    fault: Fault | OpenIdFault,
    times?: number
  ): Promise<void>
  clearFaults(): Promise<void>
  forge(forgery?: OpenIdForgery): Promise<void>
  /** What it received so far. */
  log(): Promise<readonly Exchange[]>
  /** Refuses connections until `comeBack`. */
  disappear(): Promise<void>
  comeBack(): Promise<void>
  /** Ends the process. */
  stop(): Promise<void>
}

/**
 * Starts a simulated OpenID provider in a process of its own. For tests under
 * jest, whose module loader cannot take the library that the provider needs.
 *
 * @param settings.execArgv options of Node for the process, such as what lets it read TypeScript
 * @throws NationalIdError `ERR_SANDBOX_PROCESS` when it does not start
 *
 * @example
 * const provider = await startOpenIdProviderProcess({
 *   clients: [{ redirectUris: [redirectUri] }]
 * })
 * afterAll(() => provider.stop())
 */
export async function startOpenIdProviderProcess(
  options: Omit<OpenIdProviderOptions, 'clock'> = {},
  settings: { execArgv?: readonly string[] } = {}
): Promise<OpenIdProviderProcess> {
  const caller = createCaller(
    // The same file whether this is the source or what was compiled from it.
    fork(join(__dirname, `provider-process${extname(__filename)}`), [], {
      execArgv: [...(settings.execArgv ?? [])],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc']
    })
  )
  try {
    const { clients } = await caller.ask({ call: 'create', options })
    const url = await caller.ask({ call: 'start' })
    return {
      url,
      clients,
      people: options.people ?? sandboxPeople,
      stop: () => caller.stop(),
      register: (registration) =>
        caller.ask({ call: 'register', registration }),
      rotateKeys: async ({ keep = false } = {}) =>
        void (await caller.ask({ call: 'rotateKeys', keep })),
      addFault: async (kind, fault, times = 1) =>
        void (await caller.ask({
          call: 'addFault',
          kind,
          fault,
          times: Number.isFinite(times) ? times : null
        })),
      clearFaults: async () => void (await caller.ask({ call: 'clearFaults' })),
      forge: async (forgery) =>
        void (await caller.ask({ call: 'forge', forgery: forgery ?? null })),
      log: () => caller.ask({ call: 'log' }),
      disappear: async () => void (await caller.ask({ call: 'disappear' })),
      comeBack: async () => void (await caller.ask({ call: 'start' }))
    }
  } catch (error) {
    await caller.stop()
    throw error
  }
}

type Waiting = {
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

/** How much of what the process says on standard error is kept, for the error that tells why it ended. */
const KEPT_CHARACTERS = 2_000

function createCaller(child: ChildProcess) {
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let said = ''
  let hasEnded = false
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-KEPT_CHARACTERS)
  })
  child.on('message', (message) => {
    // Only provider-process sends anything here.
    const reply = message as ProcessReply
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('problem' in reply) asked?.reject(processError(reply.problem))
    else asked?.resolve(reply.answer)
  })
  const ended = new Promise<void>((resolve) => {
    const end = (why: string) => {
      hasEnded = true
      for (const { reject } of waiting.values()) reject(processError(why))
      waiting.clear()
      resolve()
    }
    child.once('error', (error) => {
      end(error.message)
    })
    child.once('close', () => {
      end(`it ended. ${said}`.trim())
    })
  })

  function ask<Call extends ProcessCall>(
    call: Call
  ): Promise<ProcessCalls[Call['call']]['answer']> {
    if (hasEnded) return Promise.reject(processError('it has ended.'))
    const id = (calls += 1)
    return new Promise((resolve, reject) => {
      waiting.set(id, {
        // Provider-process answers each call as ProcessCalls says.
        resolve: resolve as (answer: unknown) => void,
        reject
      })
      child.send({ ...call, id })
    })
  }

  return {
    ask,
    async stop() {
      if (!hasEnded) child.kill('SIGKILL')
      await ended
    }
  }
}

function processError(why: string): NationalIdError {
  return new NationalIdError(
    `The process of the sandbox's OpenID provider failed: ${why}`,
    { code: 'ERR_SANDBOX_PROCESS' }
  )
}
