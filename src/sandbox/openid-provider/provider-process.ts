/**
 * The program of a process that runs one simulated OpenID provider. It takes
 * its orders from its parent, and ends with it.
 */
import {
  createOpenIdProviderSimulator,
  type OpenIdProviderSimulator
} from './create-open-id-provider-simulator'
import type { ProcessReply, ProcessRequest } from './process-messages'

let made: OpenIdProviderSimulator | undefined

function provider(): OpenIdProviderSimulator {
  if (made === undefined) throw new Error('There is no provider yet.')
  return made
}

async function carryOut(request: ProcessRequest): Promise<unknown> {
  switch (request.call) {
    case 'create':
      made = createOpenIdProviderSimulator(request.options)
      return { clients: made.clients }
    case 'start':
      return provider().start()
    case 'disappear':
      return provider().disappear()
    case 'register':
      return provider().register(request.registration)
    case 'rotateKeys':
      provider().rotateKeys({ keep: request.keep })
      return undefined
    case 'addFault':
      provider().faults.add(
        request.kind,
        request.fault,
        // JSON, which the messages go by, knows no Infinity.
        request.times ?? Infinity
      )
      return undefined
    case 'clearFaults':
      provider().faults.clear()
      return undefined
    case 'forge':
      provider().forge(request.forgery ?? undefined)
      return undefined
    case 'log':
      return provider().log.entries
  }
}

async function reply(request: ProcessRequest): Promise<ProcessReply> {
  const { id } = request
  try {
    return { id, answer: (await carryOut(request)) ?? null }
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : 'unknown' }
  }
}

process.on('message', (message) => {
  // Only our own parent sends anything here: see startOpenIdProviderProcess.
  void reply(message as ProcessRequest).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => {
  process.exit()
})
