import { systemClock, type Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import {
  changeOsiaBehaviour,
  defaultOsiaBehaviour,
  type OsiaBehaviour,
  type OsiaBehaviourChanges
} from './behaviour'
import type { OsiaPersonOptions } from './people'
import type { OsiaClient } from './tokens'

export type OsiaSimulatorOptions = {
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  clock?: Clock
  behaviour?: OsiaBehaviourChanges
  /** The client that may call. Default: one of its own. */
  client?: OsiaClient
  /** `aud` of the tokens that the register reads with. Default `civil-registration`. */
  audience?: string
  /**
   * Where civil registration's Data Access is (without `/v1`); may be said later
   * with `connectTo`. Without it nothing is read back.
   */
  dataAccessUrl?: string
  /** Who is known at the start. */
  people?: readonly OsiaPersonOptions[]
  /** Topics that there are at the start. Default `newPerson`. */
  topics?: readonly string[]
  /** The country's own topic for births that have no number yet. Default: there is none. */
  lateTopic?: string
}

/** The options with everything made that was not given. */
export type OsiaSettings = Required<
  Omit<OsiaSimulatorOptions, 'behaviour' | 'dataAccessUrl' | 'lateTopic'>
> & {
  behaviour: OsiaBehaviour
  dataAccessUrl: string | undefined
  lateTopic: string | undefined
}

/** Fills in what was not given. */
export function osiaSettings(options: OsiaSimulatorOptions): OsiaSettings {
  const behaviour = defaultOsiaBehaviour()
  changeOsiaBehaviour(behaviour, options.behaviour ?? {})
  return {
    port: options.port ?? 0,
    clock: options.clock ?? systemClock,
    behaviour,
    client: options.client ?? {
      clientId: 'civil-registration',
      clientSecret: newId()
    },
    audience: options.audience ?? 'civil-registration',
    dataAccessUrl: options.dataAccessUrl,
    people: options.people ?? [],
    topics: options.topics ?? ['newPerson'],
    lateTopic: options.lateTopic
  }
}
