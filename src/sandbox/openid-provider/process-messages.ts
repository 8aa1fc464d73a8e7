import type { Exchange } from '../exchange-log'
import type { Fault } from '../faults'
import type {
  OpenIdClientRegistration,
  OpenIdFault,
  OpenIdForgery,
  OpenIdProviderOptions,
  RegisteredOpenIdClient
} from './options'

/** What a provider in a process of its own can be told, and what it answers to each. */
export type ProcessCalls = {
  create: {
    options: Omit<OpenIdProviderOptions, 'clock'>
    answer: { clients: readonly RegisteredOpenIdClient[] }
  }
  start: { answer: string }
  disappear: { answer: null }
  register: {
    registration: OpenIdClientRegistration
    answer: RegisteredOpenIdClient
  }
  rotateKeys: { keep: boolean; answer: null }
  addFault: {
    kind: string
    fault: Fault | OpenIdFault
    times: number | null
    answer: null
  }
  clearFaults: { answer: null }
  forge: { forgery: OpenIdForgery | null; answer: null }
  log: { answer: readonly Exchange[] }
}

/** One call, as it is sent to the process. */
export type ProcessCall = {
  [Name in keyof ProcessCalls]: Omit<ProcessCalls[Name], 'answer'> & {
    call: Name
  }
}[keyof ProcessCalls]

/** The call with its number. */
export type ProcessRequest = ProcessCall & { id: number }

/** What comes back for a number. */
export type ProcessReply = { id: number } & (
  { answer: unknown } | { problem: string }
)
